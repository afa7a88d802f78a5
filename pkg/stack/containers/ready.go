package containers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

// readiness asks a dependency once whether it serves, within ctx.
type readiness func(ctx context.Context) error

const (
	// askWithin bounds one question: a server that starts may accept and not answer.
	askWithin = 2 * time.Second
	// askEvery is the time between two.
	askEvery = 25 * time.Millisecond
)

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

// kafkaReady is metadata that shows all nodes: a cluster that still misses one would refuse a
// topic with replicas on all.
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

// awsReady is LocalStack's health page, which with eager loading comes up when the services are;
// emulators without one count as ready when they answer at all.
func awsReady(addr string) readiness {
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/_localstack/health", nil)
		if err != nil {
			return err
		}
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		if resp.StatusCode >= http.StatusInternalServerError {
			err = fmt.Errorf("its health page says %s", resp.Status)
		}
		return errors.Join(err, resp.Body.Close())
	}
}

// dialog opens a connection for one question that ends with ctx.
func dialog(ctx context.Context, addr string, ask func(net.Conn) error) error {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // the question is answered or not
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(deadline); err != nil {
			return err
		}
	}
	return ask(c)
}

// await asks until the dependency serves, ctx ends, or stop says that it never will.
func await(ctx context.Context, ask readiness, stop func(context.Context) error) error {
	for {
		once, cancel := context.WithTimeout(ctx, askWithin)
		last := ask(once)
		cancel()
		if last == nil {
			return nil
		}
		if err := stop(ctx); err != nil {
			return err
		}
		select {
		case <-time.After(askEvery):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), last)
		}
	}
}
