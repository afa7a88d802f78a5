package fault

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

var redis = link.Pattern{To: stack.Redis}

func TestNetworkFaultsActAndLeave(t *testing.T) {
	for _, c := range []struct {
		fault     Fault
		requested string
		measured  string
	}{
		{Latency{Link: redis, Delay: 30 * time.Millisecond}, "redis: 30 ms latency", " ms (was "},
		{Latency{Link: redis, Delay: 30 * time.Millisecond, Jitter: 5 * time.Millisecond, Direction: link.Both}, "redis: 60 ms ± 10 ms latency", " ms (was "},
		{Latency{Link: redis, Delay: 30 * time.Millisecond, Share: 0.5}, "redis: 30 ms latency on 50 % of connections", " ms (was "},
		{Cut{Link: redis}, "redis: cut", "1 of 1 links dead: connection refused"},
		{Cut{Link: redis, OneWay: AnswersOnly}, "redis: cut, answers vanish", "1 of 1 links dead: no answer"},
		{Cut{Link: redis, OneWay: RequestsOnly}, "redis: cut, requests vanish", "1 of 1 links dead: no answer"},
		{Cut{Link: redis, Share: 0.5}, "redis: cut on 50 % of connections", "dials refused"},
		{Blackhole{Link: redis}, "redis: silence", "1 of 1 links dead: no answer"},
		{Blackhole{Link: redis, Timeout: 5 * time.Millisecond}, "redis: silence, reset after 5.0 ms", "1 of 1 links dead: connection reset"},
		{Reset{Link: redis}, "redis: connections reset", "connections reset"},
		{SlowClose{Link: redis, Delay: 5 * time.Millisecond, Direction: link.Requests}, "redis: closes heard 5.0 ms late", "closes came late"},
		{LimitData{Link: redis, Bytes: 2}, "redis: connections closed after 2 B", "connections closed early"},
		{Bandwidth{Link: redis, BytesPerSecond: 200}, "redis: 200 B/s of bandwidth", "held back for"},
		{Flap{Link: redis, Down: 5 * time.Millisecond, Up: 5 * time.Millisecond}, "redis: cut for 5.0 ms, whole for 5.0 ms, by turns", "dials refused"},
	} {
		t.Run(c.fault.Requested(), func(t *testing.T) {
			t.Parallel() // some wait for a ping to time out
			if got := c.fault.Requested(); got != c.requested {
				t.Errorf("requested %q, want %q", got, c.requested)
			}
			s := surface(t)
			injection, err := c.fault.Inject(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if m := acts(t, injection); !strings.Contains(m.Text, c.measured) {
				t.Errorf("measured %q, want %q", m.Text, c.measured)
			}
			revert(t, injection)
			if err := s.Ping(t.Context(), "billing-1", stack.Redis); err != nil {
				t.Errorf("after the revert: %v", err)
			}
		})
	}
}

// The injectors here do nothing, or not what they say; none may be taken for a fault that acted.
func TestAFaultThatDoesNothingIsMeasuredAsSuch(t *testing.T) {
	weak := link.Latency{Delay: time.Millisecond}
	for name, f := range map[string]networkFault{
		"latency without a toxic": {pattern: redis, judge: Latency{Delay: 50 * time.Millisecond}.measure},
		"too little latency":      {pattern: redis, toxics: []link.Toxic{weak}, judge: Latency{Delay: 50 * time.Millisecond}.measure},
		"cut without a toxic":     {pattern: redis, judge: allDead},
		"cut that only slows":     {pattern: redis, toxics: []link.Toxic{weak}, judge: allDead},
		"share without a toxic":   {pattern: redis, judge: someDead},
		"bandwidth without one":   {pattern: redis, judge: Bandwidth{}.measure},
		"reset without one":       {pattern: redis, judge: Reset{}.measure},
		"slow close without one":  {pattern: redis, judge: SlowClose{}.measure},
		"limit without one":       {pattern: redis, judge: LimitData{}.measure},
		"flap without one":        {pattern: redis, judge: Flap{}.measure},
		"a link that nobody has":  {pattern: link.Pattern{To: "nobody"}, toxics: []link.Toxic{link.Cut{}}, judge: allDead},
	} {
		t.Run(name, func(t *testing.T) {
			injection, err := f.inject(t.Context(), surface(t))
			if err != nil {
				t.Fatal(err)
			}
			defer revert(t, injection)
			if m, err := injection.Measure(t.Context()); err != nil || m.Acted {
				t.Errorf("measured %+v, %v: it did nothing", m, err)
			}
		})
	}
}

func TestALinkThatWasDeadBeforeProvesNoCut(t *testing.T) {
	s := surface(t)
	if err := s.Processes[stack.Redis].Kill(t.Context()); err != nil {
		t.Fatal(err)
	}
	injection, err := Cut{Link: redis}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer revert(t, injection)
	if m, err := injection.Measure(t.Context()); err != nil || m.Acted {
		t.Errorf("measured %+v, %v", m, err)
	}
}

func TestNetworkFaultsRefuseWhatMakesNoSense(t *testing.T) {
	s := surface(t)
	for want, f := range map[string]Fault{
		"delay 0s":       Latency{Link: redis},
		"bandwidth":      Bandwidth{Link: redis},
		`want "answers"`: Cut{Link: redis, OneWay: "sideways"},
		"share 2":        Cut{Link: redis, Share: 2},
		"after -1ns":     Reset{Link: redis, After: -1},
		"slow close":     SlowClose{Link: redis},
		"limit data":     LimitData{Link: redis},
		"flap":           Flap{Link: redis},
		"timeout -1ns":   Blackhole{Link: redis, Timeout: -1},
		"kafka-[":        Cut{Link: link.Pattern{To: "kafka-["}},
	} {
		if _, err := f.Inject(t.Context(), s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", f, err, want)
		}
	}
	if err := s.Ping(context.Background(), "billing-1", stack.Redis); err != nil {
		t.Error(err)
	}
	if _, err := (Cut{}).Inject(t.Context(), &Surface{}); err == nil {
		t.Error("a cut where there are no links")
	}
}
