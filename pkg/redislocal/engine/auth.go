package engine

import "strings"

// ErrClientName is the error for a client name with spaces or control characters.
const ErrClientName Error = "ERR Client names cannot contain spaces, newlines or special characters."

// ValidName reports whether a client may have a name.
func ValidName(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' })
}

// Protected reports whether a new client must authenticate.
func (e *Engine) Protected() bool {
	if e.Guarded != nil {
		return e.Guarded()
	}
	return e.Config.protected()
}

// Authenticate makes the client a user's, or fails with WRONGPASS. Check, if it is set, knows further users.
func (e *Engine) Authenticate(c *Client, user, password string) error {
	ok := user == "default" && (!e.Protected() || password == e.Config.Get("requirepass"))
	if e.CheckUser != nil {
		ok = e.CheckUser(c, user, password)
	}
	if !ok {
		return Error("WRONGPASS invalid username-password pair or user is disabled.")
	}
	c.User, c.Authenticated = strings.Clone(user), true
	return nil
}

// Reset gives a client the state of a new connection.
func (e *Engine) Reset(c *Client) {
	c.Discard()
	e.pubsub.drop(c)
	for _, f := range e.OnLeave {
		f(c)
	}
	c.DB, c.Name, c.Three, c.User = 0, "", false, "default"
	c.NoTouch, c.NoEvict, c.Silent, c.Monitors = false, false, SilenceOff, false
	c.Authenticated = !e.Protected()
}
