package autoscale

import (
	"strconv"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/part"
)

// stepped is a history in which 40 requests a second come from 1 s to 3 s, four instances serve, and ten from 2 s on.
// Each request is sent so often, and of its answers this share of the capacity is in time.
func stepped(tries int, inTime float64) *invariant.View {
	h := history.History{{Kind: history.Mark, Name: history.LoadStart}}
	effect := func(at time.Duration, name, op string, n int64) {
		h = append(h, history.Event{Kind: history.Effect, At: at, Name: name, Op: op, N: n})
	}
	effect(0, bounded, "", deep)
	effect(0, part.FleetServing, "", first)
	served := 0.0
	for n := range 100 {
		at := time.Duration(n) * 100 * time.Millisecond // 10/s
		if n >= 10 {
			at = time.Second + time.Duration(n-10)*25*time.Millisecond // 40/s
		}
		if n >= 90 {
			at = 3*time.Second + time.Duration(n-90)*100*time.Millisecond
		}
		switch n {
		case 10:
			h = append(h, history.Event{Kind: history.Mark, At: at, Name: history.FaultInjected})
		case 50:
			effect(at, part.FleetServing, "", most)
		case 90:
			h = append(h, history.Event{Kind: history.Mark, At: at, Name: history.FaultReverted})
		}
		op := strconv.Itoa(n)
		h = append(h, history.Event{Kind: history.Invoke, At: at, Op: op})
		for range tries {
			effect(at, tried, op, 0)
		}
		served += inTime * capacity(first) / 40
		outcome := history.Failed
		if served >= 1 {
			outcome, served = history.OK, served-1
		}
		h = append(h, history.Event{Kind: outcome, At: at, Op: op})
	}
	end := 4 * time.Second
	h = append(h, history.Event{Kind: history.Mark, At: end, Name: history.LoadEnd},
		history.Event{Kind: history.Mark, At: end, Name: history.Drained})
	return invariant.NewView(h)
}

func TestTheShortageIsFromTheStepUntilThereAreInstances(t *testing.T) {
	s, err := shortageOf(stepped(1, 1))
	if err != nil || s.length() < 0.99 || s.length() > 1.01 || s.asked != 40 {
		t.Fatalf("%.2f s at %.1f/s, %v; want 1 s at 40/s", s.length(), s.asked, err)
	}
	if could := s.could(); could < 22 || could > 24 {
		t.Errorf("four instances could do %.1f requests in a second, want 22.9", could)
	}
	// (40/s − 22.9/s) × 1 s, and about as many as there are instances, each of which works on one.
	if grown := s.grown(40); grown < 17 || grown > 22 {
		t.Errorf("%.1f requests pile up", grown)
	}
	s.limit = shallow
	if s.window.To += time.Second; s.grown(400) > most*shallow {
		t.Error("instances have more requests than they take")
	}
}

func TestATierIsDownByItsRetriesWhereTheyAreMoreThanItsCapacity(t *testing.T) {
	for tries, want := range map[int]invariant.Status{1: invariant.Holds, 5: invariant.Holds, 6: invariant.Violated} {
		if f := metastable.Check(stepped(tries, 1)); f.Status != want {
			t.Errorf("%d tries: %s, want %s: %s", tries, f.Status, want, f.Evidence)
		}
	}
}
