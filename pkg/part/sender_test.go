package part

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/data"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// shop is an intake that remembers what it took, and a sender to it.
type shop struct {
	*Sender
	env *lab.Env
	say error // the intake's result for a message

	mu   sync.Mutex
	took []string
}

func newShop(t *testing.T) *shop {
	s := &shop{}
	s.env = up(t, func(b *lab.Builder) {
		intake := b.Service("intake", func(ctx context.Context, i *lab.Instance) error {
			return Serve(ctx, i, map[string]Handler{"POST /": s.take})
		})
		s.Sender = &Sender{
			From: b.Env, To: intake, Path: "/",
			Message:  func(op load.Op) []byte { return []byte(op.ID) },
			Poisoned: func(op load.Op) []byte { return []byte("poisoned " + op.ID) },
		}
	})
	return s
}

func (s *shop) take(_ context.Context, r *Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.say == nil {
		s.took = append(s.took, strings.TrimSpace(string(r.Body)))
	}
	return Accepted, s.say
}

// taken returns what the intake took, in order.
func (s *shop) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.took)
}

// under injects a fault on every operation, and returns what is measured of it.
func (s *shop) under(t *testing.T, f fault.Fault) (measured func() fault.Measurement) {
	t.Helper()
	injection, err := f.Inject(testContext(t), s.env.Surface)
	if err != nil {
		t.Fatal(err)
	}
	return func() fault.Measurement {
		m, err := injection.Measure(testContext(t))
		if err != nil {
			t.Error(err)
		}
		return m
	}
}

// op returns an operation with the taint that the faults give it.
func (s *shop) op(seq int, key string) load.Op {
	return load.Op{ID: fmt.Sprint("op-", seq), Seq: seq, Key: key, Taint: string(s.env.Surface.Data.Decide(seq))}
}

func TestSenderReturnsTheIntakesAnswer(t *testing.T) {
	ctx, s := testContext(t), newShop(t)
	for _, c := range []struct {
		say  error
		want history.Kind
	}{
		{nil, history.OK},
		{load.Definite(errors.New("no order")), history.Failed},
		{errors.New("no answer"), history.Unknown},
	} {
		s.say = c.say
		if _, err := s.Do(ctx, s.op(0, "")); s.op(0, "").Outcome(err) != c.want {
			t.Errorf("the intake's %v is %v to the client, want %s", c.say, err, c.want)
		}
	}
	if err := s.To.Kill(ctx); err != nil {
		t.Fatal(err)
	}
	_, _ = s.Do(ctx, s.op(0, "")) // on the connection that it has, which it can't know to be dead
	if _, err := s.Do(ctx, s.op(0, "")); !load.IsDefinite(err) {
		t.Errorf("nobody listens: %v, want a failure", err)
	}
}

func TestSenderSpoils(t *testing.T) {
	for name, c := range map[string]struct {
		fault fault.Fault
		says  string // of a message that is refused
		took  []string
	}{
		"poison":     {data.Poison{OneIn: 1}, "", []string{"poisoned op-0"}},
		"duplicate":  {data.Duplicates{OneIn: 1}, "", []string{"op-0", "op-0"}},
		"oversize":   {data.Oversize{OneIn: 1}, "413", nil},
		"a bit more": {data.Oversize{OneIn: 1, Bytes: MaxBody + 1}, "413", nil},
		"just right": {data.Oversize{OneIn: 1, Bytes: MaxBody}, "", []string{"op-0"}},
		"corrupt":    {data.Corruption{OneIn: 1}, "400", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			measured := s.under(t, c.fault)
			op := s.op(0, "")
			if m := measured(); m.Acted {
				t.Errorf("before it is sent: %+v", m)
			}
			_, err := s.Do(testContext(t), op)
			if (err == nil) != (c.says == "") || err != nil &&
				(!load.IsDefinite(err) || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%v, want %q", err, c.says)
			}
			if got := s.taken(); !slices.Equal(got, c.took) {
				t.Errorf("the intake took %q, want %q", got, c.took)
			}
			if m := measured(); !m.Acted {
				t.Errorf("%+v", m)
			}
		})
	}
}

// A message that is posted twice was accepted if either post was.
func TestBetter(t *testing.T) {
	lost, refused := errors.New("no answer"), load.Definite(errors.New("refused"))
	for _, c := range [][3]error{
		{nil, nil, nil}, {nil, lost, nil}, {nil, refused, nil}, {lost, refused, lost}, {lost, lost, lost},
		{refused, refused, refused},
	} {
		for _, got := range []error{better(c[0], c[1]), better(c[1], c[0])} {
			if !errors.Is(got, c[2]) {
				t.Errorf("%v and %v: %v, want %v", c[0], c[1], got, c[2])
			}
		}
	}
}

// hold sends a delayed operation, and returns the channel of its error.
func (s *shop) hold(t *testing.T, op load.Op) <-chan error {
	t.Helper()
	answered := make(chan error, 1)
	go func() { _, err := s.Do(testContext(t), op); answered <- err }()
	err := lab.Poll(testContext(t), op.ID+" is held back", func(context.Context) (bool, error) {
		s.Sender.mu.Lock()
		defer s.Sender.mu.Unlock()
		return len(s.held) == 1, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return answered
}

func TestSenderReorders(t *testing.T) {
	ctx, s := testContext(t), newShop(t)
	measured := s.under(t, data.Reorder{OneIn: 1})
	for seq := 0; seq < 4; seq += 2 { // of operations that are all to be reordered each two change places
		late := s.hold(t, s.op(seq, "a"))
		if _, err := s.Do(ctx, s.op(seq+1, "b")); errors.Join(err, <-late) != nil {
			t.Error(err)
		}
	}
	s.OrderingKey = func(op load.Op) string { return op.Key }
	late := s.hold(t, s.op(4, "a"))
	for _, op := range []load.Op{{ID: "op-5", Key: "b"}, {ID: "op-6", Key: "a"}} {
		if _, err := s.Do(ctx, op); err != nil {
			t.Error(err)
		}
	}
	if err := <-late; err != nil {
		t.Error(err)
	}
	if got, want := s.taken(), []string{"op-1", "op-0", "op-3", "op-2", "op-5", "op-6", "op-4"}; !slices.Equal(got, want) {
		t.Errorf("the intake took %q, want %q", got, want)
	}
	if m := measured(); !m.Acted || m.Text != "60 % (3 of 5 operations)" {
		t.Errorf("%+v", m)
	}
}

// An operation that is not followed by another is still sent in time, and was not reordered.
func TestSenderHoldsNothingForEver(t *testing.T) {
	s := newShop(t)
	measured := s.under(t, data.Reorder{OneIn: 1})
	ctx, cancel := context.WithTimeout(testContext(t), 2*time.Second)
	defer cancel()
	if _, err := s.Do(ctx, s.op(0, "")); err != nil || !slices.Equal(s.taken(), []string{"op-0"}) {
		t.Errorf("%v, the intake took %q", err, s.taken())
	}
	if m := measured(); m.Acted {
		t.Errorf("nothing overtook it: %+v", m)
	}
	if _, err := s.Do(ctx, load.Op{ID: "op-1", Seq: 1}); err != nil {
		t.Error(err)
	}
}

// A client that gives up while its operation is delayed knows that it was not sent.
func TestSenderThatGivesUpHasNotSent(t *testing.T) {
	s := newShop(t)
	s.under(t, data.Reorder{OneIn: 1})
	ctx, cancel := context.WithCancel(testContext(t))
	cancel()
	if _, err := s.Do(ctx, s.op(0, "")); !load.IsDefinite(err) || len(s.taken()) > 0 {
		t.Errorf("%v, the intake took %q", err, s.taken())
	}
}
