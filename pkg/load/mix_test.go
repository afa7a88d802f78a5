package load

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

var shop = Config{Name: "request", Rate: 100, Duration: time.Second, Seed: 3, Keys: 50, Mix: []Kind{
	{Name: "read", Weight: 5, ReadOnly: true},
	{Name: "read", Weight: 3, Key: OneKey, ReadOnly: true, During: "hot"},
	{Name: "write", Weight: 2, Key: "offer"},
}}

func TestEveryRoundOfTheMixHasItsWeights(t *testing.T) {
	all := ops(shop)
	for round := range slices.Chunk(all, 10) {
		count := map[string]int{}
		for _, op := range round {
			count[op.Name]++
			switch {
			case op.Name == "write" && (op.Key != "offer" || op.Value != op.ID || op.ReadOnly):
				t.Errorf("%+v: a write is of the offer, and writes its own ID", op)
			case op.Name == "read" && (op.Value != "" || !op.ReadOnly):
				t.Errorf("%+v: a read writes", op)
			}
		}
		if count["read"] != 8 || count["write"] != 2 {
			t.Fatalf("%v in a round, want 8 reads and 2 writes", count)
		}
	}
}

// A switch that is off has no operation of its kinds still to come.
func TestNoSwitchIsTurnedUntilAChosenOperationIsOnRecord(t *testing.T) {
	l := New(shop, history.NewRecorder(time.Now()), nil, nil)
	l.Shifts()["hot"].Set(true)
	op, _ := l.shifted(ops(shop)[0])
	if l.turning.TryLock() {
		t.Fatal("a switch can be turned between an operation's choice and its record")
	}
	err := l.record(t.Context(), op, func(context.Context, Op) (string, error) {
		if !l.turning.TryLock() {
			t.Error("a switch waits for an operation that is on record")
		} else {
			l.turning.Unlock()
		}
		return "", nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAShiftChangesTheTrafficWhileItIsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		rec, shop := history.NewRecorder(start), shop
		shop.Arrivals = Even
		l := New(shop, rec, nil, func(context.Context, Op) (string, error) { return "", nil })
		hot := l.Shifts()["hot"]
		if _, seen := hot.Seen(); seen || len(l.Shifts()) != 1 {
			t.Fatal("the shift is seen before it is on, or there are others")
		}
		time.AfterFunc(500*time.Millisecond, func() { hot.Set(true) })
		l.Run(t.Context(), start)
		var before, after int
		for _, e := range rec.Snapshot() {
			switch {
			case e.Kind != history.Invoke || e.Key != shop.Hot():
			case e.At < 500*time.Millisecond:
				before++
			default:
				after++
			}
		}
		if before > 5 || after < 15 {
			t.Errorf("the hot key was asked for %d times before and %d times while it is hot, want 1 or so and 15 or more of 50",
				before, after)
		}
		if text, seen := hot.Seen(); !seen || text != "15 of 50 operations (30 %)" {
			t.Errorf("the shift says %q, seen: %v", text, seen)
		}
	})
}

func TestACanaryOnlyReadsAndIsMarked(t *testing.T) {
	rec := history.NewRecorder(time.Now())
	var got Op
	l := New(shop, rec, nil, func(_ context.Context, op Op) (string, error) { got = op; return "it", nil })
	if err := l.Canary(t.Context(), "request-warm-up-1", "warm-up"); err != nil {
		t.Fatal(err)
	}
	if got.Name != "read" || !got.ReadOnly || !got.Canary || got.Key != "warm-up" {
		t.Errorf("the canary was %+v", got)
	}
	h := rec.Snapshot()
	if len(h) != 2 || h[0].By != history.Canary || h[1].By != history.Canary || h[1].Value != "it" {
		t.Errorf("on record is %+v", h)
	}
}

// The seed decides the order of the kinds, and which key is the hot one.
func TestTheSeedDecidesKindsAndHotKey(t *testing.T) {
	orders, hot := map[string]bool{}, map[string]bool{}
	for seed := range uint64(10) {
		c, order := shop, ""
		c.Seed = seed
		for _, op := range ops(c)[:20] {
			order += op.Name + " "
		}
		orders[order], hot[c.Hot()] = true, true
	}
	if len(orders) < 8 || len(hot) < 5 {
		t.Errorf("10 seeds give %d orders and %d hot keys", len(orders), len(hot))
	}
}

// A shift is seen if its kinds are at least half of what they are to be, and not just one or two operations.
func TestAShiftIsSeenByItsShare(t *testing.T) {
	for _, c := range []struct {
		sent, chosen int64
		want         bool
	}{{100, 15, true}, {100, 14, false}, {0, 0, false}, {2, 2, false}, {3, 3, true}} {
		s := Shift{share: 0.3}
		s.sent.Store(c.sent)
		s.chosen.Store(c.chosen)
		if text, seen := s.Seen(); seen != c.want {
			t.Errorf("%s of 30 %%: seen %t, want %t", text, seen, c.want)
		}
	}
}

func TestExtraTrafficComesOnTopWhileItsSwitchIsOn(t *testing.T) {
	for _, arrivals := range []Arrivals{Poisson, Even} {
		c := Config{Name: "request", Rate: 100, Duration: time.Second, Seed: 3, Arrivals: arrivals, Mix: []Kind{
			{Weight: 1},
			{Weight: 3, During: "step", Extra: true},
		}}
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			rec := history.NewRecorder(start)
			l := New(c, rec, nil, func(context.Context, Op) (string, error) { return "", nil })
			time.AfterFunc(500*time.Millisecond, func() { l.Shifts()["step"].Set(true) })
			l.Run(t.Context(), start)
			var before, after int
			for _, e := range rec.Snapshot() {
				switch {
				case e.Kind != history.Invoke:
				case e.At < 500*time.Millisecond:
					before++
				default:
					after++
				}
			}
			if before < 40 || before > 60 || after < 170 || after > 230 {
				t.Errorf("%s: %d operations in half a second at 100/s, then %d at four times that", arrivals, before, after)
			}
			if text, seen := l.Shifts()["step"].Seen(); !seen {
				t.Errorf("%s: the step is not seen: %s", arrivals, text)
			}
			sent := len(slices.Collect(c.Sent(func(_ string, at time.Duration) bool { return at >= 500*time.Millisecond })))
			if sent != before+after {
				t.Errorf("%s: the plan has %d operations, %d were sent", arrivals, sent, before+after)
			}
			if !l.turning.TryLock() {
				t.Errorf("%s: what was not sent still keeps the switch", arrivals)
			}
		})
	}
}
