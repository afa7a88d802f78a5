package gateway

import (
	"errors"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// outcome is what a history says of the requests of each route and of the calls they caused.
type outcome struct {
	end                 time.Duration // when the last request was sent
	fault               history.Window
	checkouts, profiles []request // in the order in which they were sent
	calls               []time.Duration
}

// request is one request and what became of it.
type request struct {
	at, took time.Duration
	served   bool
	calls    map[string]int // tries that it caused, by the service called
	id       string
}

// read makes the outcome of a history. The runner's own requests, outside the load, don't count.
func read(h history.History) (*outcome, error) {
	o := &outcome{}
	load, loaded := history.Between(h, history.LoadStart, history.LoadEnd)
	fault, faulty := history.Between(h, history.FaultInjected, history.FaultReverted)
	if !loaded || !faulty {
		return nil, errors.New("no load, or no fault in it")
	}
	o.fault = fault
	set, err := history.Operations(h)
	if err != nil {
		return nil, err
	}
	calls := map[string]map[string]int{}
	for _, e := range h {
		if e.Kind != history.Effect || e.Name != call {
			continue
		}
		if calls[e.Op] == nil {
			calls[e.Op] = map[string]int{}
		}
		calls[e.Op][e.Key]++
		if e.Key == "inventory" {
			o.calls = append(o.calls, e.At)
		}
	}
	for n := range set.All {
		op := &set.All[n]
		if op.End == nil || !load.Contains(op.Invoke.At) {
			continue
		}
		r := request{at: op.Invoke.At, served: op.Outcome() == history.OK, calls: calls[op.Invoke.Op], id: op.Invoke.Op}
		r.took, _ = op.Latency()
		o.end = max(o.end, r.at+1)
		if op.Invoke.Key == unrelated {
			o.profiles = append(o.profiles, r)
		} else {
			o.checkouts = append(o.checkouts, r)
		}
	}
	if o.end == 0 {
		return nil, errors.New("no requests")
	}
	return o, nil
}

// sent returns the requests that were sent in a stretch of time.
func sent(requests []request, from, to time.Duration) []request {
	w := history.Window{From: from, To: to}
	return slices.DeleteFunc(slices.Clone(requests), func(r request) bool { return !w.Contains(r.at) })
}

func served(requests []request) (n int) {
	for _, r := range requests {
		if r.served {
			n++
		}
	}
	return n
}

// called returns how many calls to a service the requests caused.
func called(requests []request, service string) (n int) {
	for _, r := range requests {
		n += r.calls[service]
	}
	return n
}

func p99(requests []request) time.Duration {
	var took []time.Duration
	for _, r := range requests {
		took = append(took, r.took)
	}
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[(len(took)*99+99)/100-1]
}

func share(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }
