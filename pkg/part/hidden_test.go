package part

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// hidden returns how many messages of the queue are received and neither deleted nor visible again.
func hidden(t *testing.T, q *Queue, env *lab.Env) string {
	t.Helper()
	const name = types.QueueAttributeNameApproximateNumberOfMessagesNotVisible
	a, err := q.get(testContext(t), env.Observer(), name)
	if err != nil {
		t.Fatal(err)
	}
	return a[string(name)]
}

// A consumer that dies between a message's effect and its deletion repeats the effect, unless it deletes first.
func TestAConsumersCrashLeavesTheMessage(t *testing.T) {
	for atMostOnce, want := range map[bool]string{false: "1", true: "0"} {
		var q *Queue
		var worker *lab.Process
		env := up(t, func(b *lab.Builder) {
			q = NewQueue(b, "work", 30*time.Second, 0)
			worker = b.Service("worker", Consumer{Queue: q, Batch: 1, AtMostOnce: atMostOnce,
				Handle: func(context.Context, *lab.Instance, []byte) error { return nil }}.Run)
		})
		fired, _ := worker.ArmCrash(BeforeDelete)
		if err := q.Send(testContext(t), env.Observer(), []byte("order")); err != nil {
			t.Fatal(err)
		}
		<-fired
		if err := worker.Kill(testContext(t)); err != nil { // waits until nothing of it runs
			t.Fatal(err)
		}
		if n := hidden(t, q, env); n != want {
			t.Errorf("at most once: %t: %s messages wait for their visibility timeout, want %s", atMostOnce, n, want)
		}
	}
}

// A failed message is tried again at once, and one that is to come later when its visibility timeout ends.
func TestAFailedMessageIsGivenBack(t *testing.T) {
	var q *Queue
	tries := make(chan string, 100)
	failed := false
	env := up(t, func(b *lab.Builder) {
		q = NewQueue(b, "work", 30*time.Second, 0)
		b.Service("worker", Consumer{Queue: q, Batch: 1, Handle: func(_ context.Context, _ *lab.Instance, body []byte) error {
			tries <- string(body)
			if string(body) == "later" {
				return ErrLater
			}
			if !failed {
				failed = true
				return errors.New("no")
			}
			return nil
		}}.Run)
	})
	var got []string
	for _, step := range []struct {
		body  string
		tries int
	}{{"later", 1}, {"flaky", 2}} {
		if err := q.Send(testContext(t), env.Observer(), []byte(step.body)); err != nil {
			t.Fatal(err)
		}
		for range step.tries {
			select {
			case body := <-tries:
				got = append(got, body)
			case <-testContext(t).Done():
				t.Fatalf("tried %q, and then nothing", got)
			}
		}
	}
	if err := env.StopInstances(testContext(t)); err != nil {
		t.Fatal(err)
	}
	if want := []string{"later", "flaky", "flaky"}; !slices.Equal(got, want) || hidden(t, q, env) != "1" {
		t.Errorf("tried %q, and %s are hidden; want %q and 1", got, hidden(t, q, env), want)
	}
}

// A consumer that is asked to stop gives back what it has not done.
func TestAStoppedConsumerGivesBackTheRest(t *testing.T) {
	var q *Queue
	var worker *lab.Process
	var once sync.Once
	begun := make(chan struct{})
	env := up(t, func(b *lab.Builder) {
		q = NewQueue(b, "work", 30*time.Second, 0)
		b.Prepare("send three messages", func(ctx context.Context, i *lab.Instance) error {
			return errors.Join(q.Send(ctx, i, []byte("1")), q.Send(ctx, i, []byte("2")), q.Send(ctx, i, []byte("3")))
		})
		worker = b.Service("worker", Consumer{Queue: q, Batch: 10, Handle: func(ctx context.Context, _ *lab.Instance,
			_ []byte) error {
			once.Do(func() { close(begun) })
			<-ctx.Done()
			return ctx.Err()
		}}.Run)
	})
	<-begun
	if err := worker.Stop(testContext(t)); err != nil {
		t.Fatal(err)
	}
	if n := hidden(t, q, env); n != "0" {
		t.Errorf("%s of 3 messages wait for their visibility timeout", n)
	}
}

// SQS counts visibility in whole seconds: never less than a design asks for.
func TestVisibilityIsRoundedUp(t *testing.T) {
	for asked, want := range map[time.Duration]time.Duration{
		time.Second: time.Second, 1001 * time.Millisecond: 2 * time.Second, 10 * time.Millisecond: time.Second,
	} {
		var q *Queue
		env := up(t, func(b *lab.Builder) { q = NewQueue(b, "work", asked, 0) })
		a, err := q.get(testContext(t), env.Observer(), types.QueueAttributeNameVisibilityTimeout)
		if err != nil {
			t.Fatal(err)
		}
		is, err := time.ParseDuration(a[string(types.QueueAttributeNameVisibilityTimeout)] + "s")
		if err != nil || is != want || q.Visibility != want {
			t.Errorf("%v: hidden for %v, and says %v; want %v: %v", asked, is, q.Visibility, want, err)
		}
	}
}
