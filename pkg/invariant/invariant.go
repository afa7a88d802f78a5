package invariant

import "github.com/crashlab/crashlab/pkg/history"

// Invariant is a property that a design is expected to keep, or to break.
type Invariant struct {
	Name  string // the field's own term: "conservation", "exactly-once"
	Claim string // one sentence: what holds when it holds
	Check func(*View) Finding
	// Safety says that a design that keeps it keeps it under any weather, because it is about what is
	// lost, doubled, out of order or read wrongly, and not about how fast or how much is done. It must not
	// depend on what the weather is either, as a count of messages does where a lost answer makes two of
	// one.
	Safety bool

	registered bool // made by a constructor of [All]
}

// Registered reports whether i is one of [All], with whatever parameters: only such an invariant may bear
// a name of theirs, so that a name means one thing in all labs.
func (i Invariant) Registered() bool { return i.registered }

// On returns what i says of a view. Of a history that is empty or contradicts itself, nothing can be said.
func (i Invariant) On(v *View) Finding {
	switch {
	case v.err != nil:
		return Undecided("%v", v.err)
	case len(v.History) == 0:
		return Undecided("no operations")
	}
	return i.Check(v)
}

// Of returns what i says of a history. Where several invariants look at one, [Invariant.On] reads it once.
func (i Invariant) Of(h history.History) Finding { return i.On(NewView(h)) }
