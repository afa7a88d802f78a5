package load

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/crashlab/crashlab/pkg/history"
)

// Result sums up a workload.
type Result struct {
	Total, OK, Failed, Unknown int
	// of all that were sent and have ended, in microseconds, from the instant each was due
	Latency *hdrhistogram.Histogram
	Behind  time.Duration // by how much the generator itself was late at worst
}

// Percentile returns the latency below which q percent of the operations ended.
func (r *Result) Percentile(q float64) time.Duration {
	return time.Duration(r.Latency.ValueAtPercentile(q)) * time.Microsecond
}

// Max returns the longest latency.
func (r *Result) Max() time.Duration { return time.Duration(r.Latency.Max()) * time.Microsecond }

// Sum sums up the recorded operations of the workload.
func Sum(ops []*history.Operation) *Result {
	r := &Result{Latency: hdrhistogram.New(1, time.Minute.Microseconds(), 3)}
	for _, o := range ops {
		late := time.Duration(o.Invoke.N) * time.Microsecond
		r.Total++
		r.Behind = max(r.Behind, late)
		switch o.Outcome() {
		case history.OK:
			r.OK++
		case history.Failed:
			r.Failed++
		default:
			r.Unknown++
		}
		if took, ended := o.Latency(); ended && o.End.Value != Shed {
			// A latency beyond the histogram's range is recorded as its maximum.
			_ = r.Latency.RecordValue(min((late + took).Microseconds(), r.Latency.HighestTrackableValue()))
		}
	}
	return r
}
