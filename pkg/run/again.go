package run

import (
	"slices"

	"github.com/crashlab/crashlab/pkg/virtual"
)

// Again calls once until the run's verdict is known, at most attempts times, and returns the last result with
// the number of attempts. It repeats a run only if a slow machine can be the reason for an unknown verdict. A
// failure is final, and in virtual time the next run would be the same. An error ends it.
func Again(attempts int, once func() (*Result, error)) (*Result, error) {
	for attempt := 1; ; attempt++ {
		r, err := once()
		if err != nil {
			return nil, err
		}
		r.Attempts = attempt
		if attempt >= attempts || !r.worthAnother() {
			return r, nil
		}
	}
}

// worthAnother reports whether another run can have a verdict that this one does not have.
func (r *Result) worthAnother() bool {
	return r.Verdict == Unknown && r.Time != virtual.VirtualTime && slices.ContainsFunc(r.Cases, func(c Case) bool {
		return c.Verdict == Unknown && c.Reason.mayPass()
	})
}
