package process

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/faulttest"
	"github.com/crashlab/crashlab/pkg/stack"
)

func TestProcessFaultsActAndLeave(t *testing.T) {
	for _, c := range []struct {
		fault     fault.Fault
		requested string
		measured  string
	}{
		{Kill{Process: "redis"}, "redis: killed", "1 of 1 stopped answering"},
		{Pause{Process: "redis"}, "redis: paused", "1 of 1 stopped answering"},
		{Restart{Process: "redis", Down: 5 * time.Millisecond}, "redis: restarted, 5.0 ms down",
			"1 of 1 stopped answering, 1 back after "},
		{Slow{Process: "redis", Share: 0.2, Period: 50 * time.Millisecond},
			"redis: slowed to 20 % of a CPU, in periods of 50 ms", "frozen "},
	} {
		t.Run(c.requested, func(t *testing.T) {
			s := faulttest.Surface(t)
			if got := c.fault.Requested(); got != c.requested {
				t.Errorf("requested %q", got)
			}
			injection, err := c.fault.Inject(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if m := faulttest.Acts(t, injection); !strings.HasPrefix(m.Text, c.measured) {
				t.Errorf("measured %q, want %q", m.Text, c.measured)
			}
			faulttest.Revert(t, injection)
			if err := s.Ping(t.Context(), "billing-1", stack.Redis); err != nil {
				t.Errorf("after the revert: %v", err)
			}
		})
	}
}

func TestAProcessThatCannotBeStoppedIsMeasuredAsSuch(t *testing.T) {
	for _, f := range []fault.Fault{Kill{"immortal"}, Pause{"immortal"}, Restart{Process: "immortal"}} {
		s := faulttest.Surface(t)
		injection, err := f.Inject(t.Context(), s) // pings reach the server under any name
		if err != nil {
			t.Fatal(err)
		}
		m, err := injection.Measure(t.Context())
		if err != nil || m.Acted {
			t.Errorf("%s: measured %+v, %v", f.Requested(), m, err)
		}
		faulttest.Revert(t, injection)
	}
}

func TestRevertEndsARestart(t *testing.T) {
	s := faulttest.Surface(t)
	injection, err := Restart{Process: "redis", Down: time.Hour}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := injection.Measure(t.Context()); err != nil || m.Acted || !strings.Contains(m.Text, "not back yet") {
		t.Errorf("measured %+v, %v", m, err)
	}
	faulttest.Revert(t, injection)
	if err := s.Ping(t.Context(), "billing-1", stack.Redis); err != nil {
		t.Error(err)
	}
}

func TestUnknownProcess(t *testing.T) {
	s := faulttest.Surface(t)
	if _, err := (Kill{"reds"}).Inject(t.Context(), s); err == nil ||
		err.Error() != "kill reds: no such process; did you mean redis?" {
		t.Error(err)
	}
	if _, err := (CrashAt{"bill", "x"}).Inject(t.Context(), s); err == nil ||
		!strings.Contains(err.Error(), "no such instance") {
		t.Error(err)
	}
	if _, err := (CrashAt{"immortal", "x"}).Inject(t.Context(), s); err == nil ||
		!strings.Contains(err.Error(), "no crash points") {
		t.Error(err)
	}
	if _, err := (Kill{"redis"}).Inject(t.Context(), &fault.Surface{}); err == nil ||
		!strings.Contains(err.Error(), "no process can be reached here") {
		t.Error(err)
	}
}

// half fails to stop.
type half struct {
	faulttest.Immortal
	started int
}

func (h *half) Kill(context.Context) error  { return errors.New("stuck") }
func (h *half) Start(context.Context) error { h.started++; return nil }

func TestAKillThatFailsForOneIsUndoneForAll(t *testing.T) {
	s := faulttest.Surface(t)
	one, two := &half{}, &half{}
	s.Processes = map[string]stack.Process{"kafka-1": one, "kafka-2": two}
	if _, err := (Kill{"kafka"}).Inject(t.Context(), s); err == nil {
		t.Fatal("no error")
	}
	if one.started != 1 || two.started != 0 {
		t.Errorf("started %d and %d, want the one that was tried", one.started, two.started)
	}
}

// worker dies at a crash point.
type worker struct {
	faulttest.Immortal
	fired   chan struct{}
	armed   string
	started int
}

func (w *worker) ArmCrash(point string) (<-chan struct{}, func()) {
	w.armed, w.fired = point, make(chan struct{})
	return w.fired, func() { w.armed = "" }
}

func (w *worker) Start(context.Context) error { w.started++; return nil }

func (w *worker) Probe(context.Context) error { return nil }

func TestCrashAt(t *testing.T) {
	w := &worker{}
	s := &fault.Surface{Processes: map[string]stack.Process{"billing-1": w}}
	injection, err := CrashAt{"billing-1", "before ack"}.Inject(t.Context(), s)
	if err != nil || w.armed != "before ack" {
		t.Fatal(err, w.armed)
	}
	if m, _ := injection.Measure(t.Context()); m.Acted {
		t.Errorf("it has not passed: %+v", m)
	}
	close(w.fired)
	if m, _ := injection.Measure(t.Context()); !m.Acted || m.Text != `billing-1 died at "before ack"` {
		t.Errorf("%+v", m)
	}
	if err := injection.Revert(t.Context()); err != nil || w.armed != "" || w.started != 1 {
		t.Errorf("%v, armed %q, started %d", err, w.armed, w.started)
	}
}

func TestAProcessWithoutLinksIsAskedItself(t *testing.T) {
	s := &fault.Surface{Processes: map[string]stack.Process{"w": &worker{}}}
	injection, err := Kill{"w"}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := injection.Measure(t.Context()); m.Acted || m.Text != "0 of 1 stopped answering" {
		t.Errorf("%+v", m)
	}
}

// mortal dies, unless it can't, and is brought back, unless it can't be.
type mortal struct {
	faulttest.Immortal
	dead, dies, returns bool
}

func (m *mortal) Kill(context.Context) error  { m.dead = m.dead || m.dies; return nil }
func (m *mortal) Start(context.Context) error { m.dead = m.dead && !m.returns; return nil }

func (m *mortal) Probe(context.Context) error {
	if m.dead {
		return errors.New("dead")
	}
	return nil
}

// A fault of several processes has acted when all are gone, and is over when all are back.
func TestAKillActsOnAllItsProcesses(t *testing.T) {
	for name, c := range map[string]struct {
		one, two    mortal
		acted, left bool
	}{
		"both":                     {mortal{dies: true, returns: true}, mortal{dies: true, returns: true}, true, false},
		"one is immortal":          {mortal{dies: true, returns: true}, mortal{returns: true}, false, false},
		"one stays dead":           {mortal{dies: true, returns: true}, mortal{dies: true}, true, true},
		"both were dead before":    {mortal{dead: true}, mortal{dead: true}, false, false},
		"neither dies of the kill": {mortal{}, mortal{}, false, false},
	} {
		s := &fault.Surface{Processes: map[string]stack.Process{"w-1": &c.one, "w-2": &c.two}}
		injection, err := Kill{"w"}.Inject(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := injection.Measure(t.Context()); err != nil || m.Acted != c.acted {
			t.Errorf("%s: measured %+v, %v; want %t", name, m, err, c.acted)
		}
		if err := injection.Revert(t.Context()); err != nil {
			t.Fatal(err)
		}
		if m, err := injection.Left(t.Context()); err != nil || m.Acted != c.left {
			t.Errorf("%s: left %+v, %v; want %t", name, m, err, c.left)
		}
	}
}
