package load

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// Kind is one kind of operation in the mix of a workload.
type Kind struct {
	Name     string // in the history: "read"; empty: the workload's name
	Weight   int    // how many of each round of the mix
	Key      string // always this one; [OneKey]; empty: drawn from the workload's keys each time
	ReadOnly bool   // it changes nothing
	// During names a switch, which the runner makes. While it is off, the kind before this one in the mix is
	// sent instead. A switch of the design with the same name is turned on and off with it. Empty: always.
	During string
	// Extra is for more traffic, not other traffic: while the switch is off nothing is sent. What the weight adds comes
	// on top of the rate, so that 3 beside 1 is a load that quadruples.
	Extra bool
}

// OneKey stands for one of the workload's keys, which the seed draws once.
const OneKey = "*"

// Hot returns the key that [OneKey] stands for.
func (c Config) Hot() string {
	c = c.withDefaults()
	return keyName(rand.New(rand.NewPCG(c.Seed, 0x686f74)).IntN(c.Keys))
}

// mix returns the kinds; a workload without a mix has one kind, which writes.
func (c Config) mix() []Kind {
	if len(c.Mix) == 0 {
		return []Kind{{Name: c.Name, Weight: 1}}
	}
	return c.Mix
}

// peak returns how many times the rate is sent while all switches are on.
func (c Config) peak() float64 {
	all, regular := 0, 0
	for _, k := range c.mix() {
		all += k.Weight
		if !k.Extra {
			regular += k.Weight
		}
	}
	return float64(all) / float64(regular)
}

// deal returns a function that draws the next operation's kind. Kinds are dealt like a deck of cards, one
// card per weight, reshuffled for each round: so every round has exactly as many of each kind as its weight.
func (c Config) deal() func() int {
	var deck []int
	for kind, k := range c.mix() {
		for range k.Weight {
			deck = append(deck, kind)
		}
	}
	rnd, next := rand.New(rand.NewPCG(c.Seed, 0x6d6978)), len(deck)
	return func() int {
		if next == len(deck) {
			rnd.Shuffle(len(deck), func(a, b int) { deck[a], deck[b] = deck[b], deck[a] })
			next = 0
		}
		next++
		return deck[next-1]
	}
}

// become turns op into an operation of that kind.
func (c Config) become(op Op, kind int) Op {
	k := c.mix()[kind]
	op.kind, op.Name, op.Key, op.ReadOnly = kind, cmp.Or(k.Name, c.Name), op.drawn, k.ReadOnly
	switch k.Key {
	case "":
	case OneKey:
		op.Key = c.Hot()
	default:
		op.Key = k.Key
	}
	op.Value = ""
	if !op.ReadOnly {
		op.Value = op.ID
	}
	return op
}

// Shift is a switch of the traffic: while it is on, the kinds with its name in [Kind.During] are sent.
type Shift struct {
	turning      *sync.RWMutex // the load's
	share        float64       // of the operations that are to be of its kinds
	on           atomic.Bool
	sent, chosen atomic.Int64 // since it was turned on last: of all kinds, and of its own
}

// Set turns the shift on or off. When it returns, every operation that was chosen before is on record.
func (s *Shift) Set(on bool) {
	s.turning.Lock()
	defer s.turning.Unlock()
	if on {
		s.sent.Store(0)
		s.chosen.Store(0)
	}
	s.on.Store(on)
}

// fewestShifted is how many operations of a shift's kinds it takes to see it.
const fewestShifted = 3

// Seen returns the share of its kinds among the operations sent since it was turned on, and whether that is
// at least half of the expected share.
func (s *Shift) Seen() (text string, seen bool) {
	sent, chosen := s.sent.Load(), s.chosen.Load()
	share := float64(chosen) / float64(max(1, sent))
	return fmt.Sprintf("%d of %d operations (%.0f %%)", chosen, sent, 100*share), chosen >= fewestShifted &&
		share >= s.share/2
}

// shifts returns the switches of a mix, by name, all off.
func shifts(mix []Kind, turning *sync.RWMutex) map[string]*Shift {
	all, weights := map[string]*Shift{}, 0
	for _, k := range mix {
		weights += k.Weight
	}
	for _, k := range mix {
		if k.During == "" {
			continue
		}
		if all[k.During] == nil {
			all[k.During] = &Shift{turning: turning}
		}
		all[k.During].share += float64(k.Weight) / float64(weights)
	}
	return all
}

// shifted returns the operation under the current switches: of its own kind, or of the nearest earlier one
// that is active. No switch is turned until it is on record. It is not sent if it is extra traffic of a switch that is
// off.
func (l *Load) shifted(op Op) (_ Op, sent bool) {
	if len(l.shifts) > 0 {
		l.turning.RLock()
		op.chosen = l.turning.RUnlock
	}
	op, sent = l.under(op, func(name string) bool { return l.shifts[name].on.Load() })
	if !sent {
		op.chosen()
		return op, false
	}
	for name, s := range l.shifts {
		if s.on.Load() {
			s.sent.Add(1)
			if l.Config.mix()[op.kind].During == name {
				s.chosen.Add(1)
			}
		}
	}
	return op, true
}

// under returns the operation as it is sent while those switches are on, if it is.
func (c Config) under(op Op, on func(name string) bool) (_ Op, sent bool) {
	mix, kind := c.mix(), op.kind
	for mix[kind].During != "" && !on(mix[kind].During) {
		if mix[kind].Extra {
			return op, false
		}
		kind--
	}
	if kind == op.kind {
		return op, true
	}
	return c.become(op, kind), true
}
