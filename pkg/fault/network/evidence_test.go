package network

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/faulttest"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

// lasting are faults that go on for as long as they are injected.
var lasting = []fault.Fault{
	Latency{Link: redis, Delay: 30 * time.Millisecond}, Latency{Link: redis, Delay: 30 * time.Millisecond, Share: 0.5},
	Cut{Link: redis}, Cut{Link: redis, Share: 0.5}, Cut{Link: redis, OneWay: AnswersOnly}, Blackhole{Link: redis},
	Reset{Link: redis}, SlowClose{Link: redis, Delay: 5 * time.Millisecond, Direction: link.Requests},
	Bandwidth{Link: redis, BytesPerSecond: 200}, Flap{Link: redis, Down: 5 * time.Millisecond, Up: 5 * time.Millisecond},
}

// A fault that has acted and then ends, whatever ends it, no longer acts.
func TestAFaultThatEndsEarlyIsMeasuredAsSuch(t *testing.T) {
	for _, f := range lasting {
		t.Run(f.Requested(), func(t *testing.T) {
			t.Parallel() // some wait for a ping to time out
			injection, err := f.Inject(t.Context(), faulttest.Surface(t))
			if err != nil {
				t.Fatal(err)
			}
			defer faulttest.Revert(t, injection)
			faulttest.Acts(t, injection)
			if err := injection.(*onLinks).applied.Revert(t.Context()); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(5 * time.Second); ; {
				m, err := injection.Measure(t.Context())
				switch {
				case err != nil:
					t.Fatal(err)
				case !m.Acted: // a share of the connections may miss a few pings
					return
				case time.Now().After(deadline):
					t.Fatalf("still measured to act: %s", m.Text)
				}
			}
		})
	}
}

// A fault that is not taken back is still there, at the first look.
func TestAFaultThatIsNotRevertedIsLeft(t *testing.T) {
	for _, f := range lasting {
		if reflect.ValueOf(f).FieldByName("Share").Float() > 0 {
			continue // a look may meet no connection that is hit
		}
		t.Run(f.Requested(), func(t *testing.T) {
			t.Parallel()
			injection, err := f.Inject(t.Context(), faulttest.Surface(t))
			if err != nil {
				t.Fatal(err)
			}
			faulttest.Acts(t, injection)
			if m, err := injection.Left(t.Context()); err != nil || !m.Acted {
				t.Errorf("%+v, %v, although it was not reverted", m, err)
			}
			faulttest.Revert(t, injection)
		})
	}
}

// A cut of one link is not that of two.
func TestACutOfSomeLinksIsMeasuredAsSuch(t *testing.T) {
	s, trip := twoByTwo(t)
	if err := trip("billing-2", stack.Redis); err != nil { // billing-1 has dialed it, too
		t.Fatal(err)
	}
	injection, err := inject(t.Context(), s, redis, asked{judge: allDead})
	if err != nil {
		t.Fatal(err)
	}
	defer faulttest.Revert(t, injection)
	for from, acts := range map[string]bool{"billing-2": false, "billing": true} {
		applied, err := s.Links.Apply(link.Pattern{From: from, To: stack.Redis}, link.Toxic{Cut: true})
		if err != nil {
			t.Fatal(err)
		}
		if m, err := injection.Measure(t.Context()); err != nil || m.Acted != acts {
			t.Errorf("%s is cut off: measured %+v, %v; want it to have acted: %t", from, m, err, acts)
		}
		if err := applied.Revert(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// What is lost on the way back has taken effect, and what is lost on the way there has not.
func TestOneWayCutsLoseOneWay(t *testing.T) {
	for way, want := range map[OneWay]link.Direction{AnswersOnly: link.Answers, RequestsOnly: link.Requests} {
		if toxic, err := (Cut{OneWay: way}).toxic(); err != nil || toxic.Direction != want || toxic.Cut {
			t.Errorf("%s: %+v, %v; want only %v to vanish", way, toxic, err, want)
		}
	}
}

// A connection is reset before what it carries arrives.
func TestAResetLosesWhatItCarried(t *testing.T) {
	s, trip := twoByTwo(t)
	injection, err := Reset{Link: redis, After: 20 * time.Millisecond}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer faulttest.Revert(t, injection)
	if err := trip("billing-1", stack.Redis); err == nil {
		t.Error("an answer arrived")
	}
}

// Jitter spreads delays evenly around the one that is requested.
func TestJitter(t *testing.T) {
	const n, ms = 1000, time.Millisecond
	d := delay{Latency: Latency{Delay: 30 * ms, Jitter: 10 * ms}, rand: rand.New(rand.NewPCG(1, 2))}
	least, most, sum := time.Hour, time.Duration(0), time.Duration(0)
	for range n {
		x := d.next()
		least, most, sum = min(least, x), max(most, x), sum+x
	}
	if least < 20*ms || least > 21*ms || most > 40*ms || most < 39*ms || (sum/n-30*ms).Abs() > ms {
		t.Errorf("%v to %v, %v on average; want 20 to 40 ms, and 30 ms", least, most, sum/n)
	}
}
