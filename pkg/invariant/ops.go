package invariant

import (
	"iter"
	"math"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// Ops are operations in the order of their invocation.
type Ops []*history.Operation

// Where returns the operations for which keep is true.
func (ops Ops) Where(keep func(*history.Operation) bool) (kept Ops) {
	for _, o := range ops {
		if keep(o) {
			kept = append(kept, o)
		}
	}
	return kept
}

// In returns the operations that were invoked in w.
func (ops Ops) In(w history.Window) Ops {
	return ops.Where(func(o *history.Operation) bool { return w.Contains(o.Invoke.At) })
}

// Served returns the acknowledged operations.
func (ops Ops) Served() Ops {
	return ops.Where(func(o *history.Operation) bool { return o.Outcome() == history.OK })
}

// Share returns the share of acknowledged operations, NaN without operations.
func (ops Ops) Share() float64 { return float64(len(ops.Served())) / float64(len(ops)) }

// Rate returns how many were invoked per second, zero for fewer than two.
func (ops Ops) Rate() float64 {
	if len(ops) < 2 {
		return 0
	}
	return float64(len(ops)-1) / (ops[len(ops)-1].Invoke.At - ops[0].Invoke.At).Seconds()
}

// Sent yields the times of their invocations.
func (ops Ops) Sent() iter.Seq[time.Duration] {
	return func(yield func(time.Duration) bool) {
		for _, o := range ops {
			if !yield(o.Invoke.At) {
				return
			}
		}
	}
}

// Took returns the latencies of the operations that ended.
func (ops Ops) Took() (took []time.Duration) {
	for _, o := range ops {
		if d, ended := o.Latency(); ended {
			took = append(took, d)
		}
	}
	return took
}

// IDs returns their IDs.
func (ops Ops) IDs() (ids []string) {
	for _, o := range ops {
		ids = append(ids, o.Invoke.Op)
	}
	return ids
}

// Quantile returns the q-quantile of the durations (0.99 for the 99th percentile): the smallest one that a
// share q does not exceed. It is zero for none.
func Quantile(q float64, d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return sorted[max(0, int(math.Ceil(q*float64(len(d))))-1)]
}
