package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Imbalance holds if the key with the most effects of that name has at most limit times the mean over the
// keys: shards, partitions, cells. keys lists them, so that a key without any effect counts; without a list,
// the keys in the history count.
func Imbalance(effect string, keys []string, limit float64) Invariant {
	return Invariant{
		Name:       "imbalance",
		Claim:      fmt.Sprintf("no key has more than %g × the mean of %s", limit, effect),
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(""); lacks {
				return none
			}
			return imbalance(v, effect, keys, limit)
		},
	}
}

func imbalance(v *View, effect string, keys []string, limit float64) Finding {
	load := map[string]int{}
	for _, k := range keys {
		load[k] = 0
	}
	total := 0
	for e := range v.Effects(effect) {
		if _, listed := load[e.Key]; listed || len(keys) == 0 {
			load[e.Key]++
			total++
		}
	}
	if total == 0 {
		return Undecided("no effect %q", effect)
	}
	most, hot := 0, ""
	for k, n := range load {
		if n > most || n == most && k < hot {
			most, hot = n, k
		}
	}
	mean := float64(total) / float64(len(load))
	ratio := float64(most) / mean
	return Found(ratio <= limit, "%s has %s of %s %s over %s = %.2f × the mean, limit %g ×", hot, unit.Count(most),
		unit.Count(total), effect, unit.Many(len(load), "key"), ratio, limit)
}
