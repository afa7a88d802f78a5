package invariant

import (
	"math"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"

	"github.com/crashlab/crashlab/pkg/unit"
)

// fewest is how many latencies it takes to speak of a percentile: with less than this the 99th is
// only the name of the slowest one.
const fewest = 10

// latencies is a distribution of which some are known only to exceed a value: those that had not
// ended when the record did. To leave them out would be survivorship bias: a queue that stands still
// would show the fine latencies of what got through before it stopped.
type latencies struct {
	atLeast *hdr.Histogram // the unfinished count with the time they have waited
	atMost  *hdr.Histogram // the unfinished count as if they never ended
	open    int            // how many are unfinished
}

const longest = time.Hour // latencies beyond count as this

// endless is no measured latency: a histogram knows longest only up to its bucket.
const endless = longest * 99 / 100

func newLatencies() *latencies {
	us := longest.Microseconds()
	return &latencies{atLeast: hdr.New(1, us, 3), atMost: hdr.New(1, us, 3)}
}

// put counts d, the latency, or the time waited by one that has not finished.
func (l *latencies) put(d time.Duration, finished bool) {
	record(l.atLeast, d)
	if finished {
		record(l.atMost, d)
	} else {
		record(l.atMost, longest)
		l.open++
	}
}

// close says that the unfinished never end.
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

// show writes the q-quantile, with a ≥ where it is only a lower bound.
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

// within says whether the q-quantile is within the limit, either way of counting. A histogram knows a
// value only up to its bucket, so one in the limit's own bucket is within.
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
