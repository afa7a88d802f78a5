package network

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/faulttest"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

var redis = link.Pattern{To: stack.Redis}

func TestNetworkFaultsActAndLeave(t *testing.T) {
	for _, c := range []struct {
		fault     fault.Fault
		requested string
		measured  string
	}{
		{Latency{Link: redis, Delay: 30 * time.Millisecond}, "redis: 30 ms latency", " ms (was "},
		{Latency{Link: redis, Delay: 30 * time.Millisecond, Jitter: 5 * time.Millisecond, Direction: link.Both},
			"redis: 60 ms ± 10 ms latency", " ms (was "},
		{Latency{Link: redis, Delay: 30 * time.Millisecond, Share: 0.5}, "redis: 30 ms latency on 50 % of connections",
			" ms (was "},
		{Cut{Link: redis}, "redis: cut", "1 of 1 links dead: connection refused"},
		{Cut{Link: redis, OneWay: AnswersOnly}, "redis: cut, answers vanish", "1 of 1 links dead: no answer"},
		{Cut{Link: redis, OneWay: RequestsOnly}, "redis: cut, requests vanish", "1 of 1 links dead: no answer"},
		{Cut{Link: redis, Share: 0.5}, "redis: cut on 50 % of connections", "dials refused"},
		{Blackhole{Link: redis}, "redis: silence", "1 of 1 links dead: no answer"},
		{Blackhole{Link: redis, Timeout: 5 * time.Millisecond}, "redis: silence, reset after 5.0 ms",
			"1 of 1 links dead: connection reset"},
		{Reset{Link: redis}, "redis: connections reset", "connections reset"},
		{SlowClose{Link: redis, Delay: 5 * time.Millisecond, Direction: link.Requests}, "redis: closes heard 5.0 ms late",
			"closes came late"},
		{LimitData{Link: redis, Bytes: 2}, "redis: connections closed after 2 B", "connections closed early"},
		{Bandwidth{Link: redis, BytesPerSecond: 200}, "redis: 200 B/s of bandwidth", "held back for"},
		{Flap{Link: redis, Down: 5 * time.Millisecond, Up: 5 * time.Millisecond},
			"redis: alternately cut for 5.0 ms and whole for 5.0 ms", "dials refused"},
	} {
		t.Run(c.fault.Requested(), func(t *testing.T) {
			t.Parallel() // some wait for a ping to time out
			if got := c.fault.Requested(); got != c.requested {
				t.Errorf("requested %q, want %q", got, c.requested)
			}
			s := faulttest.Surface(t)
			injection, err := c.fault.Inject(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if m := faulttest.Acts(t, injection); !strings.Contains(m.Text, c.measured) {
				t.Errorf("measured %q, want %q", m.Text, c.measured)
			}
			faulttest.Revert(t, injection)
			if err := s.Ping(t.Context(), "billing-1", stack.Redis); err != nil {
				t.Errorf("after the revert: %v", err)
			}
		})
	}
}

// The injectors here do nothing, or not what they claim. None may pass for a fault that acted.
func TestAFaultThatDoesNothingIsMeasuredAsSuch(t *testing.T) {
	weak := link.Toxic{Pipe: Latency{Delay: time.Millisecond}.pipe}
	for name, c := range map[string]struct {
		on link.Pattern
		asked
	}{
		"latency without a toxic": {redis, asked{judge: Latency{Delay: 50 * time.Millisecond}.measure}},
		"too little latency":      {redis, asked{toxic: weak, judge: Latency{Delay: 50 * time.Millisecond}.measure}},
		"cut without a toxic":     {redis, asked{judge: allDead}},
		"cut that only slows":     {redis, asked{toxic: weak, judge: allDead}},
		"share without a toxic":   {redis, asked{judge: someDead}},
		"bandwidth without one":   {redis, asked{judge: Bandwidth{}.measure}},
		"reset without one":       {redis, asked{judge: Reset{}.measure}},
		"slow close without one":  {redis, asked{judge: SlowClose{}.measure}},
		"limit without one":       {redis, asked{judge: LimitData{}.measure}},
		"flap without one":        {redis, asked{judge: Flap{}.measure}},
		"flap that stays cut": {redis, asked{toxic: link.Toxic{Cut: true}, judge: Flap{
			Down: time.Millisecond, Up: time.Millisecond}.measure}},
		"a link that nobody has": {link.Pattern{To: "nobody"}, asked{toxic: link.Toxic{Cut: true}, judge: allDead}},
	} {
		t.Run(name, func(t *testing.T) {
			injection, err := inject(t.Context(), faulttest.Surface(t), c.on, c.asked)
			if err != nil {
				t.Fatal(err)
			}
			defer faulttest.Revert(t, injection)
			if m, err := injection.Measure(t.Context()); err != nil || m.Acted {
				t.Errorf("measured %+v, %v: it did nothing", m, err)
			}
		})
	}
}

func TestAMisspelledLinkIsToldWhichThereAre(t *testing.T) {
	cut := Cut{Link: link.Pattern{From: "client", To: "radis"}}
	injection, err := cut.Inject(t.Context(), faulttest.Surface(t))
	if err != nil {
		t.Fatal(err)
	}
	defer faulttest.Revert(t, injection)
	m, err := injection.Measure(t.Context())
	if err != nil || m.Acted || !strings.Contains(m.Text, "no link matches client→radis; there are ") ||
		!strings.Contains(m.Text, "→redis") {
		t.Errorf("measured %+v, %v", m, err)
	}
}

func TestALinkThatWasDeadBeforeProvesNoCut(t *testing.T) {
	s := faulttest.Surface(t)
	if err := s.Processes[stack.Redis].Kill(t.Context()); err != nil {
		t.Fatal(err)
	}
	injection, err := Cut{Link: redis}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer faulttest.Revert(t, injection)
	if m, err := injection.Measure(t.Context()); err != nil || m.Acted {
		t.Errorf("measured %+v, %v", m, err)
	}
}

func TestNetworkFaultsRefuseInvalidSettings(t *testing.T) {
	s := faulttest.Surface(t)
	for want, f := range map[string]fault.Fault{
		"latency: delay 0s: want more than 0":         Latency{Link: redis},
		"latency: delay -1s: want more than 0":        Latency{Link: redis, Delay: -time.Second, Share: 0.5},
		"latency: jitter 2s: want 0 to the delay, 1s": Latency{Link: redis, Delay: time.Second, Jitter: 2 * time.Second},
		"bandwidth: 5 bytes/s: want at least 100":     Bandwidth{Link: redis, BytesPerSecond: 5},
		`want "answers" or "requests"`:                Cut{Link: redis, OneWay: "sideways"},
		"share 2: want more than 0, at most 1":        Cut{Link: redis, Share: 2},
		"share -1: want more than 0, at most 1":       Cut{Link: redis, Share: -1},
		"reset: after -1ns: want 0 or more":           Reset{Link: redis, After: -1},
		"slow close: delay 0s: want more than 0":      SlowClose{Link: redis},
		"limit data: 0 bytes: want at least 1":        LimitData{Link: redis},
		"flap: 1s down, 0s up: want both more than 0": Flap{Link: redis, Down: time.Second},
		"blackhole: timeout -1ns: want 0 or more":     Blackhole{Link: redis, Timeout: -1},
		"direction 7: want Answers, Requests or Both": Bandwidth{Link: redis, BytesPerSecond: 100, Direction: 7},
		"kafka-[": Cut{Link: link.Pattern{To: "kafka-["}},
	} {
		if _, err := f.Inject(t.Context(), s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", f, err, want)
		}
	}
	if err := s.Ping(context.Background(), "billing-1", stack.Redis); err != nil {
		t.Error(err)
	}
	if _, err := (Cut{}).Inject(t.Context(), &fault.Surface{}); err == nil {
		t.Error("a cut where there are no links")
	}
}
