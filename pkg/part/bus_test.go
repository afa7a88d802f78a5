package part

import (
	"context"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

type sale struct {
	Kind string `json:"kind"`
}

// next returns the next event in a queue, and deletes it.
func next(ctx context.Context, t *testing.T, i *lab.Instance, q *Queue) Event[sale] {
	t.Helper()
	var e Event[sale]
	err := lab.Poll(ctx, "an event is in queue "+q.Name, func(ctx context.Context) (bool, error) {
		got, err := q.Receive(ctx, i, 1)
		if err != nil || len(got) == 0 {
			return false, err
		}
		e = Decode[Event[sale]]([]byte(*got[0].Body))
		return true, q.Delete(ctx, i, got[0])
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestBusRoutesAndReplays(t *testing.T) {
	var bus *Bus
	var all, books *Queue
	env := up(t, func(b *lab.Builder) {
		all, books = NewQueue(b, "all", 30*time.Second, 0), NewQueue(b, "books", 30*time.Second, 0)
		bus = NewBus(b, "shop", "shop.sales")
		bus.Rule(b, `{"source": [{"prefix": "shop."}]}`, all, nil)
		bus.Rule(b, `{"detail": {"kind": ["book"]}}`, books, nil)
		bus.Archived(b)
	})
	ctx, i, at := testContext(t), env.Observer(), time.Now().Truncate(time.Second)
	for n, kind := range []string{"toy", "book"} {
		if err := bus.Put(ctx, i, "sold", at.Add(time.Duration(n)*time.Minute), Encode(sale{kind})); err != nil {
			t.Fatal(err)
		}
	}
	book := next(ctx, t, i, books)
	if book.Detail.Kind != "book" || book.Type != "sold" || !book.Time.Equal(at.Add(time.Minute)) || book.Replay != "" {
		t.Errorf("the rule for books sent %+v", book)
	}
	next(ctx, t, i, all)
	next(ctx, t, i, all)
	if err := bus.Replay(ctx, i, "again", at, at.Add(time.Second), all); err != nil {
		t.Fatal(err)
	}
	if toy := next(ctx, t, i, all); toy.Detail.Kind != "toy" || toy.Replay != "again" {
		t.Errorf("the replay sent %+v", toy)
	}
	for _, q := range []*Queue{all, books} {
		if n, err := q.Depth(ctx, i); n != 0 || err != nil {
			t.Errorf("queue %s has %d more, %v", q.Name, n, err)
		}
	}
}

// A queue that refuses takes nothing from the bus or a client, and what the bus gives up goes to the dead letters.
func TestQueueRefusesTheBus(t *testing.T) {
	var bus *Bus
	var orders, other, dead *Queue
	var b *lab.Builder
	env := up(t, func(builder *lab.Builder) {
		b = builder
		orders, other = NewQueue(b, "orders", 30*time.Second, 0), NewQueue(b, "orders-2", 30*time.Second, 0)
		dead = NewQueue(b, "dead", 30*time.Second, 0)
		bus = NewBus(b, "shop", "shop.sales")
		bus.Rule(b, `{"source": ["shop.sales"]}`, orders, dead, Retries(0, time.Minute))
	})
	ctx, i, refusal := testContext(t), env.Observer(), orders.Refuses(b)
	if m, _ := refusal.Measure(ctx); m.Acted {
		t.Error("it has acted before it was on")
	}
	if err := refusal.On(ctx); err != nil {
		t.Fatal(err)
	}
	if err := bus.Put(ctx, i, "sold", time.Now(), Encode(sale{"toy"})); err != nil {
		t.Fatal(err)
	}
	if e := next(ctx, t, i, dead); e.Detail.Kind != "toy" {
		t.Errorf("the dead-letter queue has %+v", e)
	}
	if orders.Send(ctx, i, []byte("x")) == nil {
		t.Error("it took a client's message")
	}
	if err := other.Send(ctx, i, []byte("x")); err != nil {
		t.Errorf("another queue refuses too: %v", err)
	}
	if m, _ := refusal.Measure(ctx); !m.Acted {
		t.Error("it has not acted")
	}
	for range 2 {
		if err := refusal.Off(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := orders.Send(ctx, i, []byte("x")); err != nil {
		t.Errorf("it refuses after its end: %v", err)
	}
	if m, _ := refusal.Left(ctx); m.Acted {
		t.Errorf("left: %s", m.Text)
	}
}
