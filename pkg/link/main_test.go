package link_test

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/link"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server accepts connections until the test ends and passes each to handle.
func server(t testing.TB, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	conns := make(map[net.Conn]bool)
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns[c] = true
			mu.Unlock()
			all.Go(func() {
				defer c.Close()
				handle(c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range conns {
			c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return l.Addr().String()
}

// echo sends back what it receives.
func echo(c net.Conn) { io.Copy(c, c) }

// table returns a table. At the end of the test it is closed and checked to leave nothing.
func table(t testing.TB) *link.Table {
	tab := link.NewTable(nil)
	t.Cleanup(func() {
		if err := tab.Close(); err != nil {
			t.Error(err)
		}
	})
	return tab
}

func dial(t testing.TB, tab *link.Table, from, addr string) net.Conn {
	t.Helper()
	c, err := tab.Dialer(from)(context.Background(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// apply injects a network fault into the links of a table.
func apply(t testing.TB, tab *link.Table, f fault.Fault) fault.Injection {
	t.Helper()
	a, err := f.Inject(t.Context(), &fault.Surface{Links: tab, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func revert(t testing.TB, a interface{ Revert(context.Context) error }) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := a.Revert(ctx); err != nil {
		t.Fatal(err)
	}
}

// roundTrip sends what, expects it back within limit, and returns how long that took.
func roundTrip(c net.Conn, what string, limit time.Duration) (time.Duration, error) {
	start := time.Now()
	c.SetDeadline(start.Add(limit))
	defer c.SetDeadline(time.Time{})
	if _, err := io.WriteString(c, what); err != nil {
		return 0, err
	}
	_, err := io.ReadFull(c, make([]byte, len(what)))
	return time.Since(start), err
}
