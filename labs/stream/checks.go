package stream

import (
	"fmt"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// lag holds if the consumers catch up: once nothing arrives any more, no shard has records after its
// checkpoint.
var lag = invariant.Invariant{
	Name:  "lag",
	Claim: "consumers that fell behind catch up",
	Check: func(h history.History) invariant.Finding {
		most, last := lags(h)
		if len(last) == 0 || !history.Marked(h, history.Drained) {
			return invariant.Finding{Status: invariant.Unknown, Evidence: "the lag was not followed to the end"}
		}
		worst := history.Event{}
		for _, e := range most {
			if e.N > worst.N || worst.Key == "" {
				worst = e
			}
		}
		f := invariant.Finding{Status: invariant.Holds, Evidence: fmt.Sprintf("at most %d records behind, on %s at %.1f s; %d in the end", worst.N, worst.Key, worst.At.Seconds(), behindIn(last))}
		if behindIn(last) > 0 {
			f.Status = invariant.Violated
		}
		return f
	},
}

// lags returns each shard's greatest and last lag, in the order in which the shards appear.
func lags(h history.History) (most, last []history.Event) {
	for _, e := range h {
		if e.Kind != history.Effect || e.Name != behind {
			continue
		}
		n := slices.IndexFunc(last, func(l history.Event) bool { return l.Key == e.Key })
		if n < 0 {
			most, last = append(most, e), append(last, e)
			continue
		}
		last[n] = e
		if e.N > most[n].N {
			most[n] = e
		}
	}
	return most, last
}

func behindIn(samples []history.Event) (sum int64) {
	for _, e := range samples {
		sum += e.N
	}
	return sum
}

// growthWithin is the tolerance of lagGrowth: keys are spread over the shards by a hash, not evenly.
const growthWithin = 0.35

// lagGrowth holds if a blocked shard's lag is what queueing theory says: (arrivals − service) × time,
// with no service from the shard's first poisoned record on. What is blocked is its whole batch, so
// that up to a batch a shard may wait beyond that.
var lagGrowth = invariant.Invariant{
	Name:  "lag-growth",
	Claim: fmt.Sprintf("a blocked shard's lag is the arrival rate × the time since it blocked, within %.0f %%", 100*growthWithin),
	Check: func(h history.History) invariant.Finding {
		unknown := func(why string) invariant.Finding {
			return invariant.Finding{Status: invariant.Unknown, Evidence: why}
		}
		set, err := history.Operations(h)
		if err != nil {
			return unknown(err.Error())
		}
		load, loaded := history.Between(h, history.LoadStart, history.LoadEnd)
		_, last := lags(h)
		if !loaded || len(last) == 0 {
			return unknown("there was no load, or nobody looked at the lag")
		}
		arrived, end := 0, load.From
		for _, o := range set.All {
			if o.Outcome() != history.Failed && load.Contains(o.Invoke.At) {
				arrived++
				end = max(end, o.Invoke.At)
			}
		}
		rate := float64(arrived) / (end - load.From).Seconds() / float64(len(last))
		predicted, got := 0.0, 0.0
		blocked := blockedAt(h, set)
		for _, e := range last {
			if at, ok := blocked[e.Key]; ok {
				predicted += rate * (end - at).Seconds()
				got += float64(e.N)
			}
		}
		if len(blocked) == 0 || predicted == 0 {
			return unknown("no shard met a poisoned record")
		}
		f := invariant.Finding{Status: invariant.Violated, Evidence: fmt.Sprintf("%s blocked, %.0f records behind in the end, predicted %.0f: %.1f/s a shard × %.1f s (± %.0f %% and the batch)",
			shardCount(len(blocked)), got, predicted, rate, predicted/rate, 100*growthWithin)}
		if got >= (1-growthWithin)*predicted && got <= (1+growthWithin)*predicted+float64(maxBatch*len(blocked)) {
			f.Status = invariant.Holds
		}
		return f
	},
}

// blockedAt returns when the record that blocks each shard arrived, its first poisoned one: all that
// arrived after it waits. When a consumer came to try it does not matter.
func blockedAt(h history.History, set *history.OperationSet) map[string]time.Duration {
	at := map[string]time.Duration{}
	for _, e := range h {
		if e.Kind != history.Effect || e.Name != received {
			continue
		}
		op := set.Find(e.Op)
		if _, met := at[e.Key]; !met && op >= 0 && set.All[op].Invoke.Value == "poison" {
			at[e.Key] = set.All[op].Invoke.At
		}
	}
	return at
}

func shardCount(n int) string {
	if n == 1 {
		return "1 shard"
	}
	return fmt.Sprintf("%d shards", n)
}

// crashWindow holds if a crash repeats or loses exactly the records that it caught between effect and
// checkpoint, no more: deliveries beyond the first, and accepted movements that left no trace.
var crashWindow = invariant.Invariant{
	Name:  "crash-window",
	Claim: "a crash repeats or loses what lay between effect and checkpoint, and nothing else",
	Check: func(h history.History) invariant.Finding {
		set, err := history.Operations(h)
		if err != nil {
			return invariant.Finding{Status: invariant.Unknown, Evidence: err.Error()}
		}
		deliveries, traces := make([]int, len(set.All)), make([]int, len(set.All))
		caught, crashes := 0, 0
		for _, e := range h {
			if e.Kind != history.Effect {
				continue
			}
			op := set.Find(e.Op)
			switch {
			case e.Name == exposed:
				caught += int(e.N)
				crashes++
			case op < 0:
			case e.Name == received:
				deliveries[op]++
			case e.Name == done || e.Name == parked || e.Name == inFlight:
				traces[op]++
			}
		}
		if crashes == 0 {
			return invariant.Finding{Status: invariant.Unknown, Evidence: "nobody crashed"}
		}
		repeated, lost := 0, 0
		for n := range set.All {
			repeated += max(0, deliveries[n]-1)
			if set.All[n].Outcome() == history.OK && traces[n] == 0 {
				lost++
			}
		}
		f := invariant.Finding{Status: invariant.Violated, Evidence: fmt.Sprintf("%d repeated + %d lost, predicted %d: the batch that the crash caught", repeated, lost, caught)}
		if repeated+lost == caught {
			f.Status = invariant.Holds
		}
		return f
	},
}

// mostTries returns how often the record that was tried most was tried.
func mostTries(h history.History) (float64, error) {
	tried, most := map[string]int{}, 0
	for _, e := range h {
		if e.Kind == history.Effect && e.Name == received {
			tried[e.Op]++
			most = max(most, tried[e.Op])
		}
	}
	if most == 0 {
		return 0, fmt.Errorf("nothing was received")
	}
	return float64(most), nil
}
