package link_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/link"
)

func TestLatencyReachesOpenAndNewConnectionsAndLeaves(t *testing.T) {
	addr, tab := server(t, echo), table(t)
	tab.Name(addr, "redis")
	old := dial(t, tab, "billing-1", addr)
	before, err := roundTrip(old, "ping", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	const delay = 50 * time.Millisecond
	a := apply(t, tab, network.Latency{Link: link.Pattern{From: "billing", To: "redis"}, Delay: delay})
	fresh := dial(t, tab, "billing-1", addr)
	for name, c := range map[string]net.Conn{"open": old, "new": fresh} {
		took, err := roundTrip(c, "ping", 5*time.Second)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if took < delay {
			t.Errorf("%s: round trip took %v under %v of latency", name, took, delay)
		}
	}
	if n := tab.Links(link.Pattern{})[0].Delayed; n != 2 {
		t.Errorf("%d answers delayed, want 2", n)
	}
	revert(t, a)
	revert(t, a)
	for name, c := range map[string]net.Conn{"open": old, "new": fresh} {
		best := time.Hour
		for range 5 {
			took, err := roundTrip(c, "ping", time.Second)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			best = min(best, took)
		}
		if best > delay/2 {
			t.Errorf("%s: round trip takes %v after the revert; it took %v before", name, best, before)
		}
	}
	for _, c := range []net.Conn{old, fresh} {
		if !link.Direct(c) {
			t.Error("a pipe stayed")
		}
	}
}

func TestCutResetsOpenConnectionsAndRefusesNewOnes(t *testing.T) {
	addr, tab := server(t, echo), table(t)
	tab.Name(addr, "redis")
	c := dial(t, tab, "billing-1", addr)
	other := dial(t, tab, "shipping-1", addr)
	blocked := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		blocked <- err
	}()
	a := apply(t, tab, network.Cut{Link: link.Pattern{From: "billing-1"}})
	select {
	case err := <-blocked:
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("a waiting read ended with %v, want a connection reset", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("a waiting read hangs on a cut link")
	}
	if _, err := c.Write([]byte("x")); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a write on a cut link ended with %v, want a connection reset", err)
	}
	if _, err := tab.Dialer("billing-1")(context.Background(), "tcp", addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a dial on a cut link ended with %v, want connection refused", err)
	}
	if _, err := roundTrip(other, "ping", time.Second); err != nil {
		t.Errorf("another instance's connection: %v", err)
	}
	revert(t, a)
	if _, err := roundTrip(dial(t, tab, "billing-1", addr), "ping", time.Second); err != nil {
		t.Errorf("after the revert: %v", err)
	}
	if got := tab.Links(link.Pattern{From: "billing"}); len(got) != 1 || got[0].Refused != 1 || got[0].Resets != 1 ||
		got[0].Dials != 3 || got[0].Open != 1 {
		t.Errorf("links: %+v", got)
	}
}

func TestBlackholeIsSilentAndResetsWhatLostBytes(t *testing.T) {
	for name, hole := range map[string]fault.Fault{
		"answers":   network.Cut{OneWay: network.AnswersOnly},
		"requests":  network.Cut{OneWay: network.RequestsOnly},
		"both ways": network.Blackhole{},
	} {
		t.Run(name, func(t *testing.T) {
			got := make(chan string, 10)
			addr := server(t, func(c net.Conn) {
				buf := make([]byte, 10)
				for {
					n, err := c.Read(buf)
					if err != nil {
						return
					}
					got <- string(buf[:n])
					c.Write(buf[:n])
				}
			})
			tab := table(t)
			used, idle := dial(t, tab, "a", addr), dial(t, tab, "a", addr)
			a := apply(t, tab, hole)
			for _, c := range []net.Conn{used, dial(t, tab, "a", addr)} {
				if _, err := roundTrip(c, "x", 30*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("round trip into a blackhole ended with %v, want a time-out", err)
				}
			}
			if name == "answers" {
				for range 2 {
					<-got // the requests took effect
				}
			}
			revert(t, a)
			if _, err := roundTrip(used, "x", time.Second); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("a stream with a hole went on: %v", err)
			}
			if _, err := roundTrip(idle, "x", time.Second); err != nil {
				t.Errorf("a connection that lost nothing: %v", err)
			}
			if n := len(got); n != 1 {
				t.Errorf("the server saw %d requests more than it should", n-1)
			}
		})
	}
}

func TestAServerThatIsDownRefuses(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	tab := table(t)
	if _, err := tab.Dialer("a")(context.Background(), "tcp", addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial: %v, want connection refused", err)
	}
	if got := tab.Links(link.Pattern{}); len(got) != 1 || got[0].Failed != 1 {
		t.Errorf("links: %+v", got)
	}
}

func TestSeverResetsOneInstanceAndLetsItDialAgain(t *testing.T) {
	addr, tab := server(t, echo), table(t)
	dead, alive := dial(t, tab, "a", addr), dial(t, tab, "b", addr)
	tab.Sever("a")
	if _, err := dead.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v, want a connection reset", err)
	}
	if _, err := roundTrip(alive, "x", time.Second); err != nil {
		t.Error(err)
	}
	if _, err := roundTrip(dial(t, tab, "a", addr), "x", time.Second); err != nil {
		t.Error(err)
	}
}

func TestLimitDataClosesAfterItsBytes(t *testing.T) {
	addr, tab := server(t, echo), table(t)
	c := dial(t, tab, "a", addr)
	a := apply(t, tab, network.LimitData{Bytes: 5})
	c.Write([]byte("0123456789"))
	c.SetDeadline(time.Now().Add(5 * time.Second))
	got, err := io.ReadAll(c)
	if string(got) != "01234" || err != nil {
		t.Errorf("read %q and %v, want 5 bytes and the end", got, err)
	}
	revert(t, a)
}

func TestOverlappingFaultsAreRevertedOneByOne(t *testing.T) {
	addr, tab := server(t, echo), table(t)
	c := dial(t, tab, "a", addr)
	one := apply(t, tab, network.Latency{Delay: 30 * time.Millisecond})
	two := apply(t, tab, network.Latency{Delay: 40 * time.Millisecond, Direction: link.Both})
	check := func(least time.Duration) {
		t.Helper()
		took, err := roundTrip(c, "x", 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if took < least {
			t.Errorf("took %v, want at least %v", took, least)
		}
	}
	check(110 * time.Millisecond)
	revert(t, one)
	check(80 * time.Millisecond)
	three := apply(t, tab, network.Latency{Delay: 20 * time.Millisecond})
	revert(t, two)
	check(20 * time.Millisecond)
	revert(t, three)
	check(0)
}
