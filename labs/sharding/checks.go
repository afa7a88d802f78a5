package sharding

import (
	"fmt"
	"math"
	"strings"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

const (
	formulaSigmas   = 3    // standard deviations by which the keys moved may differ from the formula
	leastMoveFactor = 1.5  // times the least that can move
	unservedFactor  = 3    // times the gets that the least move would leave unserved
	unservedAllowed = 3    // gets on top of that: where few are expected, one more is chance
	fullestAllowed  = 1.3  // times the mean of the keys
	hottestAllowed  = 1.75 // times the mean of the requests
)

// compared is an invariant of the change that of returns: a number of it is what theory says.
func compared(name, claim, what, unit string, of func(*invariant.View) (change, error),
	compare func(*invariant.View, change) (invariant.Number, invariant.Theory)) invariant.Invariant {
	return invariant.Predicted(name, claim, invariant.Prediction{
		What: what, Unit: unit,
		Measure: func(v *invariant.View) (invariant.Number, error) {
			c, err := of(v)
			measured, _ := compare(v, c)
			return measured, err
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			c, err := of(v)
			_, theory := compare(v, c)
			return theory, err
		},
	})
}

// upTo is a theory from which a history may differ up to a limit.
func upTo(limit float64, predicted invariant.Number, says string, args ...any) invariant.Theory {
	says = "limit " + fmt.Sprintf(says, args...)
	return invariant.Theory{Number: predicted, Less: math.Inf(1), More: limit - predicted.Value, Tolerance: says}
}

// minimalDisruption is Thaler and Ravishankar's: only what the new shard is to have, or the old one had, moves.
var minimalDisruption = compared("minimal-disruption", "no more keys move than one shard's share",
	"keys moved", "%", moveOf, func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		least := invariant.Number{Value: c.least, From: "one shard's share"}
		return c.share(), upTo(leastMoveFactor*c.least, least, "%.1f %%", 100*leastMoveFactor*c.least)
	})

// movedAsPredicted allows for chance: keys are a sample of all that there could be, and so are points on a ring.
var movedAsPredicted = compared("moved-as-predicted", "as many keys move as the placement's formula says",
	"keys moved", "%", moveOf, func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		share, _ := predict(c.placement, c.from, c.to)
		variance := share * (1 - share) / float64(c.sum)
		if strings.HasPrefix(c.placement, "ring") {
			variance += share * share / virtualNodes
		}
		chance := formulaSigmas * math.Sqrt(variance)
		return c.share(), invariant.Theory{
			Number: invariant.Number{Value: share, From: fmt.Sprintf("%s, %d → %d shards", c.placement, c.from, c.to)},
			Less:   chance, More: chance, Tolerance: fmt.Sprintf("± %.1f %%: %d σ", 100*chance, formulaSigmas),
		}
	})

// availability predicts how many gets meet a key on its way. While a share of the keys moves at an even pace, half of
// it is missing on average. The share counts twice: of fewer keys, each is missing for less long.
var availability = compared("availability",
	fmt.Sprintf("at most %d × as many gets fail while keys move as if one shard's share moved", unservedFactor),
	"gets unserved", "", moveOf, func(v *invariant.View, c change) (invariant.Number, invariant.Theory) {
		gets, share := v.Ops(get), c.share().Value
		meet := gets.Rate() * c.took.Seconds() * share / 2
		least := meet * math.Pow(c.least/share, 2)
		limit := math.Floor(unservedFactor*least + unservedAllowed)
		if c.copies > 1 {
			meet = 0 // another copy stays where it is
		}
		return invariant.Number{Value: float64(len(gets) - len(gets.Served()))},
			upTo(limit, invariant.Number{Value: meet},
				"%g: %d × %.1f, for one shard's share, + %d", limit, unservedFactor, least, unservedAllowed)
	})

var keyBalance = compared("key-balance",
	fmt.Sprintf("no shard has more than %g × the mean of the keys", fullestAllowed),
	"keys", "×", changeOf, func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		_, fullest := predict(c.placement, c.from, c.to)
		return c.fullest(c.owed), upTo(fullestAllowed, invariant.Number{Value: fullest}, "%g×", fullestAllowed)
	})

// loadBalance predicts the hot key's part on each of its copies' shards, and an even part of the other requests.
var loadBalance = compared("load-balance",
	fmt.Sprintf("no shard serves more than %g × the mean of the requests while a key is hot", hottestAllowed),
	"requests", "×", changeOf, func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		hottest := c.heat*float64(c.to)/float64(c.copies) + (1 - c.heat)
		from := fmt.Sprintf("%.2f × %d/%d + %.2f", c.heat, c.to, c.copies, 1-c.heat)
		return c.fullest(c.served), upTo(hottestAllowed, invariant.Number{Value: hottest, From: from}, "%g×", hottestAllowed)
	})

// kept holds if in the end every copy of every key lies on the shard that the placement says and nowhere else,
// and holds a value that no acknowledged later put has replaced.
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
			if !missing[place] {
				stray++
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
