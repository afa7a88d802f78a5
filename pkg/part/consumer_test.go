package part

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

// A topic fans out to a queue whose consumer always fails one message, fails another once, and handles the
// rest.
func TestConsumer(t *testing.T) {
	var mu sync.Mutex
	tries := map[string]int{}
	var q *Queue
	var topic *Topic
	env := up(t, func(b *lab.Builder) {
		q = NewQueue(b, "work", time.Second, 3)
		topic = NewTopic(b, "placed", q)
		b.Service("worker", Consumer{Queue: q, Batch: 2, Handle: func(_ context.Context, _ *lab.Instance, body []byte) error {
			mu.Lock()
			defer mu.Unlock()
			tries[string(body)]++
			if string(body) == "poison" || string(body) == "flaky" && tries["flaky"] == 1 {
				return errors.New("no")
			}
			if string(body) == "later" && tries["later"] == 1 {
				return ErrLater
			}
			return nil
		}}.Run)
	})
	ctx, i := testContext(t), env.Observer()
	for _, body := range []string{"good", "poison", "flaky", "later"} {
		if err := topic.Publish(ctx, i, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	err := lab.Poll(ctx, "all is handled or dead", func(ctx context.Context) (bool, error) {
		n, err := q.Depth(ctx, i)
		return n == 0, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := env.StopInstances(ctx); err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{"good": 1, "poison": 3, "flaky": 2, "later": 2} {
		if tries[body] != want {
			t.Errorf("%s was tried %d times, want %d", body, tries[body], want)
		}
	}
	var dead []string
	if err := q.Dead.Left(ctx, i, func(body []byte) { dead = append(dead, string(body)) }); err != nil ||
		!slices.Equal(dead, []string{"poison"}) {
		t.Errorf("dead are %q, %v", dead, err)
	}
}
