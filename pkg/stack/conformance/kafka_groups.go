package conformance

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

// consume reads and commits until ctx ends, and passes each message to tell.
func consume(ctx context.Context, r *kafka.Reader, tell func(kafka.Message)) {
	for {
		m, err := r.FetchMessage(ctx)
		if err != nil {
			return
		}
		tell(m)
		if r.CommitMessages(ctx, m) != nil {
			return
		}
	}
}

// tally counts messages by partition, for any goroutine.
type tally struct {
	mu sync.Mutex
	n  map[int]int
}

func (c *tally) add(m kafka.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[int]int{}
	}
	c.n[m.Partition]++
}

func (c *tally) total() (sum int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.n {
		sum += n
	}
	return sum
}

func (c *tally) partitions() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.n)
}

// start consumes in the background until the case ends or stop is called.
func start(t *testing.T, r *kafka.Reader) (c *tally, stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	c = &tally{}
	var wg sync.WaitGroup
	wg.Go(func() { consume(ctx, r, c.add) })
	stop = func() {
		cancel()
		wg.Wait()
	}
	t.Cleanup(stop)
	return c, stop
}

var kafkaGroups = []Case{
	{"a group reads every partition", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 3)
		for p := range 3 {
			e.produce(t, topic, p, "a", "b")
		}
		c, _ := start(t, e.reader(t, topic, e.Name()))
		eventually(t, "all are read", func() bool { return c.total() == 6 })
	}},
	{"a group resumes where it committed", func(t *testing.T, e *Env) {
		topic, group := e.newTopic(t, 1), e.Name()
		e.produce(t, topic, 0, "a", "b", "c")
		r := e.reader(t, topic, group)
		must(t, r.CommitMessages(t.Context(), next(t, r)))
		next(t, r) // read, not committed
		must(t, r.Close())
		equal(t, "committed", e.committed(t, group, topic, 0), 1)
		equal(t, "first after the restart", string(next(t, e.reader(t, topic, group)).Value), "b")
	}},
	{"groups are independent of each other", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1)
		e.produce(t, topic, 0, "a")
		for range 2 {
			r := e.reader(t, topic, e.Name())
			m := next(t, r)
			equal(t, "value", string(m.Value), "a")
			must(t, r.CommitMessages(t.Context(), m))
		}
	}},
	{"a second member takes over partitions", func(t *testing.T, e *Env) {
		topic, group := e.newTopic(t, 2), e.Name()
		first, _ := start(t, e.reader(t, topic, group))
		e.produce(t, topic, 0, "a")
		eventually(t, "the first member reads", func() bool { return first.total() > 0 })
		second, _ := start(t, e.reader(t, topic, group))
		eventually(t, "the second member reads", func() bool {
			e.produce(t, topic, 0, "x")
			e.produce(t, topic, 1, "x")
			return second.total() > 0
		})
		equal(t, "partitions of the second", second.partitions(), 1)
	}},
	{"the partitions of a member that leaves go to the other member", func(t *testing.T, e *Env) {
		topic, group := e.newTopic(t, 2), e.Name()
		leaver := e.reader(t, topic, group)
		left, stop := start(t, leaver)
		e.produce(t, topic, 0, "a")
		eventually(t, "the first member reads", func() bool { return left.total() > 0 })
		stays, _ := start(t, e.reader(t, topic, group))
		eventually(t, "the second member reads", func() bool {
			e.produce(t, topic, 0, "x")
			e.produce(t, topic, 1, "x")
			return stays.total() > 0
		})
		stop()
		must(t, leaver.Close())
		eventually(t, "the member that stays reads both", func() bool {
			e.produce(t, topic, 0, "y")
			e.produce(t, topic, 1, "y")
			return stays.partitions() == 2
		})
	}},
	{"uncommitted messages are redelivered to another member", func(t *testing.T, e *Env) {
		topic, group := e.newTopic(t, 1), e.Name()
		e.produce(t, topic, 0, "a")
		crashed := e.reader(t, topic, group)
		next(t, crashed)
		must(t, crashed.Close())
		equal(t, "value", string(next(t, e.reader(t, topic, group)).Value), "a")
	}},
	{"offsets are committed and fetched by hand", func(t *testing.T, e *Env) {
		topic, group := e.newTopic(t, 1), e.Name()
		equal(t, "before", e.committed(t, group, topic, 0), -1)
		eventually(t, "the commit is taken", func() bool {
			out, err := e.Kafka.OffsetCommit(t.Context(), &kafka.OffsetCommitRequest{
				GroupID: group, GenerationID: -1, Topics: map[string][]kafka.OffsetCommit{topic: {{Partition: 0, Offset: 7}}},
			})
			return err == nil && out.Topics[topic][0].Error == nil
		})
		equal(t, "after", e.committed(t, group, topic, 0), 7)
	}},
	{"an unknown member is UnknownMemberId", func(t *testing.T, e *Env) {
		topic, group := e.newTopic(t, 1), e.Name()
		r := e.reader(t, topic, group)
		e.produce(t, topic, 0, "a")
		next(t, r) // so that the group has a member
		out := ok(e.Kafka.OffsetCommit(t.Context(), &kafka.OffsetCommitRequest{
			GroupID: group, GenerationID: 1, MemberID: "stranger", Topics: map[string][]kafka.OffsetCommit{
				topic: {{Partition: 0, Offset: 1}},
			},
		}))(t)
		is(t, out.Topics[topic][0].Error, kafka.UnknownMemberId)
	}},
	{"a group describes its members", func(t *testing.T, e *Env) {
		topic, group := e.newTopic(t, 2), e.Name()
		e.produce(t, topic, 0, "a")
		next(t, e.reader(t, topic, group))
		out := ok(e.Kafka.DescribeGroups(t.Context(), &kafka.DescribeGroupsRequest{GroupIDs: []string{group}}))(t)
		equal(t, "state", out.Groups[0].GroupState, "Stable")
		equal(t, "members", len(out.Groups[0].Members), 1)
		equal(t, "partitions", len(out.Groups[0].Members[0].MemberAssignments.Topics[0].Partitions), 2)
	}},
	{"a group with members is NonEmptyGroup, without them it is deleted", func(t *testing.T, e *Env) {
		topic, group := e.newTopic(t, 1), e.Name()
		e.produce(t, topic, 0, "a")
		r := e.reader(t, topic, group)
		must(t, r.CommitMessages(t.Context(), next(t, r)))
		is(t, ok(e.Kafka.DeleteGroups(t.Context(), &kafka.DeleteGroupsRequest{GroupIDs: []string{group}}))(t).Errors[group],
			kafka.NonEmptyGroup)
		must(t, r.Close())
		eventually(t, "it is deleted", func() bool {
			return ok(e.Kafka.DeleteGroups(t.Context(),
				&kafka.DeleteGroupsRequest{GroupIDs: []string{group}}))(t).Errors[group] == nil
		})
		out := ok(e.Kafka.DescribeGroups(t.Context(), &kafka.DescribeGroupsRequest{GroupIDs: []string{group}}))(t)
		equal(t, "state", out.Groups[0].GroupState, "Dead")
	}},
	{"a session timeout below the minimum is InvalidSessionTimeout", func(t *testing.T, e *Env) {
		group := e.Name()
		e.committed(t, group, e.newTopic(t, 1), 0) // so that the coordinator exists
		out := ok(e.Kafka.JoinGroup(t.Context(), &kafka.JoinGroupRequest{
			GroupID: group, SessionTimeout: time.Millisecond, RebalanceTimeout: time.Second, ProtocolType: "consumer",
			Protocols: []kafka.GroupProtocol{{Name: "range", Metadata: kafka.GroupProtocolSubscription{Topics: []string{"t"}}}},
		}))(t)
		is(t, out.Error, kafka.InvalidSessionTimeout)
	}},
}
