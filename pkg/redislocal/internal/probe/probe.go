// Package probe sends commands to an engine in tests and shows the replies as text, with the type that the
// protocol gave them.
package probe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// Probe is an engine under test, and its first client.
type Probe struct {
	*Client
	Engine *engine.Engine
	Clock  *clockwork.FakeClock
}

// New starts an engine with commands, at the fake clock's time; it ends with the test.
func New(t testing.TB, commands ...[]engine.Command) *Probe {
	t.Helper()
	clock := clockwork.NewFakeClock()
	e := engine.New(engine.Config{Clock: clock, Log: zap.NewNop(), Seed: 1}, commands...)
	t.Cleanup(func() {
		e.Stop()
		e.Wait()
	})
	p := &Probe{Engine: e, Clock: clock}
	p.Client = p.Connect(t)
	return p
}

// Client is a connection.
type Client struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
}

// Connect opens a further connection; it ends with the test.
func (p *Probe) Connect(t testing.TB) *Client {
	t.Helper()
	near, far := net.Pipe()
	before := p.connections()
	done := make(chan struct{})
	go func() {
		p.Engine.Serve(far)
		close(done)
	}()
	t.Cleanup(func() {
		_ = near.Close()
		<-done
	})
	for p.connections() == before { // IDs go by the order of Connect
		runtime.Gosched()
	}
	return &Client{t: t, conn: near, r: bufio.NewReader(near)}
}

// connections is the number of connections so far.
func (p *Probe) connections() (n int64) {
	p.Engine.Exclusive(func() { n = p.Engine.Stats().Connections })
	return n
}

// Do sends a line, cut into words as redis-cli does, and returns the reply: OK as +OK, an error with its -, an
// integer as 1, a bulk string in quotes, nil as nil, an array as [1 2], a map as {"k": 1}, a set as ~[1 2], a
// push as >[1 2], a double as ,1.5, a Boolean as #t.
func (c *Client) Do(line string) string {
	c.t.Helper()
	words, ok := resp.Split(line)
	if !ok {
		c.t.Fatalf("bad line: %s", line)
	}
	return c.Send(words...)
}

// Send sends a command and returns the reply, as Do does.
func (c *Client) Send(args ...string) string {
	c.t.Helper()
	c.Start(args...)
	return c.Receive()
}

// Start sends a command without waiting for its reply: a blocking one.
func (c *Client) Start(args ...string) {
	c.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, arg := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(arg), arg)
	}
	_ = c.conn.SetDeadline(time.Now().Add(10 * time.Second)) // a pipe takes deadlines
	if _, err := io.WriteString(c.conn, b.String()); err != nil {
		c.t.Fatalf("send %q: %v", args, err)
	}
}

// Block sends a line and returns once the engine makes its client wait.
func (p *Probe) Block(c *Client, line string) {
	c.t.Helper()
	waiting := func() (n int64) {
		p.Engine.Exclusive(func() { n = p.Engine.Stats().Blocked })
		return n
	}
	before := waiting()
	words, _ := resp.Split(line)
	c.Start(words...)
	for end := time.Now().Add(10 * time.Second); waiting() == before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("%s does not block", line)
		}
	}
}

// Receive returns the next reply or message.
func (c *Client) Receive() string {
	c.t.Helper()
	s, err := c.reply()
	if err != nil {
		c.t.Fatalf("receive: %v", err)
	}
	return s
}

// Lost sends a line and fails the test unless the connection ends.
func (c *Client) Lost(line string) {
	c.t.Helper()
	words, _ := resp.Split(line)
	c.Start(words...)
	for {
		if _, err := c.reply(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			c.t.Fatalf("%s: %v, want the end of the connection", line, err)
		}
	}
}

// Wants sends lines and compares the replies: line, reply, line, reply…
func (c *Client) Wants(pairs ...string) {
	c.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got := c.Do(pairs[i]); got != pairs[i+1] {
			c.t.Errorf("%s\n got %s\nwant %s", pairs[i], got, pairs[i+1])
		}
	}
}

func (c *Client) reply() (string, error) {
	line, err := c.r.ReadString('\n')
	if err != nil {
		return "", err
	}
	kind, rest := line[0], strings.TrimRight(line[1:], "\r\n")
	switch kind {
	case '+', '-', ',', '#', '(':
		return line[:len(line)-2], nil
	case ':':
		return rest, nil
	case '_':
		return "nil", nil
	}
	n, err := strconv.Atoi(rest)
	if err != nil {
		return "", fmt.Errorf("unknown reply %q", line)
	}
	switch kind {
	case '$', '=':
		if n < 0 {
			return "nil", nil
		}
		b := make([]byte, n+2)
		if _, err := io.ReadFull(c.r, b); err != nil {
			return "", err
		}
		return strconv.Quote(string(b[:n])), nil
	case '*':
		if n < 0 {
			return "nil[]", nil
		}
		return c.all("[", n, "]")
	case '~':
		return c.all("~[", n, "]")
	case '>':
		return c.all(">[", n, "]")
	case '%':
		return c.pairs(n)
	}
	return "", fmt.Errorf("unknown reply %q", line)
}

func (c *Client) all(open string, n int, end string) (string, error) {
	parts := make([]string, n)
	for i := range parts {
		var err error
		if parts[i], err = c.reply(); err != nil {
			return "", err
		}
	}
	return open + strings.Join(parts, " ") + end, nil
}

func (c *Client) pairs(n int) (string, error) {
	parts := make([]string, n)
	for i := range parts {
		key, err := c.reply()
		if err != nil {
			return "", err
		}
		value, err := c.reply()
		if err != nil {
			return "", err
		}
		parts[i] = key + ": " + value
	}
	return "{" + strings.Join(parts, ", ") + "}", nil
}
