package invariant

import "github.com/crashlab/crashlab/pkg/history"

// Invariant is a property that a design is expected to keep, or to break.
type Invariant struct {
	Name  string // the field's own term: "conservation", "exactly-once"
	Claim string // one sentence: what is true when the invariant holds
	Check func(*View) Finding
	// Safety says that a design that keeps the invariant keeps it under any combination of faults: it is
	// about loss, duplicates, order or wrong reads, and not about speed or amounts. Its value must not depend
	// on the faults either, as a count of messages does when a lost answer makes two of one.
	Safety bool
	// Untimed says, as Safety does, that a slow machine can't violate the invariant. It is for those that a fault
	// may: a limit of the broker's own, such as how often it delivers a message.
	Untimed bool

	registered bool // made by a constructor of [All]
}

// Registered reports whether i is one of [All], with any parameters. Only such an invariant may have one of
// their names, so that a name means the same in all labs.
func (i Invariant) Registered() bool { return i.registered }

// Excused reports whether a machine that is too busy can be the reason for a violation.
func (i Invariant) Excused() bool { return !i.Safety && !i.Untimed }

// On returns the finding of i for a view. It is Unknown for a history that is empty or contradicts itself.
func (i Invariant) On(v *View) Finding {
	switch {
	case v.err != nil:
		return Undecided("%v", v.err)
	case len(v.History) == 0:
		return Undecided("no operations")
	}
	return i.Check(v)
}

// Of returns the finding of i for a history. To check several invariants, make one view and use
// [Invariant.On].
func (i Invariant) Of(h history.History) Finding { return i.On(NewView(h)) }
