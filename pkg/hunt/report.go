package hunt

import (
	"cmp"
	"slices"

	"github.com/crashlab/crashlab/pkg/invariant"
)

// Report is the result of a hunt; its JSON form is the output of `hunt --json`.
type Report struct {
	Lab      string    `json:"lab"`
	First    uint64    `json:"first_seed"`
	Findings []Finding `json:"findings"` // the surprising first: sound designs that break
	Counts
	// Claims are, by design, the invariants that random schedules were judged by.
	Claims   map[string][]string `json:"weather_claims,omitempty"`
	Failures []Failure           `json:"failures,omitempty"` // trials that could not be carried out, some of them
}

// Counts is a hunt's progress.
type Counts struct {
	Seeds     int     `json:"seeds"` // that were begun
	Runs      int     `json:"runs"`  // searching, without those that confirm and shrink
	Told      int     `json:"told"`  // that gave a verdict
	Failed    int     `json:"failed_to_run"`
	Histories int     `json:"distinct_histories"`
	Found     int     `json:"found"`
	Seconds   float64 `json:"seconds"`

	Confirming int `json:"-"` // findings that are being repeated and shrunk, once the search is over
}

// PerSecond returns how many runs were made per second.
func (c Counts) PerSecond() float64 {
	if c.Seconds == 0 {
		return 0
	}
	return float64(c.Runs) / c.Seconds
}

// Failure is a trial that could not be carried out.
type Failure struct {
	Trial
	Error   string `json:"error"`
	Command string `json:"command,omitempty"` // repeats it; filled in by the caller, which knows the command
}

// Finding is a contradiction of what the lab declares: one for each design, invariant and fault. All random
// schedules count as one fault.
type Finding struct {
	Design    string           `json:"design"`
	Invariant string           `json:"invariant"`
	Expected  invariant.Status `json:"expected"`
	Got       invariant.Status `json:"got"`
	Evidence  string           `json:"evidence"` // of the smallest schedule
	Seed      uint64           `json:"seed"`     // the first that shows it
	Seeds     int              `json:"seeds"`    // how many runs showed it
	// that it takes to repeat it: the one alone, but where it needs the others beside it
	Designs  []string `json:"designs"`
	Weather  bool     `json:"weather"`
	Fault    string   `json:"fault"`              // the lab's name for it, or the smallest schedule that shows it
	Composed string   `json:"composed,omitempty"` // the schedule as it was composed
	Repeats  bool     `json:"repeats"`            // the same trial showed it again
	Command  string   `json:"command,omitempty"`  // repeats it; filled in by the caller, which knows the command
	Artifact string   `json:"artifact,omitempty"` // the file that keeps its history, likewise

	order int // of its trial
}

// key identifies a finding.
type key struct{ design, invariant, fault string }

// sortFindings puts sound designs that break before broken ones that were not caught, and random schedules
// after the lab's own faults.
func sortFindings(all []Finding) {
	rank := func(f Finding) int {
		switch {
		case f.Got == invariant.Violated && !f.Weather:
			return 0
		case f.Got == invariant.Violated:
			return 1
		}
		return 2
	}
	slices.SortFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Seeds, a.Seeds), cmp.Compare(a.order, b.order),
			cmp.Compare(a.Design, b.Design), cmp.Compare(a.Invariant, b.Invariant))
	})
}
