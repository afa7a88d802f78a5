package containers

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

func brief(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestRedisProcess(t *testing.T) {
	st, _ := group(t, 1, stack.Redis)
	c := redis.NewClient(&redis.Options{Addr: st.Redis, MaxRetries: -1, ContextTimeoutEnabled: true})
	defer func() { _ = c.Close() }()
	p := st.Processes[stack.Redis]
	must(t, c.Set(t.Context(), "k", "v", 0).Err())

	must(t, p.Pause(t.Context()))
	must(t, p.Pause(t.Context()))
	if err := c.Ping(brief(t, 300*time.Millisecond)).Err(); err == nil {
		t.Fatal("a paused Redis answered")
	}
	must(t, p.Resume(t.Context()))
	must(t, p.Resume(t.Context()))
	if v := c.Get(t.Context(), "k").Val(); v != "v" {
		t.Fatalf("after the pause the value is %q", v)
	}

	must(t, p.Kill(t.Context()))
	must(t, p.Kill(t.Context()))
	if err := c.Ping(brief(t, 300*time.Millisecond)).Err(); err == nil {
		t.Fatal("a killed Redis answered")
	}
	must(t, p.Start(t.Context()))
	must(t, p.Start(t.Context()))
	if err := c.Get(t.Context(), "k").Err(); !errors.Is(err, redis.Nil) {
		t.Fatalf("after the restart GET says %v, want no key", err)
	}

	must(t, p.Pause(t.Context()))
	must(t, p.Kill(t.Context()))
	must(t, p.Start(t.Context()))
	must(t, c.Ping(t.Context()).Err())
}

// produce writes one record to every partition of a topic.
func produce(ctx context.Context, st *stack.Stack, topic string, partitions int) error {
	tr := &kafka.Transport{MetadataTTL: 50 * time.Millisecond}
	defer tr.CloseIdleConnections()
	w := &kafka.Writer{
		Addr: kafka.TCP(st.Kafka...), Topic: topic, BatchTimeout: time.Millisecond, RequiredAcks: kafka.RequireAll,
		MaxAttempts: 1, Balancer: &kafka.RoundRobin{}, Transport: tr,
	}
	defer func() { _ = w.Close() }()
	return w.WriteMessages(ctx, make([]kafka.Message, partitions)...)
}

func create(t *testing.T, st *stack.Stack, topic string, partitions, replicas int) {
	t.Helper()
	tr := &kafka.Transport{}
	defer tr.CloseIdleConnections()
	c := kafka.Client{Addr: kafka.TCP(st.Kafka...), Transport: tr}
	resp, err := c.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{
		{Topic: topic, NumPartitions: partitions, ReplicationFactor: replicas},
	}})
	must(t, err)
	must(t, resp.Errors[topic])
}

func TestKafkaProcess(t *testing.T) {
	st, _ := group(t, 1, stack.Kafka)
	create(t, st, "orders", 1, 1)
	p := st.Processes[stack.Kafka]
	within(t, 10*time.Second, "a record is taken", func() bool {
		return produce(brief(t, time.Second), st, "orders", 1) == nil
	})

	must(t, p.Pause(t.Context()))
	if err := produce(brief(t, 500*time.Millisecond), st, "orders", 1); err == nil {
		t.Fatal("a paused Kafka took a record")
	}
	must(t, p.Resume(t.Context()))
	within(t, 10*time.Second, "a record is taken", func() bool {
		return produce(brief(t, time.Second), st, "orders", 1) == nil
	})

	must(t, p.Kill(t.Context()))
	if err := produce(brief(t, 500*time.Millisecond), st, "orders", 1); err == nil {
		t.Fatal("a killed Kafka took a record")
	}
	must(t, p.Start(t.Context()))
	within(t, 20*time.Second, "a record is taken", func() bool {
		return produce(brief(t, time.Second), st, "orders", 1) == nil
	})
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: st.Kafka, Topic: "orders", MaxWait: 50 * time.Millisecond})
	defer func() { _ = r.Close() }()
	for range 3 {
		if _, err := r.ReadMessage(brief(t, 10*time.Second)); err != nil {
			t.Fatalf("the log is missing after the restart: %v", err)
		}
	}
}

// inSync reports whether each partition of a topic has that many replicas in sync.
func inSync(ctx context.Context, st *stack.Stack, topic string, replicas int) bool {
	tr := &kafka.Transport{}
	defer tr.CloseIdleConnections()
	c := kafka.Client{Addr: kafka.TCP(st.Kafka...), Transport: tr}
	resp, err := c.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
	if err != nil || len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) == 0 {
		return false
	}
	for _, p := range resp.Topics[0].Partitions {
		if len(p.Isr) < replicas {
			return false
		}
	}
	return true
}

func TestKafkaClusterFailsOver(t *testing.T) {
	st, _ := group(t, 3, stack.Kafka)
	if len(st.Kafka) != 3 {
		t.Fatalf("addresses: %v", st.Kafka)
	}
	create(t, st, "orders", 6, 3)
	for node := 1; node <= 3; node++ {
		// If a node is killed before the last one has caught up, the last one may be the only one in sync.
		// Then no node may lead: Kafka is right to stop there.
		within(t, time.Minute, "all replicas are in sync", func() bool {
			return inSync(brief(t, 2*time.Second), st, "orders", 3)
		})
		p := st.Processes[stack.Node(node)]
		must(t, p.Kill(t.Context()))
		killed := time.Now()
		within(t, 15*stack.KafkaFailover, "all partitions take records", func() bool {
			return produce(brief(t, 2*time.Second), st, "orders", 6) == nil
		})
		t.Logf("%s killed: all partitions take records again after %v", stack.Node(node),
			time.Since(killed).Round(time.Millisecond))
		must(t, p.Start(t.Context()))
	}
}

func TestStartSaysWhyAContainerExited(t *testing.T) {
	e := needDocker(t, stack.Redis)
	chosen, err := choose(t.Context(), e, Images{})
	must(t, err)
	own, err := Connect(t.Context())
	must(t, err)
	r := &run{id: newRun(), engine: own}
	t.Cleanup(func() { must(t, r.remove()) })
	r.guard, err = watch(t.Context(), r.id, own)
	must(t, err)
	s := redisSpec(chosen[2].Ref, 21000)
	s.cmd = []string{"redis-server", "--no-such-option", "1"}
	_, err = r.launch(t.Context(), logged(t), []spec{s},
		map[string]string{labelOurs: "1", labelRun: r.id, labelOwner: owner.Self()}, "")
	if err == nil {
		t.Fatal("started")
	}
	for _, want := range []string{"redis", "exited with code 1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	t.Log(err)
}
