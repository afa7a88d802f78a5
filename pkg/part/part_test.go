package part

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/segmentio/kafka-go"
	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// up brings a design up on an embedded stack of its own.
func up(t *testing.T, build func(b *lab.Builder)) *lab.Env {
	t.Helper()
	st, err := embedded.Start(testContext(t), stack.Needs{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	env := lab.NewEnv("cl-test", 1, 100, st, history.NewRecorder(time.Now()), zap.NewNop())
	t.Cleanup(func() {
		if err := env.Close(testContext(t)); err != nil {
			t.Error(err)
		}
		if err := st.Close(testContext(t)); err != nil {
			t.Error(err)
		}
	})
	if _, err := (lab.Design{Build: build}).Up(testContext(t), env); err != nil {
		t.Fatal(err)
	}
	return env
}

type score struct {
	Player string   `dynamodbav:"player" key:"hash"`
	Game   string   `dynamodbav:"game" key:"range"`
	Points int      `dynamodbav:"points"`
	Tags   []string `dynamodbav:"tags"`
}

func TestTable(t *testing.T) {
	var table *Table[score]
	env := up(t, func(b *lab.Builder) { table = NewTable[score](b, "scores") })
	ctx, i := testContext(t), env.Observer()
	if _, found, err := table.Get(ctx, i, "ada", "go"); found || err != nil {
		t.Fatalf("an empty table has an item: %v", err)
	}
	want := score{"ada", "go", 7, []string{"a", "b"}}
	if err := table.Put(ctx, i, want); err != nil {
		t.Fatal(err)
	}
	if got, found, err := table.Get(ctx, i, "ada", "go"); !found || err != nil || got.Points != 7 ||
		!slices.Equal(got.Tags, want.Tags) {
		t.Errorf("got %+v, %v, %v; want %+v", got, found, err, want)
	}
	var many []score
	for n := range 60 {
		many = append(many, score{Player: "bob", Game: time.Duration(n).String()})
	}
	if err := table.Fill(ctx, i, many); err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := table.Each(ctx, i, func(score) { n++ }); err != nil || n != 61 {
		t.Errorf("%d items, want 61: %v", n, err)
	}
}

func TestBucket(t *testing.T) {
	var bucket *Bucket
	env := up(t, func(b *lab.Builder) { bucket = NewBucket(b, "parked") })
	ctx, i := testContext(t), env.Observer()
	for _, key := range []string{"b/2", "a/1"} {
		if err := bucket.Put(ctx, i, key, []byte("body of "+key)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err := bucket.Each(ctx, i, func(key string, body []byte) { got = append(got, key+": "+string(body)) })
	if err != nil || !slices.Equal(got, []string{"a/1: body of a/1", "b/2: body of b/2"}) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestLogIsReadAtLeastOnceAndListsWhatIsLeft(t *testing.T) {
	var log *Log
	handled := make(chan string)
	env := up(t, func(b *lab.Builder) {
		log = NewLog(b, "orders", "readers", 2)
		b.Service("reader", func(ctx context.Context, i *lab.Instance) error {
			i.Ready()
			return Again(ctx, i, func(ctx context.Context) error {
				return log.Consume(ctx, i, func(ctx context.Context, m kafka.Message) error {
					select {
					case handled <- string(m.Value):
						return nil
					case <-ctx.Done():
						return ctx.Err()
					}
				})
			})
		})
	})
	ctx, i := testContext(t), env.Observer()
	for _, body := range []string{"1", "2", "3"} {
		if err := log.Append(ctx, i, "key", []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if first := <-handled; first != "1" {
		t.Errorf("the first record is %q", first)
	}
	err := lab.Poll(ctx, "the first record is committed", func(ctx context.Context) (bool, error) {
		n, err := log.Lag(ctx, i)
		return n == 2, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := env.StopInstances(ctx); err != nil { // while the second is being handled
		t.Fatal(err)
	}
	var left, all []string
	if err := log.Left(ctx, i, func(body []byte) { left = append(left, string(body)) }); err != nil ||
		!slices.Equal(left, []string{"2", "3"}) {
		t.Errorf("left are %q, %v", left, err)
	}
	if err := log.Each(ctx, i, func(body []byte) { all = append(all, string(body)) }); err != nil ||
		!slices.Equal(all, []string{"1", "2", "3"}) {
		t.Errorf("the log holds %q, %v", all, err)
	}
}

// A record whose handler failed comes again, unless its offset is committed first: then it is lost.
func TestAFailedRecordComesAgainOrIsLost(t *testing.T) {
	for atMostOnce, want := range map[bool][]string{false: {"1", "1", "2"}, true: {"1", "2"}} {
		handled := make(chan string, 100)
		env := up(t, func(b *lab.Builder) {
			log := NewLog(b, "orders", "readers", 1)
			log.AtMostOnce = atMostOnce
			b.Prepare("append two records", func(ctx context.Context, i *lab.Instance) error {
				return errors.Join(log.Append(ctx, i, "key", []byte("1")), log.Append(ctx, i, "key", []byte("2")))
			})
			failed := false
			b.Service("reader", Loop(func(ctx context.Context, i *lab.Instance) error {
				return log.Consume(ctx, i, func(_ context.Context, m kafka.Message) error {
					handled <- string(m.Value)
					if !failed {
						failed = true
						return errors.New("no")
					}
					return nil
				})
			}))
		})
		var got []string
		for len(got) == 0 || got[len(got)-1] != "2" {
			select {
			case body := <-handled:
				got = append(got, body)
			case <-testContext(t).Done():
				t.Fatalf("handled %q, and then nothing", got)
			}
		}
		if err := env.StopInstances(testContext(t)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("at most once: %t: handled %q, want %q", atMostOnce, got, want)
		}
	}
}

// An audit finds the records of several partitions in the same order each time.
func TestLogIsReadInOneOrder(t *testing.T) {
	var log *Log
	env := up(t, func(b *lab.Builder) { log = NewLog(b, "orders", "readers", 3) })
	ctx, i := testContext(t), env.Observer()
	for n := range 9 {
		if err := log.Append(ctx, i, strconv.Itoa(n), []byte(strconv.Itoa(n))); err != nil {
			t.Fatal(err)
		}
	}
	read := func() (all []string) {
		if err := log.Left(ctx, i, func(body []byte) { all = append(all, string(body)) }); err != nil {
			t.Fatal(err)
		}
		return all
	}
	first := read()
	if len(first) != 9 {
		t.Fatalf("%q, want 9 records", first)
	}
	for range 9 {
		if again := read(); !slices.Equal(again, first) {
			t.Fatalf("%q at first, then %q", first, again)
		}
	}
}

type event struct {
	Queue string `dynamodbav:"queue" key:"hash"`
	At    string `dynamodbav:"at" key:"range"`
}

func TestTableQueriesInOrderAndDeletes(t *testing.T) {
	var table *Table[event]
	env := up(t, func(b *lab.Builder) { table = NewTable[event](b, "events") })
	ctx, i := testContext(t), env.Observer()
	if err := table.Fill(ctx, i, []event{{"a", "3"}, {"b", "0"}, {"a", "1"}, {"a", "2"}}); err != nil {
		t.Fatal(err)
	}
	if err := table.Delete(ctx, i, "a", "2"); err != nil {
		t.Fatal(err)
	}
	if got, err := table.Query(ctx, i, "a", 10); err != nil || !slices.Equal(got, []event{{"a", "1"}, {"a", "3"}}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := table.Query(ctx, i, "a", 1); err != nil || len(got) != 1 {
		t.Errorf("%v, %v; want one", got, err)
	}
	if n, err := table.Count(ctx, i); n != 3 || err != nil {
		t.Errorf("%d items, want 3: %v", n, err)
	}
}

// A failed change is handled again, from the last checkpoint on.
func TestChangesAreFollowedAtLeastOnce(t *testing.T) {
	var table *Table[event]
	var changes *Changes
	got := make(chan string, 100)
	failed := false
	env := up(t, func(b *lab.Builder) {
		table = NewTable[event](b, "events", Streamed)
		changes = NewChanges(b, table)
		b.Service("relay", Loop(func(ctx context.Context, i *lab.Instance) error {
			return changes.Follow(ctx, i, func(_ context.Context, key string) error {
				if key == "b" && !failed {
					failed = true
					return errors.New("no")
				}
				got <- key
				return nil
			})
		}))
	})
	ctx, i := testContext(t), env.Observer()
	for _, queue := range []string{"a", "b", "c"} {
		if err := table.Put(ctx, i, event{queue, "1"}); err != nil {
			t.Fatal(err)
		}
	}
	err := lab.Poll(ctx, "all is handled", func(ctx context.Context) (bool, error) {
		n, err := changes.Handled(ctx, i)
		return n == 3, err
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for range len(got) {
		seen[<-got] = true
	}
	if !failed || !seen["a"] || !seen["b"] || !seen["c"] || len(seen) != 3 {
		t.Errorf("handled %v, failed: %v", seen, failed)
	}
}

func TestConditionFailed(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("connection reset"), false},
		{&types.ProvisionedThroughputExceededException{}, false},
		{fmt.Errorf("put: %w", &types.ConditionalCheckFailedException{}), true},
	} {
		if got := ConditionFailed(c.err); got != c.want {
			t.Errorf("%v: %t, want %t", c.err, got, c.want)
		}
	}
}

// A read sees every acknowledged write; it costs twice as much as one that may not.
func TestTableIsReadConsistently(t *testing.T) {
	var table *Table[event]
	env := up(t, func(b *lab.Builder) {
		table = NewTable[event](b, "events")
		b.Service("reader", func(ctx context.Context, i *lab.Instance) error {
			_, _, err := table.Get(ctx, i, "a", "1")
			i.Ready()
			<-ctx.Done()
			return err
		})
	})
	for key, asked := range env.Usage.Counts() {
		if key.Operation != "GetItem" || asked.Units != 1 {
			t.Errorf("%+v: %+v, want a GetItem of a whole read unit", key, asked)
		}
	}
	if n := len(env.Usage.Counts()); n != 1 {
		t.Errorf("%d kinds of requests, want one", n)
	}
}
