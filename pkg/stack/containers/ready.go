package containers

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/segmentio/kafka-go"
)

// readiness asks a dependency once whether it serves, within ctx.
type readiness func(ctx context.Context) error

// redisReady is a PING.
func redisReady(addr string) readiness {
	return func(ctx context.Context) error {
		return dialog(ctx, addr, func(c net.Conn) error {
			if _, err := c.Write([]byte("PING\r\n")); err != nil {
				return err
			}
			answer, err := bufio.NewReader(c).ReadString('\n')
			if err == nil && !strings.HasPrefix(answer, "+PONG") {
				err = fmt.Errorf("it says %q to PING", strings.TrimSpace(answer))
			}
			return err
		})
	}
}

// kafkaReady asks for metadata that shows all nodes: a cluster without one of them would refuse a topic with
// replicas on all.
func kafkaReady(addr string, nodes int) readiness {
	return func(ctx context.Context) error {
		return dialog(ctx, addr, func(c net.Conn) error {
			brokers, err := kafka.NewConn(c, "", 0).Brokers()
			if err == nil && len(brokers) < nodes {
				err = fmt.Errorf("it knows %d of %d brokers", len(brokers), nodes)
			}
			return err
		})
	}
}

// dialog opens a connection for one question that ends with ctx. The client that asks may set its own
// deadlines on the connection: Kafka's removes ours.
func dialog(ctx context.Context, addr string, ask func(net.Conn) error) error {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // nothing is lost with it
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	err = ask(c)
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("no answer: %w", ctx.Err())
	}
	return err
}
