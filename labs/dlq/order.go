package dlq

import (
	"encoding/json"
	"fmt"
	"strings"
)

// order is what a client posts, and what travels through Kafka, SNS and SQS unchanged.
type order struct {
	ID       string `json:"id"`
	Customer string `json:"customer"`
	Cents    int    `json:"cents"`
}

// encode returns the order as it travels.
func (o order) encode() []byte {
	body, _ := json.Marshal(o) // two strings and a number can always be written
	return body
}

// poisoned returns an order as a client of another version writes it: the amount is text with a
// decimal comma. The intake, which checks only that it is JSON with an ID, lets it pass; whoever
// needs the amount cannot read it, today or at any later try.
func poisoned(o order) []byte {
	return fmt.Appendf(nil, `{"id":%q,"customer":%q,"cents":"%d,00"}`, o.ID, o.Customer, o.Cents/100)
}

// parse reads an order as the workers do.
func parse(body []byte) (order, error) {
	var o order
	if err := json.Unmarshal(body, &o); err != nil {
		return order{}, fmt.Errorf("parse order: %w", err)
	}
	return o, nil
}

// orderID reads no more of an order than its ID, which also a poisoned one has. It is empty where
// there is none.
func orderID(body []byte) string {
	var o struct{ ID string }
	_ = json.Unmarshal(body, &o) // not JSON: no ID
	return o.ID
}

// repair rewrites an order that no worker can read into one they can, and leaves one that they
// can read as it is.
func repair(body []byte) ([]byte, error) {
	var o struct {
		ID       string          `json:"id"`
		Customer string          `json:"customer"`
		Cents    json.RawMessage `json:"cents"`
	}
	if err := json.Unmarshal(body, &o); err != nil {
		return nil, fmt.Errorf("repair order: %w", err)
	}
	fixed := order{ID: o.ID, Customer: o.Customer}
	number := strings.Replace(strings.Trim(string(o.Cents), `"`), ",", "", 1)
	if _, err := fmt.Sscanf(number, "%d", &fixed.Cents); err != nil {
		return nil, fmt.Errorf("repair order %s: cents %s: %w", o.ID, o.Cents, err)
	}
	return fixed.encode(), nil
}
