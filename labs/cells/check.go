package cells

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// checker makes an invariant of what an outcome says.
func checker(name, claim string, check func(*outcome) invariant.Finding) invariant.Invariant {
	return invariant.Invariant{Name: name, Claim: claim, Check: func(h history.History) invariant.Finding {
		o, err := read(h)
		if err == nil {
			if asked, _ := o.sum(during); asked == 0 {
				err = fmt.Errorf("no requests during the fault")
			}
		}
		if err != nil {
			return invariant.Finding{Status: invariant.Unknown, Evidence: err.Error()}
		}
		return check(o)
	}}
}

func status(ok bool) invariant.Status {
	if ok {
		return invariant.Holds
	}
	return invariant.Violated
}

// blastRadius holds if the fault costs at most one tenant in n a request. All tenants count, also those
// that asked for nothing while it was on.
func blastRadius(n int) invariant.Invariant {
	limit := 1 / float64(n)
	claim := fmt.Sprintf("the fault reaches at most 1 in %d of the tenants", n)
	return checker("blast-radius", claim, func(o *outcome) invariant.Finding {
		hit := o.hit(during)
		asked, gone := o.sum(during)
		f := invariant.Finding{
			Status: status(float64(hit) <= limit*float64(len(o.tenants))),
			Evidence: fmt.Sprintf("%d of %d tenants (%s, limit %.1f %%) and %d of %d requests (%s) lost",
				hit, len(o.tenants), percent(hit, len(o.tenants)), 100*limit, gone, asked, percent(gone, asked)),
		}
		if f.Status == invariant.Violated {
			for _, t := range o.tenants {
				f.Ops = append(f.Ops, t.phase[during].offend...)
			}
			f.Ops = f.Ops[:min(len(f.Ops), invariant.MaxOps)]
		}
		return f
	})
}

// overlap holds if, of the tenants with k of n cells each, as many lose all k of them as the
// hypergeometric distribution predicts for the cells that failed, and as many lose some and are served
// by the rest. Within is the tolerance, as a share of all tenants.
func overlap(within float64) invariant.Invariant {
	return checker("overlap", "tenants lose all of their cells, or some, as the hypergeometric distribution predicts", func(o *outcome) invariant.Finding {
		n, k, down := o.cells, len(o.tenants[0].cells), len(o.down)
		all, some := 0, 0
		for _, t := range o.tenants {
			switch r := t.phase[during]; {
			case r.lost > 0:
				all++
			case r.second > 0:
				some++
			}
		}
		share := func(tenants int) float64 { return float64(tenants) / float64(len(o.tenants)) }
		wantAll := hypergeometric(n, k, down, k)
		wantSome := 1 - hypergeometric(n, k, down, 0) - wantAll
		f := invariant.Finding{Status: status(math.Abs(share(all)-wantAll) <= within && math.Abs(share(some)-wantSome) <= within)}
		f.Evidence = fmt.Sprintf("%d of %d cells down; lost all %d of theirs: %.1f %% of tenants, predicted C(%d,%d)/C(%d,%d) = %.1f %%",
			down, n, k, 100*share(all), down, k, n, k, 100*wantAll)
		if k > 1 {
			f.Evidence += fmt.Sprintf("; lost some and were served: %.1f %%, predicted %.1f %%", 100*share(some), 100*wantSome)
		}
		return f
	})
}

// nearlyNone is the share of bystanders' requests that may be lost.
const nearlyNone = 0.1

// bystanders holds if the tenants out of the fault's reach don't notice: their p99 while it is on is
// within factor of that before, or at most floor, and nearly all of their requests are served: a busy
// machine reaches neither bound, and a design without bystanders exceeds the second many times over. One
// tenant in n may be hit; if more are, those hit least are counted as bystanders.
func bystanders(n int, factor float64, floor time.Duration) invariant.Invariant {
	claim := fmt.Sprintf("the p99 of tenants out of reach is within %g × that before, or %v", factor, floor)
	return checker("bystanders", claim, func(o *outcome) invariant.Finding {
		byLoss := slices.Clone(o.tenants)
		slices.SortStableFunc(byLoss, func(a, b *tenant) int { return b.phase[during].lost - a.phase[during].lost })
		out := byLoss[min(o.hit(during), len(byLoss)/n):]
		var was, is []time.Duration
		gone := 0
		for _, t := range out {
			was = append(was, t.phase[before].took...)
			is = append(is, t.phase[during].took...)
			gone += t.phase[during].lost
		}
		if len(was) == 0 || len(is) == 0 {
			return invariant.Finding{Status: invariant.Unknown, Evidence: "no requests to compare"}
		}
		healthy, now := p99(was), p99(is)
		limit := max(floor, time.Duration(factor*float64(healthy)))
		return invariant.Finding{
			Status: status(now <= limit && float64(gone) <= nearlyNone*float64(len(is))),
			Evidence: fmt.Sprintf("%d tenants out of reach: p99 %s → %s, limit %s; %d of their %d requests lost",
				len(out), ms(healthy), ms(now), ms(limit), gone, len(is)),
		}
	})
}

func p99(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[(len(d)*99+99)/100-1]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }
