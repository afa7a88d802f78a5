package dlq

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// order is what a client posts, and what travels through Kafka, SNS and SQS unchanged.
type order struct {
	ID       string `json:"id"`
	Customer string `json:"customer"`
	Cents    int64  `json:"cents"`
}

// placedBy returns the order that an operation places.
func placedBy(op load.Op) order {
	return order{ID: op.ID, Customer: op.Key, Cents: history.Amount(op.ID)}
}

// poisoned returns an order as a client of another version writes it: the amount is text with a
// decimal comma. The intake, which checks only that it is JSON with an ID, lets it pass. A worker
// needs the amount and cannot read it, today or at any later try.
func poisoned(o order) []byte {
	return fmt.Appendf(nil, `{"id":%q,"customer":%q,"cents":"%d,%02d"}`, o.ID, o.Customer, o.Cents/100, o.Cents%100)
}

// orderID returns the ID of an order, which also a poisoned one has; empty where there is none.
func orderID(body []byte) string { return part.Decode[order](body).ID }

// parse reads an order as the workers do.
func parse(body []byte) (o order, err error) {
	if err = json.Unmarshal(body, &o); err == nil && o.Cents <= 0 {
		err = errors.New("it has no amount")
	}
	if err != nil {
		return order{}, fmt.Errorf("parse order: %w", err)
	}
	return o, nil
}

// decimalComma finds an amount as a client of another version writes it.
var decimalComma = regexp.MustCompile(`"cents":"(\d+),(\d\d)"`)

// repair rewrites a poisoned order into one that the workers can read.
func repair(body []byte) ([]byte, error) {
	fixed := decimalComma.ReplaceAll(body, []byte(`"cents":$1$2`))
	if _, err := parse(fixed); err != nil {
		return nil, fmt.Errorf("repair: %w", err)
	}
	return fixed, nil
}
