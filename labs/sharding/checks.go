package sharding

import (
	"fmt"
	"math"
	"slices"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

const (
	sigmas = 4  // standard deviations by which chance may differ
	fewest = 10 // gets that have to be expected somewhere, if none is to mean something: e^-10 is chance
	enough = 3  // copies of a hot key
)

// compared is an invariant of the last change: a number of it is what theory says.
func compared(name, claim, what, unit string,
	compare func(*invariant.View, change) (invariant.Number, invariant.Theory)) invariant.Invariant {
	return invariant.Predicted(name, claim, invariant.Prediction{
		What: what, Unit: unit,
		Measure: func(v *invariant.View) (invariant.Number, error) {
			measured, _ := compare(v, changeOf(v))
			return measured, nil
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			_, theory := compare(v, changeOf(v))
			return theory, nil
		},
	})
}

// within is a theory that holds to within chance.
func within(deviation float64, value float64, from string, args ...any) invariant.Theory {
	wide := sigmas * deviation
	return invariant.Theory{Number: invariant.Number{Value: value, From: fmt.Sprintf(from, args...)},
		Less: wide, More: wide, Tolerance: fmt.Sprintf("± %d σ", sigmas)}
}

// counted is the theory of how many of so many things that happen with such probabilities do. The distribution of a
// small number leans to one side (Cornish and Fisher).
func counted(what string, probabilities ...float64) invariant.Theory {
	mean, variance, n := 0.0, 0.0, len(probabilities)
	for _, p := range probabilities {
		mean, variance = mean+p, variance+p*(1-p)
	}
	if n == 0 {
		return invariant.Theory{}
	}
	t := within(math.Sqrt(variance), mean, "%d %s × %.1f %%", n, what, 100*mean/float64(n))
	t.More += (sigmas*sigmas - 1) / 6.
	return t
}

// onARing is the most that chance gives one of so many shards on a ring: its share of the keys.
func (c change) onARing(shards int) invariant.Number {
	mean, one := 1/float64(shards), change{sum: c.sum / max(1, c.copies), copies: 1}
	return invariant.Number{
		Value: mean + sigmas*one.deviation("ring", mean, shards),
		From:  fmt.Sprintf("1/%d + %d σ of a ring", shards, sigmas),
	}
}

// minimalDisruption is Thaler and Ravishankar's: only what the new shard is to have, or the old one had, moves.
var minimalDisruption = compared("minimal-disruption", "no more keys move than one shard's share",
	"keys moved", "%", func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		return c.share(), invariant.AtMost(c.onARing(max(c.from, c.to)))
	})

// movedAsPredicted counts what arrived at the shards.
var movedAsPredicted = compared("moved-as-predicted", "as many keys move as the placement's formula says",
	"keys moved", "%", func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		share := formulaOf(c.formula, c.from, c.to)
		return c.share(), within(c.deviation(c.formula, share, max(c.from, c.to)), share,
			"%s, %d → %d shards", c.formula, c.from, c.to)
	})

// spread is what Dynamo has virtual nodes for. The arcs that a shard gives or takes are of random length, and those
// that follow each other go together.
var spread = compared("spread", "all other shards have their part in what one gives or takes",
	"moved from or to one of them", "%", func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		others := float64(min(c.from, c.to))
		arcs := pointsAShard * others / (others + 1)
		wide := sigmas * math.Sqrt((1-1/others)/others*(1/float64(len(c.moved))+2/(arcs+1)))
		return c.oneSided(), invariant.AtMost(invariant.Number{
			Value: 1/others + wide, From: fmt.Sprintf("1/%g + %d σ", others, sigmas),
		})
	})

// pace holds if the mover leaves the network to others: each batch waits for as long as the one before it may take.
// When a batch arrives within its time is chance.
var pace = compared("pace", fmt.Sprintf("no more than %d keys a second move", movedASecond), "the move took", " s",
	func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		n, took := len(c.moved), math.NaN()
		if n > 0 {
			took = (c.moved[n-1].At - c.moved[0].At).Seconds()
		}
		const batch = float64(movedAtOnce) / movedASecond
		return invariant.Number{Value: took}, invariant.Theory{
			Number: invariant.Number{
				Value: float64(n-movedAtOnce) / movedASecond,
				From:  fmt.Sprintf("(%d − %d) ÷ %d/s", n, movedAtOnce, movedASecond),
			},
			Less: batch, More: math.Inf(1), Tolerance: "or more; − a batch",
		}
	})

// inTransit predicts from what arrived when, and from when clients sent gets, how many came to a shard that did not
// have the key yet. At an even pace they are rate × share² × keys ÷ 2 ÷ pace: of fewer keys, each is missing for less
// long.
var inTransit = compared("in-transit", "as many gets come before their key as keys are still on their way",
	"gets before their key", "", func(v *invariant.View, c change) (invariant.Number, invariant.Theory) {
		var missing []float64 // the share that is, at each get
		arrived := c.arrived(v.Ops(put).Served())
		for _, o := range v.Ops(get) {
			there, _ := slices.BinarySearch(arrived, o.Invoke.At)
			if o.Invoke.At >= c.at && there < len(arrived) {
				missing = append(missing, float64(len(arrived)-there)/float64(c.sum))
			}
		}
		early := 0
		for e := range v.Effects(met) {
			if o := v.Op(e); o != nil && v.Load.Contains(o.Invoke.At) {
				early++
			}
		}
		return invariant.Number{Value: float64(early)}, counted("gets during the move", missing...)
	})

// availability says nothing where a shard died and hardly anybody asked for what it alone had.
var availability = invariant.Invariant{
	Name:  "availability",
	Claim: "every get is served, also while keys move",
	Check: func(v *invariant.View) invariant.Finding {
		c, gets := changeOf(v), v.Ops(get)
		lost := gets.Where(func(o *history.Operation) bool { return o.Outcome() != history.OK })
		risk := float64(len(gets.In(c.dying))) * c.onDead()
		if len(gets) == 0 {
			return invariant.Undecided("nobody asked")
		} else if len(lost) == 0 && c.copies == 1 && 0 < risk && risk < fewest {
			return invariant.Undecided("only %.1f gets were expected at the dead shard", risk)
		}
		return invariant.Found(len(lost) == 0, "%d of %d gets unserved", len(lost), len(gets)).Naming(lost.IDs())
	},
}

// writes predicts that a put stops if any shard with a copy is dead: with more copies, more stop.
var writes = compared("writes", "puts stop for the keys of which a copy is on a dead shard, and for no others",
	"puts unserved", "", func(v *invariant.View, c change) (invariant.Number, invariant.Theory) {
		puts := v.Ops(put)
		return invariant.Number{Value: float64(len(puts) - len(puts.Served()))},
			counted("puts with a shard dead", slices.Repeat([]float64{c.onDead()}, len(puts.In(c.dying)))...)
	})

var keyBalance = compared("key-balance", "no shard has more keys than chance gives one on a ring",
	"keys", "%", func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		fullest, n := most(c.owed)
		has := ratio(n, c.sum)
		has.From = fullest + " with " + has.From
		return has, invariant.AtMost(c.onARing(c.to))
	})

// servedGets returns how many gets were served while the fault was on, in all, by shard, and by key.
func servedGets(v *invariant.View) (n int, byShard, byKey map[string]int) {
	byShard, byKey = map[string]int{}, map[string]int{}
	for e := range v.Effects(served) {
		if o := v.Op(e); o != nil && o.Invoke.Name == get && v.During().Contains(o.Invoke.At) {
			n++
			byShard[e.Key]++
			byKey[o.Invoke.Key]++
		}
	}
	return n, byShard, byKey
}

// loadBalance predicts the hot key's part on each of three shards, and an even part of the other gets.
var loadBalance = invariant.Invariant{
	Name:  "load-balance",
	Claim: "no shard serves more gets than three copies of each key make it, while one is hot",
	Check: func(v *invariant.View) invariant.Finding {
		c := changeOf(v)
		n, byShard, byKey := servedGets(v)
		if n == 0 {
			return invariant.Undecided("no gets were served while the fault was on")
		}
		_, asked := most(byKey)
		heat, shards := ratio(asked, n).Value, float64(c.to)
		expected := func(copies float64) (share, wide float64) {
			share = heat/copies + (1-heat)/shards
			others := (1 - heat) * (c.onARing(c.to).Value - 1/shards)
			return share, math.Hypot(sigmas*math.Sqrt(share*(1-share)/float64(n)), others)
		}
		share, wide := expected(enough)
		hottest, has := most(byShard)
		measured := ratio(has, n)
		if hot, less := expected(1); heat > 0.1 && hot-less <= share+wide && measured.Value <= share+wide {
			return invariant.Undecided("of %d gets chance would hide a hot shard", n)
		}
		return invariant.Found(measured.Value <= share+wide,
			"gets: %s with %s = %.1f %%, predicted %.2f/%d + %.2f/%d = %.1f %% (at most %.1f %%: + %d σ)", hottest,
			measured.From, 100*measured.Value, heat, enough, 1-heat, c.to, 100*share, 100*(share+wide), sigmas)
	},
}

// staleness is judged by what clients read, and kept by what lies in the shards.
var staleness = invariant.Staleness(invariant.Registers{Read: get, Write: put, Initial: initial}, 0)

// kept holds if in the end every copy of every key lies on the shard that the placement says and nowhere else,
// and holds a value that was put there and that no acknowledged later put has replaced.
var kept = invariant.Invariant{
	Name:   "kept",
	Claim:  "every key is where it belongs, once, with its last value",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		missing, puts := map[[2]string]bool{}, v.Ops(put).Served()
		for e := range v.Effects(owed) {
			missing[[2]string{e.Key, e.Value}] = true
		}
		if len(missing) == 0 {
			return invariant.Undecided("the shards were not audited")
		}
		all, stray, lost := len(missing), 0, invariant.Ops{}
		for e := range v.Effects(stored) {
			place, wrote := [2]string{e.Key, e.Value}, v.Op(e) // nil where the value was there before all puts
			if !missing[place] || wrote == nil && e.Op != "" || wrote != nil && wrote.Invoke.Key != e.Value {
				stray++ // or a value that nobody put there
				continue
			}
			delete(missing, place)
			lost = append(lost, puts.Where(func(o *history.Operation) bool {
				return o.Invoke.Key == e.Value && (wrote == nil || o.Start > wrote.Finish)
			})...)
		}
		return invariant.Found(len(missing)+stray+len(lost) == 0,
			"%d of %d copies where they belong, %d left behind, %d acknowledged puts overwritten by an older value",
			all-len(missing), all, stray, len(lost)).Naming(lost.IDs())
	},
}
