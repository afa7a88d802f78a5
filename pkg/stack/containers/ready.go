package containers

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"
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

// awsLazy is how long we wait for the services that start at their first use. An emulator that
// fails what it does not have is taken as ready then.
const awsLazy = 30 * time.Second

// awsReady is LocalStack's health page, then one answer of each service that is a server of its
// own, started at its first use: what the first calls of a run meet would else be that start, and
// Kinesis fails all calls meanwhile but the one that started it. Emulators without a health page
// count as healthy when they answer at all.
func awsReady(addr string) readiness {
	var healthy time.Time
	return func(ctx context.Context) error {
		if healthy.IsZero() {
			status, err := ask(ctx, http.MethodGet, "http://"+addr+"/_localstack/health", nil)
			if err == nil && status >= http.StatusInternalServerError {
				err = fmt.Errorf("its health page says %d", status)
			}
			if err != nil {
				return err
			}
			healthy = time.Now()
		}
		var g errgroup.Group
		for service, target := range map[string]string{"dynamodb": "DynamoDB_20120810.ListTables", "kinesis": "Kinesis_20131202.ListStreams"} {
			g.Go(func() error {
				status, err := ask(ctx, http.MethodPost, "http://"+addr+"/", map[string]string{
					"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1",
					"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0",
				})
				if err == nil && status >= http.StatusInternalServerError && status != http.StatusNotImplemented {
					err = fmt.Errorf("%s says %d", service, status)
				}
				return err
			})
		}
		if err := g.Wait(); time.Since(healthy) < awsLazy {
			return err
		}
		return nil
	}
}

// ask makes one HTTP request, with an empty JSON object where it has a body, and returns the status.
func ask(ctx context.Context, method, url string, header map[string]string) (int, error) {
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("{}")
	}
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return 0, err
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// dialog opens a connection for one question that ends with ctx, whatever deadlines the client that
// asks it may set on the connection: Kafka's takes ours away.
func dialog(ctx context.Context, addr string, ask func(net.Conn) error) error {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // the question is answered or not
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	err = ask(c)
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("no answer: %w", ctx.Err())
	}
	return err
}
