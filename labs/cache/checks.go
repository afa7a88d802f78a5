package cache

import (
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// found writes a finding: Holds where ok.
func found(ok bool, evidence string, args ...any) invariant.Finding {
	f := invariant.Finding{Status: invariant.Violated, Evidence: fmt.Sprintf(evidence, args...)}
	if ok {
		f.Status = invariant.Holds
	}
	return f
}

func unknown(evidence string, args ...any) invariant.Finding {
	return invariant.Finding{Status: invariant.Unknown, Evidence: fmt.Sprintf(evidence, args...)}
}

// noStampede holds if no instance ever loads a product twice at the same time.
var noStampede = invariant.Invariant{
	Name:  stampede,
	Claim: "an instance loads a product at most once at a time",
	Check: func(h history.History) invariant.Finding {
		type place struct{ key, by string }
		now, most, worst, all := map[place]int{}, 0, place{}, 0
		for _, e := range h {
			at := place{e.Key, e.By}
			switch {
			case e.Kind != history.Effect:
			case e.Name == loading:
				all++
				if now[at]++; now[at] > most {
					most, worst = now[at], at
				}
			case e.Name == loaded:
				now[at]--
			}
		}
		if len(h) == 0 {
			return unknown("no events")
		}
		if all == 0 {
			return found(true, "nothing was ever loaded: the cache had it all")
		}
		return found(most <= 1, "at most %d of %s at once in %s, limit 1; %d loads in all", most, worst.key, worst.by, all)
	},
}

// expiry is what a history tells of the recomputation of the hot entry once its expiry is near.
type expiry struct {
	loads int           // that were begun from the first one until a value was there again
	came  int           // readers that came in that time
	took  time.Duration // the first of the loads: Δ
	rate  float64       // reads of the hot product a second: λ
	waits int           // readers that found nothing
}

// expected is λ·Δ, the readers that arrive during one recomputation.
func (x expiry) expected() float64 { return x.rate * x.took.Seconds() }

func expiryOf(h history.History) (x expiry, err error) {
	load, loadMarked := history.Between(h, history.LoadStart, history.LoadEnd)
	from, faultMarked := history.Between(h, history.FaultInjected, history.FaultReverted)
	if !loadMarked || !faultMarked {
		return x, fmt.Errorf("no load, or no fault")
	}
	reads, last, began := 0, load.From, time.Duration(-1)
	for _, e := range h {
		switch {
		case e.Key != hot:
		case e.Kind == history.Invoke && e.Name == reading && load.Contains(e.At):
			reads++
			last = e.At
			if began >= 0 && x.took == 0 {
				x.came++
			}
		case e.Kind != history.Effect || e.At < from.From:
		case e.Name == missed:
			x.waits++
		case e.Name == loading && x.took == 0:
			if began < 0 {
				began = e.At
			}
			x.loads++
		case e.Name == loaded && x.took == 0:
			x.took = max(e.At-began, time.Nanosecond)
		}
	}
	if x.took == 0 {
		return x, fmt.Errorf("the hot product was not recomputed")
	}
	x.rate = float64(reads) / (last - load.From).Seconds()
	return x, nil
}

// hotLoads holds if the loads of the hot product, from the first one on until a value is there again,
// are as many as theory says: λ·Δ where every reader loads, one an instance where they load together.
var hotLoads = invariant.Invariant{
	Name:  loads,
	Claim: "an expiry costs as many loads as theory predicts: λ·Δ where every reader loads, one an instance where they load together",
	Check: func(h history.History) invariant.Finding {
		x, err := expiryOf(h)
		if err != nil {
			return unknown("%v", err)
		}
		if x.loads <= replicas {
			return found(true, "%d loads of the hot product, predicted %d or less: one an instance (%d readers came meanwhile)", x.loads, replicas, x.came)
		}
		return found(math.Abs(float64(x.loads-x.came)) <= loadsWithin*float64(x.came),
			"%d loads of the hot product, predicted %d: the readers that came in Δ (± %.0f %%); λ·Δ = %.0f/s × %.2f s = %.0f",
			x.loads, x.came, 100*loadsWithin, x.rate, x.took.Seconds(), x.expected())
	},
}

// loadsWithin is the tolerance of hotLoads: who comes at the very beginning or end of Δ may or may not
// find the entry.
const loadsWithin = 0.5

// noWaits holds if readers did not have to wait for the hot product's recomputation. A few may, where
// the machine stood still; without a recomputation ahead of the expiry it is all λ·Δ of them.
var noWaits = invariant.Invariant{
	Name:  waits,
	Claim: "the hot product is recomputed before it expires: fewer than λ·Δ ÷ 2 readers find nothing",
	Check: func(h history.History) invariant.Finding {
		x, err := expiryOf(h)
		if err != nil {
			return unknown("%v", err)
		}
		return found(float64(x.waits) < x.expected()/2, "%d readers of the hot product found nothing and waited; λ·Δ = %.0f", x.waits, x.expected())
	},
}

// boundedDatabaseLoad holds if the database is asked for no more than it can do while the fault is on.
var boundedDatabaseLoad = invariant.Invariant{
	Name:  databaseLoad,
	Claim: "the database is asked for no more than its capacity while the cache is gone",
	Check: func(h history.History) invariant.Finding {
		load, loadMarked := history.Between(h, history.LoadStart, history.LoadEnd)
		during, faultMarked := history.Between(h, history.FaultInjected, history.FaultReverted)
		operations, readers, queries, last := 0, 0, 0, load.From
		for _, e := range h {
			switch {
			case e.Kind == history.Invoke && e.Name == operation && load.Contains(e.At):
				operations++
				last = e.At
			case e.Kind == history.Invoke && e.Name == reading && during.Contains(e.At):
				readers++
			case e.Kind == history.Effect && e.Name == queried && during.Contains(e.At):
				queries++
			}
		}
		if !loadMarked || !faultMarked || operations == 0 {
			return unknown("no load, or no fault")
		}
		capacity := float64(operations) / (last - load.From).Seconds() / overload * (during.To - during.From).Seconds()
		return found(float64(queries) <= capacity, "%d queries in %.1f s = %.1f × its capacity; %.1f × if every reader asks",
			queries, (during.To - during.From).Seconds(), float64(queries)/capacity, float64(readers)/capacity)
	},
}

// recovers holds if the system serves again once the fault is over. One that does not is metastable:
// its cause has gone and it stays down, held there by its own load.
var recovers = invariant.Invariant{
	Name:  recovery,
	Claim: "once the fault is over, operations are served again",
	Check: func(h history.History) invariant.Finding {
		set, err := history.Operations(h)
		if err != nil {
			return unknown("%v", err)
		}
		load, loadMarked := history.Between(h, history.LoadStart, history.LoadEnd)
		during, faultMarked := history.Between(h, history.FaultInjected, history.FaultReverted)
		var asked, served [3]int // before, during, after
		for _, o := range set.All {
			at := o.Invoke.At
			if o.Invoke.Name != operation || !load.Contains(at) {
				continue
			}
			phase := 0
			switch {
			case at >= during.To:
				phase = 2
			case at >= during.From:
				phase = 1
			}
			asked[phase]++
			if o.Outcome() == history.OK {
				served[phase]++
			}
		}
		if !loadMarked || !faultMarked || served[0] == 0 || asked[2] == 0 {
			return unknown("no operation was served before the fault, or none was sent after it")
		}
		share := func(phase int) float64 { return 100 * float64(served[phase]) / float64(max(1, asked[phase])) }
		return found(share(2) >= share(0)/2, "served %.0f %% before the fault, %.0f %% during it, %.0f %% after it (%d of %d)",
			share(0), share(1), share(2), served[2], asked[2])
	},
}
