package invariant

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// pipeline is a valid history of n orders on two branches, six events each, interleaved as in a real one:
// some tens of orders are in progress at any time, and effects come late.
func pipeline(n int) history.History {
	const lag = 40   // orders between an order's acceptance and its effects
	const lanes = 97 // keys of the orders
	h := make(history.History, 0, 6*n)
	add := func(e history.Event) {
		e.At = time.Duration(len(h)) * time.Microsecond
		h = append(h, e)
	}
	ids := make([]string, n)
	for i := range n + lag {
		if i < n {
			ids[i] = "order-" + strconv.Itoa(i)
			add(history.Event{Kind: history.Invoke, Op: ids[i], Name: "order", By: "client-1", Key: keys[i%lanes]})
			add(history.Event{Kind: history.OK, Op: ids[i]})
		}
		if done := i - lag; done >= 0 {
			for _, queue := range two.Branches {
				add(history.Event{Kind: history.Effect, Op: ids[done], Name: "received", By: "worker-1", Key: queue})
				add(history.Event{Kind: history.Effect, Op: ids[done], Name: "done", By: "worker-1", Key: queue})
			}
		}
	}
	return h
}

// reads is a valid history of n operations on registers: each key is written and then read by all.
func reads(n int) history.History {
	h := make(history.History, 0, 2*n)
	latest := make([]string, len(keys))
	for i := range n {
		key, op := i/4%len(keys), strconv.Itoa(i)
		e := history.Event{
			At: time.Duration(len(h)) * time.Microsecond, Kind: history.Invoke, Op: op, Name: "read", By: clients[i%2],
			Key: keys[key],
		}
		end := history.Event{At: e.At + 1, Kind: history.OK, Op: op, Value: latest[key]}
		if i%4 == 0 {
			e.Name, e.Value = "write", "v"+op
			latest[key], end.Value = e.Value, ""
		}
		h = append(h, e, end)
	}
	return h
}

var (
	keys    = numbered("key-", 5000)
	clients = numbered("client-", 2)
)

func numbered(prefix string, n int) (s []string) {
	for i := range n {
		s = append(s, prefix+strconv.Itoa(i))
	}
	return s
}

// flaw is one error in a valid history, and the operation to name.
type flaw struct {
	name  string
	base  func(n int) history.History
	check Invariant
	plant func(h history.History, r *rand.Rand) (flawed history.History, culprit string)
}

var pace = Sequence{Effect: "done"}

var flaws = []flaw{
	{"loss", pipeline, Loss(two), lose},
	{"loss", pipeline, Conservation(two), lose},
	{"loss", pipeline, ExactlyOnce(two), lose},
	{"loss", pipeline, Progress(two), lose},
	{"duplicate", pipeline, Duplicates(two), double("done", 1)},
	{"duplicate", pipeline, ExactlyOnce(two), double("done", 1)},
	{"receives", pipeline, MaxReceives(two, 3), double("received", 3)},
	{"phantom", pipeline, Conservation(two), phantom},
	{"swap", pipeline, Order(pace), swap},
	{"stale read", reads, Staleness(Registers{}, 0), stale},
	{"stale read", reads, ReadYourWrites(Registers{}), stale},
	{"stale read", reads, Linearizable(Registers{}.Model(), time.Minute), stale},
}

// pick returns the position of an event that fits, from somewhere in h.
func pick(h history.History, r *rand.Rand, fits func(i int) bool) int {
	start := r.IntN(len(h))
	for n := range h {
		if i := (start + n) % len(h); fits(i) {
			return i
		}
	}
	panic("no event fits")
}

func done(h history.History) func(int) bool {
	return func(i int) bool { return h[i].Kind == history.Effect && h[i].Name == "done" }
}

// lose removes an effect, by turning it into one that no checker knows.
func lose(h history.History, r *rand.Rand) (history.History, string) {
	i := pick(h, r, done(h))
	h[i].Name = "forgotten"
	return h, h[i].Op
}

// double makes an effect happen some more times, at the end.
func double(name string, times int) func(history.History, *rand.Rand) (history.History, string) {
	return func(h history.History, r *rand.Rand) (history.History, string) {
		i := pick(h, r, func(i int) bool { return h[i].Name == name })
		for range times {
			h = append(h, h[i])
		}
		return h, h[i].Op
	}
}

func phantom(h history.History, r *rand.Rand) (history.History, string) {
	return append(h, history.Event{Kind: history.Effect, Name: "done", Op: "ghost", Key: "billing"}), "ghost"
}

// swap exchanges an effect with the next one of its key and branch, and names the one that was first.
func swap(h history.History, r *rand.Rand) (history.History, string) {
	lanes := map[string]string{}
	for i := range h {
		if h[i].Kind == history.Invoke {
			lanes[h[i].Op] = h[i].Key
		}
	}
	next := func(i int) int {
		for j := i + 1; j < len(h); j++ {
			if done(h)(j) && h[j].Key == h[i].Key && lanes[h[j].Op] == lanes[h[i].Op] {
				return j
			}
		}
		return -1
	}
	i := pick(h, r, func(i int) bool { return i < len(h)/2 && done(h)(i) && next(i) > 0 })
	j := next(i)
	h[i].Op, h[j].Op = h[j].Op, h[i].Op
	return h, h[j].Op
}

// stale makes the writing client read the value from before its last write.
func stale(h history.History, r *rand.Rand) (history.History, string) {
	i := pick(h, r, func(i int) bool { return h[i].Name == "read" && h[i].By == "client-0" })
	before, last := "", ""
	for _, e := range h[:i] {
		if e.Name == "write" && e.Key == h[i].Key {
			before, last = last, e.Value
		}
	}
	h[i+1].Value = before
	return h, h[i].Op
}
