package acl

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// user is who a client can be.
type user struct {
	name      string
	on        bool
	noPass    bool
	passwords []string // SHA-256, in hexadecimal
	root      selector
	selectors []selector
}

// maxRules bounds what one user's rules, patterns and passwords are in number: each request goes through them.
const maxRules = 4096

func newUser(name string) *user { return &user{name: name, root: nothing()} }

func defaultUser() *user { return &user{name: "default", on: true, noPass: true, root: everything()} }

func (u *user) clone() *user {
	next := *u
	next.passwords, next.root = slices.Clone(u.passwords), u.root.clone()
	next.selectors = make([]selector, len(u.selectors))
	for i := range u.selectors {
		next.selectors[i] = u.selectors[i].clone()
	}
	return &next
}

func hash(password string) string {
	sum := sha256.Sum256([]byte(password))
	return hex.EncodeToString(sum[:])
}

func (u *user) accepts(password string) bool {
	return u.on && (u.noPass || slices.Contains(u.passwords, hash(password)))
}

func (u *user) addPassword(hashed string) {
	u.noPass = false
	if !slices.Contains(u.passwords, hashed) {
		u.passwords = append(u.passwords, hashed)
	}
}

// The errors of ACL SETUSER.
const (
	errUnknown  engine.Error = "Unknown command or category name in ACL"
	errSyntax   engine.Error = "Syntax error"
	errPassword engine.Error = "The password you are trying to remove from the user does not exist"
	errHash     engine.Error = "The password hash must be exactly 64 characters and contain only lowercase hexadecimal " +
		"characters"
	errAllKeys engine.Error = "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not " +
		"have any effect. Try 'resetkeys' to start with an empty list of patterns"
	errAllChannels engine.Error = "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and " +
		"does not have any effect. Try 'resetchannels' to start with an empty list of channels"
	errFirstArg engine.Error = "Allowing first-arg of a subcommand is not supported"
	errTooMany  engine.Error = "this server takes 4096 rules a user"
)

// set applies a modifier of ACL SETUSER.
func (u *user) set(e *engine.Engine, word string) error {
	if len(u.root.rules)+len(u.root.keys)+len(u.root.channels)+len(u.passwords)+len(u.selectors) >= maxRules {
		return errTooMany
	}
	switch strings.ToLower(word) {
	case "on", "off":
		u.on = strings.EqualFold(word, "on")
		return nil
	case "nopass":
		u.noPass, u.passwords = true, nil
		return nil
	case "resetpass":
		u.noPass, u.passwords = false, nil
		return nil
	case "reset":
		*u = *newUser(u.name)
		return nil
	case "clearselectors":
		u.selectors = nil
		return nil
	case "sanitize-payload", "skip-sanitize-payload":
		return nil // of RESTORE, which checks every payload here
	case "":
		return errSyntax
	}
	switch rest := word[1:]; word[0] {
	case '>':
		u.addPassword(hash(rest))
	case '#':
		if !hashed(rest) {
			return errHash
		}
		u.addPassword(strings.Clone(rest))
	case '<':
		return u.removePassword(hash(rest))
	case '!':
		if !hashed(rest) {
			return errHash
		}
		return u.removePassword(rest)
	case '(':
		return u.addSelector(e, rest)
	default:
		return u.root.set(e, word)
	}
	return nil
}

func hashed(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}

func (u *user) removePassword(hashed string) error {
	i := slices.Index(u.passwords, hashed)
	if i < 0 {
		return errPassword
	}
	u.passwords = slices.Delete(u.passwords, i, i+1)
	return nil
}

// addSelector adds what is in parentheses, of which the first is gone.
func (u *user) addSelector(e *engine.Engine, s string) error {
	s, ok := strings.CutSuffix(s, ")")
	if !ok {
		return errSyntax
	}
	next := nothing()
	for _, word := range strings.Fields(s) {
		if len(next.rules)+len(next.keys)+len(next.channels) >= maxRules {
			return errTooMany
		}
		if err := next.set(e, word); err != nil {
			return err
		}
	}
	u.selectors = append(u.selectors, next)
	return nil
}

// set applies a modifier about commands, keys or channels.
func (s *selector) set(e *engine.Engine, word string) error {
	switch strings.ToLower(word) {
	case "allkeys":
		return s.set(e, "~*")
	case "resetkeys":
		s.keys = nil
		return nil
	case "allchannels":
		return s.set(e, "&*")
	case "resetchannels":
		s.channels = nil
		return nil
	case "allcommands":
		return s.set(e, "+@all")
	case "nocommands":
		return s.set(e, "-@all")
	}
	switch word[0] {
	case '~':
		return s.addKeys(Reads|Writes, word[1:])
	case '%':
		kind, pattern, ok := strings.Cut(strings.Clone(word[1:]), "~")
		kinds := map[string]Access{"R": Reads, "W": Writes, "RW": Reads | Writes, "WR": Reads | Writes}
		access := kinds[strings.ToUpper(kind)]
		if !ok || access == 0 {
			return errSyntax
		}
		return s.addKeys(access, pattern)
	case '&':
		return s.addChannel(word[1:])
	case '+', '-':
		return s.addCommand(e, word[0] == '+', strings.ToLower(word[1:]))
	}
	return errSyntax
}

func (s *selector) addKeys(access Access, pattern string) error {
	all := access == Reads|Writes && pattern == "*"
	switch {
	case s.allKeys() && !all:
		return errAllKeys
	case strings.ContainsAny(pattern, " \x00"):
		return errSyntax
	case all:
		s.keys = nil
	}
	next := keyPattern{access, strings.Clone(pattern)}
	for i, old := range s.keys {
		if old.pattern == pattern {
			s.keys[i].access |= access
			return nil
		}
	}
	s.keys = append(s.keys, next)
	return nil
}

func (s *selector) addChannel(pattern string) error {
	switch {
	case s.allChannels() && pattern != "*":
		return errAllChannels
	case strings.ContainsAny(pattern, " \x00"):
		return errSyntax
	case pattern == "*":
		s.channels = nil
	}
	if !slices.Contains(s.channels, pattern) {
		s.channels = append(s.channels, strings.Clone(pattern))
	}
	return nil
}

func (s *selector) addCommand(e *engine.Engine, allow bool, target string) error {
	if category, ok := strings.CutPrefix(target, "@"); ok {
		if category != "all" && !IsCategory(category) {
			return errUnknown
		}
		s.add(rule{allow, strings.Clone(target)})
		return nil
	}
	name, part, hasPart := strings.Cut(target, "|")
	cmd := e.Command(name)
	switch {
	case cmd == nil:
		return errUnknown
	case hasPart && len(cmd.Subs) > 0:
		if strings.Contains(part, "|") {
			return errFirstArg
		}
		if !slices.ContainsFunc(cmd.Subs, func(sub engine.Command) bool { return sub.Name == part }) {
			return errUnknown
		}
	case hasPart && (!allow || part == ""):
		return errUnknown
	}
	s.add(rule{allow, strings.Clone(target)})
	return nil
}

// String is the user as ACL LIST shows it.
func (u *user) String() string {
	parts := append([]string{"user", u.name}, u.flags()...)
	for _, password := range u.passwords {
		parts = append(parts, "#"+password)
	}
	parts = append(parts, u.root.String())
	for i := range u.selectors {
		parts = append(parts, "("+u.selectors[i].String()+")")
	}
	return strings.Join(parts, " ")
}

func (u *user) flags() []string {
	flags := []string{"off"}
	if u.on {
		flags[0] = "on"
	}
	if u.noPass {
		flags = append(flags, "nopass")
	}
	return append(flags, "sanitize-payload")
}
