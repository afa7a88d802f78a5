package embedded

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/stack"
)

func create(t *testing.T, st *stack.Stack, topic string, partitions, replicas int) {
	t.Helper()
	tr := &kafka.Transport{}
	defer tr.CloseIdleConnections()
	c := kafka.Client{Addr: kafka.TCP(st.Kafka...), Transport: tr, Timeout: 5 * time.Second}
	within(t, 20*time.Second, "the topic is made", func() bool {
		resp, err := c.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{
			{Topic: topic, NumPartitions: partitions, ReplicationFactor: replicas},
		}})
		return err == nil && (resp.Errors[topic] == nil || errors.Is(resp.Errors[topic], kafka.TopicAlreadyExists))
	})
}

func writer(t *testing.T, st *stack.Stack, topic string) *kafka.Writer {
	tr := &kafka.Transport{MetadataTTL: 50 * time.Millisecond}
	w := &kafka.Writer{
		Addr: kafka.TCP(st.Kafka...), Topic: topic, BatchTimeout: time.Millisecond, RequiredAcks: kafka.RequireAll,
		MaxAttempts: 1, Balancer: &kafka.RoundRobin{}, Transport: tr, WriteTimeout: time.Second, ReadTimeout: time.Second,
	}
	t.Cleanup(func() {
		_ = w.Close()
		tr.CloseIdleConnections()
	})
	return w
}

func write(ctx context.Context, w *kafka.Writer, n int) error {
	msgs := make([]kafka.Message, n)
	for i := range msgs {
		msgs[i].Value = fmt.Append(nil, i)
	}
	return w.WriteMessages(ctx, msgs...)
}

func reader(t *testing.T, st *stack.Stack, topic, group string) *kafka.Reader {
	r := kafka.NewReader(kafka.ReaderConfig{
		Brokers: st.Kafka, Topic: topic, GroupID: group, MaxWait: 50 * time.Millisecond, StartOffset: kafka.FirstOffset,
		SessionTimeout: time.Second, RebalanceTimeout: time.Second, HeartbeatInterval: 100 * time.Millisecond,
		JoinGroupBackoff: 50 * time.Millisecond, ReadBackoffMin: 10 * time.Millisecond, ReadBackoffMax: 50 * time.Millisecond,
	})
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func read(t *testing.T, r *kafka.Reader, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for i := range n {
		if _, err := r.ReadMessage(ctx); err != nil {
			t.Fatalf("read message %d of %d: %v", i+1, n, err)
		}
	}
}

// leaders returns the leader's id for each partition, -1 without one.
func leaders(t *testing.T, st *stack.Stack, topic string) map[int]int {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	tr := &kafka.Transport{} // a new one, since a transport caches; closed at once, since it polls
	defer tr.CloseIdleConnections()
	c := kafka.Client{Addr: kafka.TCP(st.Kafka...), Transport: tr}
	resp, err := c.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
	if err != nil {
		return nil
	}
	out := map[int]int{}
	for _, tp := range resp.Topics {
		for _, p := range tp.Partitions {
			out[p.ID] = p.Leader.ID
			if p.Error != nil {
				out[p.ID] = -1
			}
		}
	}
	return out
}

func TestKafkaGroupReadsEachRecordOnce(t *testing.T) {
	st := start(t, stack.Needs{})
	create(t, st, "orders", 4, 1)
	must(t, write(t.Context(), writer(t, st, "orders"), 40))
	begin := time.Now()
	read(t, reader(t, st, "orders", "g"), 40)
	if d := time.Since(begin); d > 3*time.Second {
		t.Errorf("joining and reading took %v", d)
	}
}

func TestKafkaGroupRebalancesQuickly(t *testing.T) {
	st := start(t, stack.Needs{})
	create(t, st, "orders", 2, 1)
	a := reader(t, st, "orders", "g")
	w := writer(t, st, "orders")
	must(t, write(t.Context(), w, 4))
	read(t, a, 4)
	b := reader(t, st, "orders", "g")
	begin := time.Now()
	got := make(chan struct{}, 2)
	for _, r := range []*kafka.Reader{a, b} {
		go func() {
			if _, err := r.ReadMessage(t.Context()); err == nil {
				got <- struct{}{}
			}
		}()
	}
	for range 2 {
		must(t, write(t.Context(), w, 2)) // round robin: one to each partition
		select {
		case <-got:
		case <-time.After(10 * time.Second):
			t.Fatal("a member gets nothing after the rebalance")
		}
	}
	t.Logf("both members read %v after the second joined", time.Since(begin).Round(time.Millisecond))
}

func TestKafkaCreatesATopicForAClientThatAsks(t *testing.T) {
	st := start(t, stack.Needs{})
	w := writer(t, st, "nobody-made-this")
	if err := write(t.Context(), w, 1); !errors.Is(err, kafka.UnknownTopicOrPartition) {
		t.Fatalf("a client that does not ask: %v", err)
	}
	w.AllowAutoTopicCreation = true
	must(t, write(t.Context(), w, 1))
}

func TestKafkaKillKeepsTheLog(t *testing.T) {
	st := start(t, stack.Needs{})
	create(t, st, "orders", 1, 1)
	p := st.Processes[stack.Kafka]
	w := writer(t, st, "orders")
	must(t, write(t.Context(), w, 3))
	must(t, p.Kill(t.Context()))
	must(t, p.Kill(t.Context()))
	if err := write(brief(t), w, 1); err == nil {
		t.Fatal("a killed Kafka took a record")
	}
	must(t, p.Start(t.Context()))
	must(t, p.Start(t.Context()))
	read(t, reader(t, st, "orders", "g"), 3)
}

func TestKafkaPauseAcceptsAndDoesNotAnswer(t *testing.T) {
	st := start(t, stack.Needs{})
	create(t, st, "orders", 1, 1)
	p := st.Processes["kafka-1"]
	w := writer(t, st, "orders")
	must(t, write(t.Context(), w, 1))
	must(t, p.Pause(t.Context()))
	must(t, p.Pause(t.Context()))
	if err := write(brief(t), w, 1); err == nil {
		t.Fatal("a paused Kafka answered")
	}
	must(t, p.Resume(t.Context()))
	must(t, p.Resume(t.Context()))
	within(t, 20*time.Second, "records are taken again", func() bool { return write(t.Context(), w, 1) == nil })
}

func TestKafkaSilentBrokerIsFenced(t *testing.T) {
	for _, fault := range []struct {
		name       string
		take, give func(stack.Process, context.Context) error
	}{
		{"killed", stack.Process.Kill, stack.Process.Start},
		{"paused", stack.Process.Pause, stack.Process.Resume},
	} {
		for node := 1; node <= 3; node++ {
			t.Run(fmt.Sprintf("%s node %d", fault.name, node), func(t *testing.T) {
				t.Parallel() // it mostly waits for the failover
				st := start(t, stack.Needs{KafkaNodes: 3})
				create(t, st, "replicated", 6, 3)
				create(t, st, "single", 6, 1)
				w := writer(t, st, "replicated")
				within(t, 20*time.Second, "all partitions take records", func() bool { return write(t.Context(), w, 6) == nil })
				id := node - 1
				before := leaders(t, st, "single")

				must(t, fault.take(st.Processes[stack.Node(node)], t.Context()))
				// Leaders are assigned at random, so a node may have none of either topic.
				t.Cleanup(func() {
					if t.Failed() {
						t.Logf("single before: %v, now %v; replicated now %v", before, leaders(t, st, "single"),
							leaders(t, st, "replicated"))
					}
				})
				within(t, 10*stack.KafkaFailover, "other leaders, where there are replicas", func() bool {
					after, single := leaders(t, st, "replicated"), leaders(t, st, "single")
					for _, leader := range after {
						if leader == id || leader < 0 {
							return false
						}
					}
					for p, leader := range before {
						if leader == id && single[p] != -1 {
							return false
						}
					}
					return len(after) == 6 && len(single) == 6
				})
				within(t, 20*time.Second, "all partitions take records", func() bool { return write(t.Context(), w, 6) == nil })
				for p, leader := range leaders(t, st, "single") {
					if before[p] != id && leader != before[p] {
						t.Errorf("partition %d moved from %d to %d", p, before[p], leader)
					}
				}

				must(t, fault.give(st.Processes[stack.Node(node)], t.Context()))
				within(t, 20*time.Second, "the old leaders of unreplicated partitions", func() bool {
					after := leaders(t, st, "single")
					for p, leader := range before {
						if after[p] != leader {
							return false
						}
					}
					return true
				})
				s := writer(t, st, "single")
				within(t, 20*time.Second, "they take records", func() bool { return write(t.Context(), s, 6) == nil })
			})
		}
	}
}

func TestKafkaBrokerBackInTimeIsNotFenced(t *testing.T) {
	st := start(t, stack.Needs{KafkaNodes: 3})
	create(t, st, "orders", 6, 3)
	before := leaders(t, st, "orders")
	p := st.Processes["kafka-1"]
	must(t, p.Pause(t.Context()))
	must(t, p.Resume(t.Context()))
	end := time.Now().Add(stack.KafkaFailover * 5 / 4)
	within(t, 2*stack.KafkaFailover, "the time passes", func() bool { return time.Now().After(end) })
	for part, leader := range leaders(t, st, "orders") {
		if leader != before[part] {
			t.Errorf("partition %d moved from %d to %d", part, before[part], leader)
		}
	}
}
