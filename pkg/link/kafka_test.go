package link_test

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/link"
)

// kafka-go dials the leader of a partition only for its first write to it. A fault on the links to that
// broker must reach a connection that did not exist at the injection.
func TestALinkFirstDialedDuringAFaultHasIt(t *testing.T) {
	const topic, partitions = "orders", 40 // kfake assigns their leaders at random
	cluster, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.SeedTopics(partitions, topic))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	tab := table(t)
	addrs := cluster.ListenAddrs()
	for i, addr := range addrs {
		tab.Name(addr, fmt.Sprintf("kafka-%d", i+1))
	}
	onSecond, elsewhere := -1, -1
	for p := range partitions {
		if cluster.LeaderFor(topic, int32(p)) == 1 {
			onSecond = p
		} else {
			elsewhere = p
		}
	}
	if onSecond < 0 || elsewhere < 0 {
		t.Fatal("the second broker leads every partition or none")
	}

	transport := &kafka.Transport{Dial: tab.Dialer("orders-1"), DialTimeout: time.Second}
	defer transport.CloseIdleConnections()
	write := func(partition int) error {
		w := &kafka.Writer{
			Addr: kafka.TCP(addrs[0]), Topic: topic, Transport: transport,
			Balancer:     kafka.BalancerFunc(func(kafka.Message, ...int) int { return partition }),
			RequiredAcks: kafka.RequireAll, BatchTimeout: time.Millisecond, MaxAttempts: 1,
		}
		defer w.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		err := w.WriteMessages(ctx, kafka.Message{Value: []byte("one")})
		if each, ok := errors.AsType[kafka.WriteErrors](err); ok {
			return errors.Join(each...) // WriteErrors itself can't be unwrapped
		}
		return err
	}
	if err := write(elsewhere); err != nil {
		t.Fatal(err)
	}
	second := link.Pattern{To: "kafka-2"}
	if links := tab.Links(second); len(links) != 0 {
		t.Fatalf("the leader was dialed too early for this test: %+v", links)
	}

	cut := apply(t, tab, network.Cut{Link: second})
	if err := write(onSecond); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a write to the leader that is cut off ended with %v, want connection refused", err)
	}
	if err := write(elsewhere); err != nil {
		t.Errorf("a write to another leader: %v", err)
	}
	if links := tab.Links(second); len(links) != 1 || links[0].Refused == 0 {
		t.Errorf("links to the leader: %+v, want refused dials", links)
	}
	revert(t, cut)
	if err := write(onSecond); err != nil {
		t.Errorf("a write after the revert: %v", err)
	}
}
