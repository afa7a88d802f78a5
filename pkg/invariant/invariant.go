package invariant

import "github.com/crashlab/crashlab/pkg/history"

// Status is what a checker says of a history.
type Status string

// Unknown is never a pass: the history does not say enough.
const (
	Holds    Status = "holds"
	Violated Status = "violated"
	Unknown  Status = "unknown"
)

// Finding is a status and why.
type Finding struct {
	Status   Status
	Evidence string   // one line with numbers: "2,860 accepted = 2,846 done + 14 dead-lettered + 0 in flight"
	Ops      []string // the operations that offend, at most [MaxOps], in the order of the history
}

// MaxOps is how many offending operations a finding names.
const MaxOps = 10

// Invariant is a property that a design is expected to keep, or to break.
type Invariant struct {
	Name  string // the field's own term: "conservation", "exactly-once"
	Claim string // one sentence: what holds when it holds
	Check func(history.History) Finding
	// Safety says that a design that keeps it keeps it under any weather, because it is about what is
	// lost, doubled, out of order or read wrongly, and not about how fast or how much is done. It must not
	// depend on what the weather is either, as a count of messages does where a lost answer makes two of
	// one.
	Safety bool
}
