package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

// ping makes one round trip from an instance to a dependency or another instance, over their link and on a
// new connection: Redis PING, Kafka ApiVersions, an HTTP request with any answer.
func (e *Env) ping(ctx context.Context, from, to string) error {
	dial := e.Surface.Links.Dialer(from)
	switch {
	case to == stack.Redis:
		return pingRedis(ctx, dial, e.Stack.Redis)
	case to == stack.AWS:
		return pingHTTP(ctx, dial, e.Stack.AWS.URL)
	case to == stack.Kafka || strings.HasPrefix(to, stack.Kafka+"-"):
		return e.pingKafka(ctx, dial, to)
	}
	addr := e.address(to)
	if addr == "" {
		return fmt.Errorf("ping %s: it listens nowhere", to)
	}
	return pingHTTP(ctx, dial, "http://"+addr)
}

func (e *Env) address(process string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range e.processes {
		if p.Name == process {
			return p.Addr()
		}
	}
	return ""
}

// pingRedis speaks the protocol itself: a client would send a greeting first, and a latency would be measured
// several times. Any answer counts, even a request for a password.
func pingRedis(ctx context.Context, dial dialFunc, addr string) error {
	conn, err := dial(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if _, err := io.WriteString(conn, "*1\r\n$4\r\nPING\r\n"); err != nil {
		return errors.Join(err, ctx.Err())
	}
	if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
		return errors.Join(err, ctx.Err())
	}
	return nil
}

func pingHTTP(ctx context.Context, dial dialFunc, url string) error {
	t := &http.Transport{DialContext: dial, DisableKeepAlives: true}
	defer t.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := t.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// pingKafka asks the node of that name, or every node for "kafka".
func (e *Env) pingKafka(ctx context.Context, dial dialFunc, to string) error {
	var errs []error
	for n, addr := range e.Stack.Kafka {
		if to != stack.Kafka && to != stack.Node(n+1) {
			continue
		}
		d := kafka.Dialer{DialFunc: dial}
		conn, err := d.DialContext(ctx, "tcp", addr)
		if err == nil {
			if deadline, ok := ctx.Deadline(); ok {
				_ = conn.SetDeadline(deadline)
			}
			_, err = conn.ApiVersions()
			conn.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// nameAddresses gives the link table the addresses of the dependencies.
func nameAddresses(t *link.Table, st *stack.Stack) {
	for n, addr := range st.Kafka {
		t.Name(addr, stack.Node(n+1))
	}
	t.Name(st.Redis, stack.Redis)
	if _, addr, ok := strings.Cut(st.AWS.URL, "://"); ok {
		t.Name(strings.TrimSuffix(addr, "/"), stack.AWS)
	}
}
