package stream

import (
	"encoding/json"
	"fmt"
)

// movement is what a client posts, and what travels through the log unchanged: money that enters an
// account, or leaves it.
type movement struct {
	ID      string `json:"id"`
	Account string `json:"account"`
	Cents   int    `json:"cents"`
}

// encode returns the movement as it travels.
func (m movement) encode() []byte {
	body, _ := json.Marshal(m) // two strings and a number can always be written
	return body
}

// poisoned returns a movement as a client of another version writes it: the amount is text. The
// intake, which checks only what it needs to route it, lets it pass.
func poisoned(m movement) []byte {
	return fmt.Appendf(nil, `{"id":%q,"account":%q,"cents":"%d.00 EUR"}`, m.ID, m.Account, m.Cents/100)
}

// parse reads a movement as the consumers do.
func parse(body []byte) (movement, error) {
	var m movement
	if err := json.Unmarshal(body, &m); err != nil {
		return movement{}, fmt.Errorf("parse movement: %w", err)
	}
	return m, nil
}

// route reads no more of a movement than the intake needs: its ID and its account. They are empty
// where there are none.
func route(body []byte) (id, account string) {
	var m struct{ ID, Account string }
	_ = json.Unmarshal(body, &m) // not JSON: neither
	return m.ID, m.Account
}
