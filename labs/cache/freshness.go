package cache

import (
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// staleness asks for a read that could have been stale: without one, it proves nothing that none was.
var staleness = func() invariant.Invariant {
	i := invariant.Staleness(invariant.Registers{Read: reading, Write: writing, Initial: initial}, 0)
	check := i.Check
	i.Check = func(v *invariant.View) invariant.Finding {
		f := check(v)
		if f.Status != invariant.Holds {
			return f
		}
		n := exposed(v)
		if n == 0 {
			return invariant.Undecided("%s; no read came after a load that a write overtook, and before the next one",
				f.Evidence)
		}
		f.Evidence += ", though " + unit.Many(n, "read") + " came after a load that a write overtook"
		return f
	}
	return i
}()

// exposed counts the reads of the offer that came when its entry could be an old one: after a load that was overtaken
// by a write, and before the entry was written or evicted again.
func exposed(v *invariant.View) int {
	writes, began, exposed := v.Select(invariant.Filter{Operation: writing, Key: offer}), map[string]time.Duration{}, 0
	ends := []time.Duration{v.Load.To} // of what an old entry can last
	for _, w := range writes {
		ends = append(ends, w.Invoke.At)
	}
	for e := range v.Effects(evicted) {
		ends = append(ends, e.At)
	}
	slices.Sort(ends)
	for e := range v.Effects(loading, loaded) {
		if e.Name == loading {
			began[e.Op] = e.At
			continue
		}
		overtaken := e.Key == offer && slices.ContainsFunc(writes.Served(), func(w *history.Operation) bool {
			return w.Invoke.At > began[e.Op] && w.End.At < e.At
		})
		if next, _ := slices.BinarySearch(ends, e.At); overtaken && next < len(ends) {
			old := history.Window{From: e.At, To: ends[next]}
			exposed += len(v.Select(invariant.Filter{Operation: reading, Key: offer}).In(old))
		}
	}
	return exposed
}
