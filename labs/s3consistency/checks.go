package s3consistency

import (
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	flow       = invariant.Flow{Operation: publishing, Done: listed}
	kept       = invariant.Loss(flow)
	listedOnce = invariant.Duplicates(flow)
	prompt     = invariant.LatencySLO(publishing, 0.95, time.Second)
)

// contended returns the writes during the fault of the manifest that has most, and for how long they were blind.
func contended(v *invariant.View) (n int, blind time.Duration) {
	count, long := map[string]int{}, map[string]time.Duration{}
	for e := range v.Effects(wrote) {
		if v.During().Contains(e.At) {
			count[e.Key]++
			long[e.Key] += time.Duration(e.N) * time.Microsecond
			if count[e.Key] >= n {
				n, blind = count[e.Key], long[e.Key]
			}
		}
	}
	return n, blind
}

// lost holds if as many updates get lost as blind writes that come as a Poisson process erase. Go back from the last
// write, which survives: the next survivor is the last one before its read, and so on. Between two survivors lie the
// blind time w and a wait of 1/λ, so that of n updates n/(1+a) survive, a = λ·w: Erlang's loss formula for one server.
// The intervals are a renewal process: the survivors' variance is n/(1+a)³.
var lost = invariant.Predicted("lost-updates", "blind writes at a load of a lose a/(1+a) of all, conditional ones none",
	invariant.Prediction{
		What: "updates lost",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			n, blind := contended(v)
			if n < busy || blind == 0 {
				return invariant.Theory{}, nil
			}
			took := v.During().To - v.During().From
			a := blind.Seconds() / took.Seconds()
			spread := 3 * math.Sqrt(float64(n)/math.Pow(1+a, 3))
			return invariant.Theory{
				Number: invariant.Number{
					Value: float64(n) * a / (1 + a), From: fmt.Sprintf("%d × a/(1+a), a = %.2f", n, a),
				},
				Less: spread, More: spread, Tolerance: fmt.Sprintf("± %.0f", spread),
			}, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			have := v.Caused(listed, "")
			gone := v.Ops(publishing).Served().Where(func(o *history.Operation) bool { return have[o] == 0 })
			return invariant.Counted(gone), nil
		},
	})

// winners holds if of n writes over one version one succeeds and n - 1 are refused.
var winners = invariant.Predicted("one-winner", "of n who write over one version one wins, n - 1 are refused",
	invariant.Prediction{
		What: "writes refused",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			type version struct{ manifest, tag string }
			versions, tries := map[version]bool{}, 0
			for e := range v.Effects(wrote, refused) {
				versions[version{e.Key, e.Value}] = true
				tries++
			}
			unknown := v.Ops(publishing).Where(func(o *history.Operation) bool { return o.Outcome() == history.Unknown })
			t := invariant.Theory{Number: invariant.Number{
				Value: float64(tries - len(versions)), From: fmt.Sprintf("%d over %d versions", tries, len(versions)),
			}, More: float64(len(unknown))}
			if len(unknown) > 0 {
				t.Tolerance = "a publish without an answer may have won"
			}
			return t, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			n := 0
			for range v.Effects(refused) {
				n++
			}
			return invariant.Number{Value: float64(n)}, nil
		},
	})

// whole holds if a manifest names no file that is not there.
var whole = invariant.Invariant{
	Name:   "whole-files",
	Claim:  "a file that the manifest names is in the bucket, whole",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		n, broken := 0, 0
		for e := range v.Effects(named) {
			if n++; e.N != fileSize {
				broken++
			}
		}
		if n == 0 {
			return invariant.Undecided("no file is named")
		}
		return invariant.Found(broken == 0, "%s named, %d not whole", unit.Many(n, "file"), broken)
	},
}

// resent holds if a broken connection costs no more than what was under way in one part.
var resent = invariant.Predicted("sent-again", "a broken connection has at most one part sent again",
	invariant.Prediction{
		What: "MiB sent again",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			_, cuts := again(v)
			return invariant.AtMost(invariant.Number{
				Value: float64(cuts*partSize) / (1 << 20), From: fmt.Sprintf("%s × 5", unit.Many(cuts, "cut")),
			}), nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			more, _ := again(v)
			return invariant.Number{Value: float64(more) / (1 << 20)}, nil
		},
	})

// again returns how many bytes were sent of the files that the manifest names, beyond their length, and how many
// connections did not last.
func again(v *invariant.View) (more int64, cuts int) {
	there := map[string]bool{}
	for e := range v.Effects(named) {
		there[e.Key] = true
		more -= fileSize
	}
	for e := range v.Effects(sent) {
		if !there[e.Key] {
			continue
		}
		if more += e.N; e.Value == cut {
			cuts++
		}
	}
	return more, cuts
}

// orphans holds if no parts are left that nobody completes: they cost as much as objects, and no listing shows them.
var orphans = invariant.Invariant{
	Name:   "no-orphans",
	Claim:  "no upload is left that is neither completed nor aborted",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		n := 0
		for range v.Effects(orphan) {
			n++
		}
		if n > 0 && !v.Complete {
			return invariant.Undecided("the history ends early, and %s may still be aborted", unit.Many(n, "upload"))
		}
		return invariant.Found(n == 0, "%s left", unit.Many(n, "upload"))
	},
}
