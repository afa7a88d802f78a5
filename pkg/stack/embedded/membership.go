package embedded

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/zap"
)

// member is the cluster's view of one broker; cluster.mu guards it.
type member struct {
	fenced  bool
	heard   int                // how often it came back: a fencing planned before that is void
	offline *kfake.FaultHandle // answers for its partitions that have no replica elsewhere
	lost    []partition        // those partitions
}

// partition is a partition in the metadata.
type partition struct {
	topic    string
	number   int32
	leader   int32
	replicas int
}

// controller is the broker that kfake has made the controller. Once removed it could never be the controller
// again, so its fencing leaves it in the cluster.
func (c *cluster) controller() *broker { return c.nodes[len(c.nodes)-1] }

// fencer returns a function that fences b, unless b is heard before it is called.
func (c *cluster) fencer(b *broker) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	heard := b.member.heard
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.closed || b.member.heard != heard {
			return
		}
		if err := c.fence(b); err != nil {
			c.log.Error("embedded kafka can't fence a silent broker", zap.Int32("node", b.id), zap.Error(err))
		}
	}
}

// fence removes b from the cluster and gives its partitions to its replicas.
func (c *cluster) fence(b *broker) error {
	alive := c.alive(b)
	if len(alive) == 0 {
		return nil // no broker is left to take over or to answer
	}
	before, err := c.partitions()
	if err != nil {
		return err
	}
	// First the partitions that go offline, so that no client sees them led by another broker in between.
	b.member.fenced = true
	for _, p := range before {
		if p.leader == b.id && p.replicas == 1 {
			b.member.lost = append(b.member.lost, p)
		}
	}
	b.member.offline = c.fake.Fault(offline(b.member.lost)...)
	if b != c.controller() {
		if err := c.fake.RemoveNode(b.id); err != nil {
			return err
		}
	}
	for i, p := range before {
		if p.leader == b.id {
			p.leader = alive[i%len(alive)].id
		}
		if err := c.lead(p); err != nil {
			return err
		}
	}
	return nil
}

// unfence puts b back into the cluster, as a follower of partitions that others now lead. It reports whether
// b had been fenced, and voids a fencing that is still to come.
func (c *cluster) unfence(b *broker) (wasFenced bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b.member.heard++
	if !b.member.fenced {
		return false, nil
	}
	before, err := c.partitions()
	if err != nil {
		return false, err
	}
	if b != c.controller() {
		if _, _, err := c.fake.AddNode(b.id, b.port()); err != nil {
			return false, fmt.Errorf("add node: %w", err)
		}
	}
	for _, p := range b.member.lost {
		p.leader = b.id
		before = append(before, p)
	}
	for _, p := range before {
		if err := c.lead(p); err != nil {
			return false, err
		}
	}
	b.member.offline.Remove()
	b.member = member{heard: b.member.heard}
	return true, nil
}

// lead makes p.leader the leader of p. For a topic that was deleted meanwhile it does nothing.
func (c *cluster) lead(p partition) error {
	if c.fake.LeaderFor(p.topic, p.number) < 0 {
		return nil
	}
	if err := c.fake.MoveTopicPartition(p.topic, p.number, p.leader); err != nil {
		return fmt.Errorf("move leader of %s-%d: %w", p.topic, p.number, err)
	}
	return nil
}

// offline returns the faults that make partitions answer as those without a leader do.
func offline(ps []partition) []kfake.Fault {
	var faults []kfake.Fault
	for _, p := range ps {
		faults = append(faults, kfake.Fault{
			Topic: p.topic, Partitions: []int32{p.number}, Err: kerr.LeaderNotAvailable, Count: -1,
		})
	}
	return faults
}

// alive returns the brokers other than b that are not fenced. A silent one that is not fenced yet counts: the
// cluster does not know yet either.
func (c *cluster) alive(b *broker) []*broker {
	var alive []*broker
	for _, n := range c.nodes {
		if n != b && !n.member.fenced {
			alive = append(alive, n)
		}
	}
	return alive
}

// partitions asks the cluster for its metadata over a connection that bypasses the sockets. It asks the
// controller because that is always a member.
func (c *cluster) partitions() ([]partition, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.controller().socket.addr), kgo.Dialer(c.dialInside))
	if err != nil {
		return nil, fmt.Errorf("ask for metadata: %w", err)
	}
	defer client.Close()
	req := kmsg.NewPtrMetadataRequest()
	resp, err := req.RequestWith(ctx, client)
	if err != nil {
		return nil, fmt.Errorf("ask for metadata: %w", err)
	}
	var ps []partition
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if p.ErrorCode != 0 {
				continue // already offline, for another broker
			}
			ps = append(ps, partition{*t.Topic, p.Partition, p.Leader, len(p.Replicas)})
		}
	}
	// The metadata is not sorted, and new leaders are assigned in this order.
	slices.SortFunc(ps, func(a, b partition) int {
		return cmp.Or(strings.Compare(a.topic, b.topic), cmp.Compare(a.number, b.number))
	})
	return ps, nil
}

func (c *cluster) dialInside(ctx context.Context, _, addr string) (net.Conn, error) {
	for _, b := range c.nodes {
		if b.socket.addr != addr {
			continue
		}
		server, client := net.Pipe()
		select {
		case b.socket.accepted <- server:
			return client, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, fmt.Errorf("no broker has the address %s", addr)
}
