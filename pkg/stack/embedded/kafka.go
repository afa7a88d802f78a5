package embedded

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
)

// cluster is a kfake cluster whose brokers stand behind sockets.
type cluster struct {
	fake  *kfake.Cluster
	nodes []*broker
	edge  edge
	log   *zap.Logger

	// mu is held during a change of membership, so that changes come one after the other.
	mu     sync.Mutex
	closed bool
}

func startCluster(needs stack.Needs, log *zap.Logger) (*cluster, error) {
	c := &cluster{log: log, edge: edge{log: log}}
	for i := range needs.Nodes() {
		s, err := newSocket(needs.Ports.Node(i + 1))
		if err != nil {
			return nil, fmt.Errorf("start kafka: %w", c.abandon(err))
		}
		c.nodes = append(c.nodes, &broker{cluster: c, id: int32(i), socket: s})
	}
	fake, err := kfake.NewCluster(
		kfake.Ports(c.ports()...),
		kfake.ListenFn(c.listen),
		kfake.DefaultNumPartitions(stack.KafkaPartitions),
		kfake.AllowAutoTopicCreation(), // as in Kafka's default, for clients that request it, such as kcat
		kfake.GroupMinSessionTimeout(stack.KafkaMinSession),
		kfake.ClusterID("crashlab"),
	)
	if err != nil {
		return nil, fmt.Errorf("start kafka: %w", c.abandon(err))
	}
	answerUnknownGroups(fake)
	c.fake = fake
	return c, nil
}

// abandon closes the sockets of a cluster that did not start.
func (c *cluster) abandon(err error) error {
	for _, b := range c.nodes {
		b.socket.down()
	}
	return err
}

func (c *cluster) addresses() []string {
	var addrs []string
	for _, b := range c.nodes {
		addrs = append(addrs, b.socket.addr)
	}
	return addrs
}

func (c *cluster) ports() []int {
	var ports []int
	for _, b := range c.nodes {
		ports = append(ports, b.port())
	}
	return ports
}

// listen gives kfake the socket of an address, behind guards.
func (c *cluster) listen(_, addr string) (net.Listener, error) {
	for _, b := range c.nodes {
		if b.socket.addr == addr {
			return guarded{b.socket.listener(), &c.edge}, nil
		}
	}
	return nil, fmt.Errorf("no broker has the address %s", addr)
}

func (c *cluster) close(context.Context) error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	for _, b := range c.nodes {
		b.stop()
	}
	c.fake.Close()
	return nil
}

// port is the port of a broker's socket.
func (b *broker) port() int {
	_, port, err := net.SplitHostPort(b.socket.addr)
	if err != nil {
		panic("a socket's address has a port: " + b.socket.addr)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		panic("a socket's port is numeric: " + b.socket.addr)
	}
	return n
}
