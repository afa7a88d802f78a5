package load

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"
)

// Config describes a workload. The same Config gives the same operations, to the byte.
type Config struct {
	// begins the operations' IDs, and is what they are called in the history unless the mix says otherwise:
	// "order"
	Name     string
	Mix      []Kind        // the kinds of operations; none: one kind, which writes
	Rate     float64       // operations a second, above 0, extra traffic not counted
	Duration time.Duration // of the load, above 0
	Arrivals Arrivals      // when; empty means Poisson
	Keys     int           // distinct keys; 0 means 1000
	// every key once before any comes again, in an order drawn anew for each round; else each is drawn by itself
	Rounds      bool
	Seed        uint64        // decides arrivals and keys
	Timeout     time.Duration // per operation, past which it is Unknown; 0 means 2 s
	MaxInFlight int           // operations under way at once, past which new ones are shed; 0 means 10,000
}

func (c Config) withDefaults() Config {
	if c.Arrivals == "" {
		c.Arrivals = Poisson
	}
	if c.Keys <= 0 {
		c.Keys = 1000
	}
	if c.Timeout <= 0 {
		c.Timeout = 2 * time.Second
	}
	if c.MaxInFlight <= 0 {
		c.MaxInFlight = 10_000
	}
	return c
}

// Sent yields the operations as [Load.Run] sends them, if on says which switches of the mix are on, and when.
func (c Config) Sent(on func(name string, at time.Duration) bool) iter.Seq[Op] {
	return func(yield func(Op) bool) {
		for op := range c.Ops() {
			op, sent := c.under(op, func(name string) bool { return on(name, op.At) })
			if sent && !yield(op) {
				return
			}
		}
	}
}

// Count returns how many operations the workload has while every switch of its mix is on.
func (c Config) Count() int { return int(c.Rate*c.peak()*c.Duration.Seconds() + 0.5) }

// Ops yields the operations in the order in which they are due. The arrival process decides only when that
// is: their keys and kinds are the same under each. Every switch of the mix counts as on.
func (c Config) Ops() iter.Seq[Op] {
	c = c.withDefaults()
	return func(yield func(Op) bool) {
		rnd := rand.New(rand.NewPCG(c.Seed, 0x6c6f6164))
		due, key, kind := c.arrivals(), c.keys(rnd), c.deal()
		for i := range c.Count() {
			op := Op{
				ID:    fmt.Sprintf("%s-%d", c.Name, i),
				Seq:   i,
				At:    due(rnd.Float64()),
				drawn: keyName(key()),
			}
			if !yield(c.become(op, kind())) {
				return
			}
		}
	}
}
