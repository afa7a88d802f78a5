package process

import (
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/faulttest"
)

func TestClockSkew(t *testing.T) {
	base := clockwork.NewFakeClock()
	s := &fault.Surface{Clocks: fault.NewClocks(base), Instances: []string{"a-1", "b-1"}}
	mine, other := s.Clocks.Of("a-1"), s.Clocks.Of("b-1")
	start := base.Now()
	injection, err := ClockSkew{Instance: "a", Offset: -5 * time.Second, Drift: 0.1}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := injection.Measure(t.Context()); m.Acted {
		t.Errorf("nobody has read the clock: %+v", m)
	}
	base.Advance(10 * time.Second)
	if got := mine.Now().Sub(start); got != 6*time.Second {
		t.Errorf("10 s − 5 s + 1 s of drift, got %v", got)
	}
	if got := other.Now().Sub(start); got != 10*time.Second {
		t.Errorf("the other's clock: %v", got)
	}
	if got := mine.Until(start.Add(10 * time.Second)); got != 4*time.Second {
		t.Errorf("until: %v", got)
	}
	if m, _ := injection.Measure(t.Context()); !m.Acted || m.Text != "1 instances off by up to -4s, clock read 2 times" {
		t.Errorf("%+v", m)
	}
	faulttest.Revert(t, injection)
	if got := mine.Since(start); got != 10*time.Second {
		t.Errorf("after the revert: %v", got)
	}
	if _, err := (ClockSkew{Instance: "a"}).Inject(t.Context(), s); err == nil {
		t.Error("no skew")
	}
	if _, err := (ClockSkew{Offset: 30 * time.Microsecond}).Inject(t.Context(), s); err == nil {
		t.Error("less than anybody can measure")
	}
	if _, err := (ClockSkew{Offset: 1}).Inject(t.Context(), &fault.Surface{}); err == nil {
		t.Error("no clocks")
	}
}

// The clocks of all instances must be wrong, each by enough.
func TestClocksThatAreNotAllWrongAreMeasuredAsSuch(t *testing.T) {
	for skewed, acts := range map[string]bool{"a-1": false, "b-1": false, "": true} {
		base := clockwork.NewFakeClock()
		s := &fault.Surface{Clocks: fault.NewClocks(base), Instances: []string{"a-1", "b-1"}}
		k := skewing{fault: ClockSkew{Offset: time.Second}, surface: s, since: base.Now()}
		s.Clocks.Skew(skewed, time.Second, 0)
		for _, instance := range s.Instances {
			s.Clocks.Of(instance).Now()
		}
		if m, err := k.Measure(t.Context()); err != nil || m.Acted != acts {
			t.Errorf("only %q is wrong: measured %+v, %v", skewed, m, err)
		}
		if m, err := k.Left(t.Context()); err != nil || !m.Acted {
			t.Errorf("%q is wrong: left %+v, %v", skewed, m, err)
		}
	}
}
