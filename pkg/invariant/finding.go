package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Status is the result of a checker.
type Status string

// Unknown is never a pass: the history does not contain enough.
const (
	Holds    Status = "holds"
	Violated Status = "violated"
	Unknown  Status = "unknown"
)

// Finding is a status and its reason.
type Finding struct {
	Status   Status
	Evidence string   // one line with numbers: "2,860 accepted = 2,846 done + 14 dead-lettered + 0 in flight"
	Ops      []string // the operations that offend, at most [MaxOps], in the order of the history
}

// MaxOps is how many offending operations a finding names.
const MaxOps = 10

// Found returns that the claim holds or is violated, with its evidence.
func Found(holds bool, evidence string, args ...any) Finding {
	f := Finding{Status: Violated, Evidence: fmt.Sprintf(evidence, args...)}
	if holds {
		f.Status = Holds
	}
	return f
}

// Undecided returns that the history does not contain enough, and why.
func Undecided(why string, args ...any) Finding {
	return Finding{Status: Unknown, Evidence: fmt.Sprintf(why, args...)}
}

// Naming returns f with the first offending operations, if the claim is violated.
func (f Finding) Naming(ops []string) Finding {
	if f.Status == Violated {
		f.Ops = ops[:min(len(ops), MaxOps)]
	}
	return f
}

// offenders counts the offending operations and keeps the first of them.
type offenders struct {
	n   int
	ids []string
}

func (o *offenders) add(id string) {
	o.n++
	if len(o.ids) < MaxOps && id != "" {
		o.ids = append(o.ids, id)
	}
}

func (o *offenders) merge(other offenders) {
	o.n += other.n
	o.ids = append(o.ids, other.ids[:min(len(other.ids), MaxOps-len(o.ids))]...)
}

// also joins to s the phrases whose number is not zero.
func also(s string, phrases ...phrase) string {
	for _, p := range phrases {
		if p.n > 0 {
			s += ", " + unit.Count(p.n) + " " + p.text
		}
	}
	return s
}

type phrase struct {
	n    int
	text string
}
