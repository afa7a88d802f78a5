package load

import (
	"context"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// Op is one operation of the workload.
type Op struct {
	ID       string        // unique in the case
	Seq      int           // position in the workload, from 0; -1 for a canary
	At       time.Duration // when it is due, since the start of the load
	Name     string        // what is requested: "order", "read"
	Key      string        // its object
	Value    string        // the value it writes, different for each; empty for a read
	ReadOnly bool          // it changes nothing
	Canary   bool          // one of the runner's own, to check the system's health; it counts nowhere
	Taint    string        // a data fault's change to it: "poison"; empty for a sound one

	kind   int       // in the mix
	due    time.Time // the instant
	chosen func()    // says that it is on record; nil if no switch could change its kind
	drawn  string    // from the workload's keys, whether or not its kind has a key of its own
}

// Do sends one operation and waits for its answer. It returns the value of a read, and nothing for a write. A
// nil error means OK; [Op.Outcome] interprets any other. The caller records both: a client records nothing.
type Do func(ctx context.Context, op Op) (read string, err error)

// Definite marks err as a failure that certainly had no effect: a refusal, a failed dial.
func Definite(err error) error { return &definite{err} }

type definite struct{ error }

func (d *definite) Unwrap() error { return d.error }

// IsDefinite reports whether err was made by [Definite], or wraps one that was. Joined errors are definite
// only if each is: of two tries, one of which was refused, the other may have had an effect.
func IsDefinite(err error) bool {
	switch e := err.(type) { //nolint:errorlint // it unwraps by itself, since of joined errors each counts
	case *definite:
		return true
	case interface{ Unwrap() error }:
		return IsDefinite(e.Unwrap())
	case interface{ Unwrap() []error }:
		all := e.Unwrap()
		return len(all) > 0 && !slices.ContainsFunc(all, func(one error) bool { return !IsDefinite(one) })
	}
	return false
}

// Outcome returns the kind of event that ends an operation with that error. It is the one rule for all labs.
// A definite error means Failed. So does any error of an operation that only reads, since nothing has
// happened. Any other means Unknown: a client that only lost the answer cannot tell.
func (o Op) Outcome(err error) history.Kind {
	switch {
	case err == nil:
		return history.OK
	case o.ReadOnly || IsDefinite(err):
		return history.Failed
	default:
		return history.Unknown
	}
}

// by returns the operation's sender, for the record.
func (o Op) by() string {
	if o.Canary {
		return history.Canary
	}
	return "client"
}

// written is the written value in the record, with the taint of a data fault.
func (o Op) written() string {
	if o.Taint != "" {
		return o.Taint
	}
	return o.Value
}

type operationKey struct{}

// WithOperation returns a context for the operation of that ID, as [Do] gets.
func WithOperation(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, operationKey{}, id)
}

// OperationOf returns the ID of the operation of ctx, or an empty string.
func OperationOf(ctx context.Context) string {
	id, _ := ctx.Value(operationKey{}).(string)
	return id
}
