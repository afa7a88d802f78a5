package gateway

import (
	"errors"
	"fmt"
	"math"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// checker makes an invariant of what an outcome says; an error means that it does not say enough.
func checker(name, claim string, check func(*outcome) (holds bool, evidence string, err error)) invariant.Invariant {
	return invariant.Invariant{Name: name, Claim: claim, Check: func(h history.History) invariant.Finding {
		o, err := read(h)
		if err != nil {
			return invariant.Finding{Status: invariant.Unknown, Evidence: err.Error()}
		}
		ok, evidence, err := check(o)
		switch {
		case err != nil:
			return invariant.Finding{Status: invariant.Unknown, Evidence: err.Error()}
		case ok:
			return invariant.Finding{Status: invariant.Holds, Evidence: evidence}
		}
		return invariant.Finding{Status: invariant.Violated, Evidence: evidence}
	}}
}

// amplification holds if the checkouts sent while the fault is on cause at most limit calls to
// inventory each, on average.
func amplification(limit float64) invariant.Invariant {
	claim := fmt.Sprintf("a checkout sent while the fault is on causes at most %g calls to inventory on average", limit)
	return checker(amplified, claim, func(o *outcome) (bool, string, error) {
		before, during := sent(o.checkouts, 0, o.fault.From), sent(o.checkouts, o.fault.From, o.fault.To)
		if len(during) == 0 {
			return false, "", errors.New("no checkout was sent while the fault was on")
		}
		n := called(during, "inventory")
		got := float64(n) / float64(len(during))
		return got <= limit, fmt.Sprintf("calls to inventory a checkout: %.2f before, %.2f during the fault (%d for %d), limit %g",
			float64(called(before, "inventory"))/float64(max(len(before), 1)), got, n, len(during), limit), nil
	})
}

// within is the tolerance of the number of calls that a retry storm is predicted to make.
const within = 0.15

// retryStorm holds if a checkout causes tries calls at the first layer, tries² at the second and tries³
// at the third. It is measured of those that the gateway took on in the first quarter of the fault, since
// the retries of later ones go on when the run is over.
func retryStorm() invariant.Invariant {
	want := math.Pow(tries, layers)
	claim := fmt.Sprintf("%d tries at each of %d layers make %g calls to the last", tries, layers, want)
	return checker(storm, claim, func(o *outcome) (bool, string, error) {
		var early []request
		for _, r := range sent(o.checkouts, o.fault.From, o.fault.From+(o.fault.To-o.fault.From)/4) {
			if r.calls["checkout"] > 0 {
				early = append(early, r)
			}
		}
		if len(early) == 0 {
			return false, "", errors.New("the gateway took on no checkout in the first quarter of the fault")
		}
		mean := func(service string) float64 { return float64(called(early, service)) / float64(len(early)) }
		got := mean("inventory")
		return math.Abs(got-want) <= within*want, fmt.Sprintf("calls a checkout: %.1f to checkout, %.1f to pricing, %.1f to inventory; predicted %d, %d, %.0f (± %.0f %%)",
			mean("checkout"), mean("pricing"), got, tries, tries*tries, want, 100*within), nil
	})
}

// unrelatedRoutes holds if of the requests that don't need inventory at least a share is served, from
// the fault's beginning to the end of the load.
func unrelatedRoutes(least float64) invariant.Invariant {
	claim := fmt.Sprintf("at least %.0f %% of the requests for another route are served, from the fault on", 100*least)
	return checker(bystander, claim, func(o *outcome) (bool, string, error) {
		before, from := sent(o.profiles, 0, o.fault.From), sent(o.profiles, o.fault.From, o.end)
		if len(from) == 0 {
			return false, "", errors.New("nobody asked for a profile from the fault on")
		}
		n := served(from)
		return share(n, len(from)) >= least, fmt.Sprintf("profiles: %d of %d served from the fault on (%.0f %%, at least %.0f %%); p99 %d ms before, %d ms from then on",
			n, len(from), 100*share(n, len(from)), 100*least, p99(before).Milliseconds(), p99(from).Milliseconds()), nil
	})
}

// recovery holds if, when the fault is over, the checkouts are served again: of the last third of
// those sent after it, at least a share of the share before. A system that is still down then,
// its cause gone and its load the same, is metastable.
func recovery(least float64) invariant.Invariant {
	claim := fmt.Sprintf("once the fault is over, at least %.0f %% as many checkouts are served as before it", 100*least)
	return checker(recovers, claim, func(o *outcome) (bool, string, error) {
		before, after := sent(o.checkouts, 0, o.fault.From), sent(o.checkouts, o.fault.To, o.end)
		last := after[len(after)*2/3:]
		switch {
		case served(before) == 0:
			return false, "", errors.New("no checkout was served before the fault")
		case len(last) == 0:
			return false, "", errors.New("no checkout was sent after the fault")
		}
		ok := share(served(last), len(last)) >= least*share(served(before), len(before))
		said := "it recovered"
		if !ok {
			said = "it stays down without its cause: metastable"
		}
		return ok, fmt.Sprintf("checkouts served: %d of %d before, %d of the last %d, sent when the fault was over for %.1f s and more: %s",
			served(before), len(before), served(last), len(last), (last[0].at - o.fault.To).Seconds(), said), nil
	})
}
