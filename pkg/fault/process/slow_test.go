package process

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/faulttest"
	"github.com/crashlab/crashlab/pkg/stack"
)

// server answers after some time, and not while it is frozen.
type server struct {
	takes   time.Duration
	immune  bool  // ignores a freeze
	refuses error // the error of a pause

	mu     sync.Mutex
	frozen bool
	thawed *sync.Cond
}

func newServer(takes time.Duration) *server {
	s := &server{takes: takes}
	s.thawed = sync.NewCond(&s.mu)
	return s
}

func (s *server) Kill(ctx context.Context) error { return s.Resume(ctx) }
func (s *server) Start(context.Context) error    { return nil }

func (s *server) Pause(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frozen = !s.immune
	return s.refuses
}

func (s *server) Resume(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frozen = false
	s.thawed.Broadcast()
	return nil
}

func (s *server) isFrozen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frozen
}

func (s *server) Probe(ctx context.Context) error {
	s.mu.Lock()
	for s.frozen {
		s.thawed.Wait()
	}
	s.mu.Unlock()
	select {
	case <-time.After(s.takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// injectSlow makes the servers the nodes of kafka and slows them all.
func injectSlow(t *testing.T, f Slow, servers ...*server) (*fault.Surface, fault.Injection) {
	t.Helper()
	s := &fault.Surface{Processes: map[string]stack.Process{}}
	for i, server := range servers {
		s.Processes[stack.Node(i+1)] = server
	}
	f.Process = stack.Kafka
	injection, err := f.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return s, injection
}

func TestSlowIsFrozenForTheRestOfEachPeriod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := newServer(time.Millisecond)
		_, injection := injectSlow(t, Slow{Share: 0.1}, one)
		defer faulttest.Revert(t, injection)
		if m, err := injection.Measure(t.Context()); err != nil || !m.Acted ||
			m.Text != "frozen 90 % of 100 ms; took 91 ms to answer (was 1.0 ms)" {
			t.Errorf("%+v, %v", m, err)
		}
		frozen, n := 0, 0
		for time.Sleep(50 * time.Microsecond); n < 10_000; n++ { // ten periods, and no look exactly at a change
			time.Sleep(100 * time.Microsecond)
			if one.isFrozen() {
				frozen++
			}
		}
		if frozen != 9000 {
			t.Errorf("frozen in %d of %d looks, want 9000", frozen, n)
		}
	})
}

func TestSlowThatDoesNotActIsMeasuredAsSuch(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration
		text  string
	}{
		"not frozen":          {time.Millisecond, "took 1.0 ms to answer (was 1.0 ms)"},
		"slow all the time":   {60 * time.Millisecond, "took 60 ms to answer (was 60 ms)"},
		"never seen to be up": {time.Hour, "did not answer before either"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				one := newServer(c.takes)
				one.immune = true
				_, injection := injectSlow(t, Slow{Share: 0.1}, one)
				defer faulttest.Revert(t, injection)
				for range 3 {
					if m, err := injection.Measure(t.Context()); err != nil || m.Acted || !strings.Contains(m.Text, c.text) {
						t.Errorf("%+v, %v, want %q", m, err, c.text)
					}
				}
			})
		})
	}
}

func TestSlowOnOneOfTwoNodesHasNotActed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, fast := newServer(time.Millisecond), newServer(time.Millisecond)
		fast.immune = true
		_, injection := injectSlow(t, Slow{Share: 0.5}, slow, fast)
		defer faulttest.Revert(t, injection)
		for _, want := range []string{ // kafka-2 answers at once, before its first period ends
			"kafka-1: frozen 50 % of 100 ms; took 51 ms to answer (was 1.0 ms); kafka-2: not frozen for a whole period yet; " +
				"took 1.0 ms to answer (was 1.0 ms)",
			"kafka-1: frozen 50 % of 200 ms; took 51 ms to answer (was 1.0 ms); kafka-2: frozen 50 % of 100 ms; took 1.0 ms " +
				"to answer (was 1.0 ms)",
		} {
			if m, err := injection.Measure(t.Context()); err != nil || m.Acted || m.Text != want {
				t.Errorf("%+v, %v, want %q", m, err, want)
			}
		}
	})
}

func TestAMeasurementThatIsCutShortIsDiscarded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := newServer(time.Millisecond)
		one.immune = true
		_, injection := injectSlow(t, Slow{Share: 0.1}, one)
		defer faulttest.Revert(t, injection)
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if m, err := injection.Measure(over); !errors.Is(err, context.Canceled) {
			t.Errorf("%+v, %v: nothing was seen yet", m, err)
		}
		seen, err := injection.Measure(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if m, err := injection.Measure(over); err != nil || m != seen {
			t.Errorf("%+v, %v, want %+v", m, err, seen)
		}
	})
}

func TestSlowIsRevertedInAFrozenPhase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := newServer(time.Millisecond)
		_, injection := injectSlow(t, Slow{Share: 0.1}, one)
		time.Sleep(50 * time.Millisecond)
		if !one.isFrozen() {
			t.Fatal("not frozen 50 ms into a period of which it may run for 10 ms")
		}
		faulttest.Revert(t, injection)
		for range 20 {
			if one.isFrozen() {
				t.Fatal("frozen after the revert")
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
}

func TestAPausedAndSlowedProcessThawsWhenBothEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := newServer(time.Millisecond)
		s, slow := injectSlow(t, Slow{Share: 0.9}, one)
		pause, err := Pause{stack.Node(1)}.Inject(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			time.Sleep(10 * time.Millisecond)
			if !one.isFrozen() {
				t.Fatal("a slow process's thaw has ended its pause")
			}
		}
		faulttest.Revert(t, pause)
		time.Sleep(50 * time.Millisecond)
		if one.isFrozen() {
			t.Error("paused after the pause")
		}
		faulttest.Revert(t, slow)
	})
}

func TestSlowSaysWhyAProcessCannotBeFrozen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := newServer(time.Millisecond)
		one.refuses = errors.New("stuck")
		_, injection := injectSlow(t, Slow{Share: 0.1}, one)
		if _, err := injection.Measure(t.Context()); !errors.Is(err, one.refuses) {
			t.Errorf("%v, want %v", err, one.refuses)
		}
		faulttest.Revert(t, injection)
		if one.isFrozen() {
			t.Error("frozen after the revert")
		}
	})
}

// limited is a process with a cgroup.
type limited struct {
	server
	throttling    stack.Throttling
	quota, period time.Duration
	lifted        int
	refuses       error
}

func (l *limited) LimitCPU(_ context.Context, quota, period time.Duration) (func(context.Context) error, error) {
	if l.refuses != nil {
		return nil, l.refuses
	}
	l.quota, l.period = quota, period
	return func(context.Context) error { l.lifted++; return nil }, nil
}

func (l *limited) Throttling(context.Context) (stack.Throttling, error) { return l.throttling, nil }

func TestSlowByAQuota(t *testing.T) {
	l := &limited{throttling: stack.Throttling{Periods: 100, Throttled: 7, Time: time.Second}}
	s := &fault.Surface{Processes: map[string]stack.Process{stack.Redis: l}}
	injection, err := Slow{Process: stack.Redis, Share: 0.1, Period: 50 * time.Millisecond}.Inject(t.Context(), s)
	if err != nil || l.quota != 5*time.Millisecond || l.period != 50*time.Millisecond {
		t.Fatal(err, l.quota, l.period)
	}
	for _, c := range []struct {
		now   stack.Throttling
		acted bool
		text  string
	}{
		{stack.Throttling{Periods: 120, Throttled: 7, Time: time.Second}, false,
			"throttled in 0 of 20 periods, for 0.00 ms; took "},
		{stack.Throttling{Periods: 104, Throttled: 11, Time: 1050 * time.Millisecond}, false,
			"throttled in 4 of 4 periods, for 50 ms; took "},
		{stack.Throttling{Periods: 130, Throttled: 30, Time: 1050 * time.Millisecond}, true,
			"throttled in 23 of 30 periods, for 50 ms; took "},
		{stack.Throttling{Periods: 5}, false, "throttled in 0 of 5 periods, for 0.00 ms; took "}, // restarted
		{stack.Throttling{Periods: 6, Throttled: 5, Time: time.Millisecond}, true,
			"throttled in 5 of 6 periods, for 1.0 ms; took "},
	} {
		l.throttling = c.now
		if m, err := injection.Measure(t.Context()); err != nil || m.Acted != c.acted || !strings.HasPrefix(m.Text, c.text) {
			t.Errorf("%+v, %v, want %q", m, err, c.text)
		}
	}
	if err := injection.Revert(t.Context()); err != nil || l.lifted != 1 {
		t.Errorf("%v, lifted %d times", err, l.lifted)
	}
}

func TestHeldBack(t *testing.T) {
	for name, c := range map[string]struct {
		throttled, periods int64
		slower, want       bool
	}{
		"busy all the time":        {38, 40, false, true},
		"busy all the time, slow":  {38, 40, true, true},
		"busy, seen for a second":  {9, 9, false, true},
		"busy but for a pause":     {30, 40, false, true},
		"busy in bursts, and slow": {12, 40, true, true},

		"busy in bursts, and quick":      {12, 40, false, false},
		"enough for it, but for a while": {5, 9, false, false},
		"idle":                           {0, 40, false, false},
		"idle but for a health check":    {2, 40, false, false},
		"idle, a health check, and slow": {2, 40, true, false},
		"too short to tell":              {4, 4, true, false},
		"slow by itself":                 {0, 40, true, false},
		"it does not run":                {0, 0, false, false},
	} {
		if got := heldBack(c.throttled, c.periods, c.slower); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

func TestSlowThatFailsForOneIsUndoneForAll(t *testing.T) {
	one, two := &limited{}, &limited{refuses: errors.New("no CFS here")}
	s := &fault.Surface{Processes: map[string]stack.Process{"kafka-1": one, "kafka-2": two}}
	_, err := Slow{Process: stack.Kafka, Share: 0.1}.Inject(t.Context(), s)
	if err == nil || err.Error() != "slow kafka-2: no CFS here" || one.lifted != 1 {
		t.Errorf("%v, lifted %d times", err, one.lifted)
	}
}

func TestSlowRefusesInvalidSettings(t *testing.T) {
	for want, f := range map[string]Slow{
		"share 0:":       {},
		"share 1:":       {Share: 1},
		"share -0.5:":    {Share: -0.5},
		"period 2s:":     {Share: 0.5, Period: 2 * time.Second},
		"period -1s:":    {Share: 0.5, Period: -time.Second},
		"500µs of every": {Share: 0.05, Period: 10 * time.Millisecond},
		"at least 1ms":   {Share: 0.999, Period: 10 * time.Millisecond},
	} {
		f.Process = stack.Redis
		if _, err := f.Inject(t.Context(), &fault.Surface{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", f, err, want)
		}
	}
}
