package invariant

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// BenchmarkCheck reports events per second and the memory that a checker allocates per event, in addition to
// the history's own. Twice the size may take twice the memory and no more.
func BenchmarkCheck(b *testing.B) {
	const events = 1_000_000
	orders, registers := pipeline(events/6), reads(events/2)
	for _, c := range []struct {
		check   Invariant
		history history.History
	}{
		{Loss(two), orders},
		{Duplicates(two), orders},
		{Order(pace), orders},
		{Conservation(two), orders},
		{ExactlyOnce(two), orders},
		{MaxReceives(two, 3), orders},
		{Progress(two), orders},
		{LoadAmplification(Filter{}, "received", "", 2, 0), orders},
		{BlastRadius(Filter{}, nil, 0, 0), orders},
		{Staleness(Registers{}, 0), registers},
		{ReadYourWrites(Registers{}), registers},
		{Linearizable(Registers{}.Model(), time.Minute), registers},
	} {
		for _, part := range []int{1, 2} {
			h := c.history[:len(c.history)/part]
			b.Run(fmt.Sprintf("%s/%d", c.check.Name, len(h)), func(b *testing.B) {
				before := allocated()
				for b.Loop() {
					c.check.Of(h)
				}
				each := float64(len(h)) * float64(b.N)
				b.ReportMetric(each/b.Elapsed().Seconds(), "events/s")
				b.ReportMetric(float64(allocated()-before)/each, "B/event")
			})
		}
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
