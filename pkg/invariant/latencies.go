package invariant

import (
	"math"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"

	"github.com/crashlab/crashlab/pkg/unit"
)

// fewest is how many latencies a percentile needs: with fewer, the 99th is just the slowest one.
const fewest = 10

// latencies is a distribution in which some values are only lower bounds: those of operations that had not
// ended at the end of the record. Leaving them out would be survivorship bias: a stalled queue would show the
// good latencies of what got through before it stalled.
type latencies struct {
	atLeast *hdr.Histogram // the unfinished count with the time they have waited
	atMost  *hdr.Histogram // the unfinished count as if they never ended
	open    int            // how many are unfinished
}

const longest = time.Hour // latencies beyond count as this

// endless is more than any measured latency: a histogram knows longest only up to its bucket.
const endless = longest * 99 / 100

func newLatencies() *latencies {
	us := longest.Microseconds()
	return &latencies{atLeast: hdr.New(1, us, 3), atMost: hdr.New(1, us, 3)}
}

// put counts d, the latency, or the time waited by an unfinished operation.
func (l *latencies) put(d time.Duration, finished bool) {
	record(l.atLeast, d)
	if finished {
		record(l.atMost, d)
	} else {
		record(l.atMost, longest)
		l.open++
	}
}

// close declares that the unfinished operations never end.
func (l *latencies) close() { l.atLeast = l.atMost }

func record(h *hdr.Histogram, d time.Duration) {
	us := math.Ceil(float64(d) / float64(time.Microsecond))
	_ = h.RecordValue(int64(min(max(us, 0), float64(longest.Microseconds())))) // within range, so it can't fail
}

func (l *latencies) n() int { return int(l.atLeast.TotalCount()) }

// at returns the q-quantile, between the two ways to count the unfinished.
func (l *latencies) at(q float64) (atLeast, atMost time.Duration) {
	return time.Duration(l.atLeast.ValueAtQuantile(100*q)) * time.Microsecond,
		time.Duration(l.atMost.ValueAtQuantile(100*q)) * time.Microsecond
}

// show formats the q-quantile, with a ≥ if it is only a lower bound.
func (l *latencies) show(q float64) string {
	lo, hi := l.at(q)
	if lo >= endless {
		return "never"
	}
	if lo == hi {
		return unit.Duration(lo)
	}
	return "≥ " + unit.Duration(lo)
}

// within compares the q-quantile with the limit, for both ways of counting. A histogram knows a value only up
// to its bucket, so a value in the limit's own bucket is within.
func (l *latencies) within(q float64, limit time.Duration) Status {
	lo, hi := l.at(q)
	exceeds := func(d time.Duration) bool {
		return d > limit && !l.atLeast.ValuesAreEquivalent(d.Microseconds(), limit.Microseconds())
	}
	switch {
	case !exceeds(hi):
		return Holds
	case exceeds(lo):
		return Violated
	}
	return Unknown
}
