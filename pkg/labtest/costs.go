package labtest

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
)

// The cost range of a call on an AWS emulator. It is wide enough for all kinds of calls, and for polls, which
// are rarer on the embedded stack.
const (
	leastACall = 3 * time.Millisecond
	mostACall  = 50 * time.Millisecond
)

// costs fails if a design calls AWS with most operations and declares a cost that is out of range for that
// many calls.
func costs(t *testing.T, l lab.Spec, cases []run.Case) {
	t.Helper()
	for _, c := range cases {
		if len(c.Without) > 0 {
			continue
		}
		d, _ := l.Design(c.Design)
		calls := 0.0
		for key, tally := range c.Usage {
			if key.Service != "redis" && key.Service != "kafka" && key.Service != "http" {
				calls += float64(tally.Requests)
			}
		}
		calls /= float64(c.Operations.Total)
		least, most := time.Duration(calls*float64(leastACall)), time.Duration(calls*float64(mostACall))
		t.Logf("%s: %.1f calls of AWS per operation, cost %v", d.Name, calls, d.Cost)
		if calls > 0.5 && d.Cost < least || d.Cost > most {
			t.Errorf("%s declares a cost of %v per operation with %.1f calls of AWS: want %v to %v", d.Name, d.Cost,
				calls, least, most)
		}
	}
}
