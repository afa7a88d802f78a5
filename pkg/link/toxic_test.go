package link_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/link"
)

func TestPatternMatch(t *testing.T) {
	for _, c := range []struct {
		glob, name string
		want       bool
	}{
		{"", "redis", true},
		{"*", "redis", true},
		{"kafka", "kafka-1", true},
		{"kafka", "kafka-12", true},
		{"kafka-1", "kafka-12", false},
		{"kafka-1", "kafka", false},
		{"billing", "billing-a", false},
		{"billing", "billing", true},
		{"kafka-[12]", "kafka-2", true},
		{"orders-*", "orders-api", true},
		{"orders-*", "orders", false},
		{"redis", "aws", false},
	} {
		if got := (link.Pattern{To: c.glob}).Match("anybody", c.name); got != c.want {
			t.Errorf("%q matches %q: %t, want %t", c.glob, c.name, got, c.want)
		}
		if got := (link.Pattern{From: c.glob}).Match(c.name, "anything"); got != c.want {
			t.Errorf("from %q matches %q: %t, want %t", c.glob, c.name, got, c.want)
		}
	}
}

func TestApplySaysWhatIsWrong(t *testing.T) {
	tab := table(t)
	for want, c := range map[string]struct {
		on    link.Pattern
		toxic link.Toxic
	}{
		"direction 7: want Answers, Requests or Both": {link.Pattern{}, link.Toxic{Direction: 7}},
		"share 1.5: want more than 0, at most 1":      {link.Pattern{}, link.Toxic{Cut: true, Share: 1.5}},
		"share -1: want more than 0, at most 1":       {link.Pattern{}, link.Toxic{Cut: true, Share: -1}},
		"syntax error in pattern":                     {link.Pattern{To: "kafka-["}, link.Toxic{Cut: true}},
	} {
		if _, err := tab.Apply(c.on, c.toxic); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v, want …%s", err, want)
		}
	}
	addr := server(t, echo)
	if _, err := roundTrip(dial(t, tab, "a", addr), "x", time.Second); err != nil {
		t.Errorf("a refused fault acts: %v", err)
	}
}

func TestBandwidthHoldsBack(t *testing.T) {
	addr, tab := server(t, echo), table(t)
	c := dial(t, tab, "a", addr)
	const rate, size = 100_000, 10_000
	apply(t, tab, network.Bandwidth{BytesPerSecond: rate})
	took, err := roundTrip(c, strings.Repeat("x", size), 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if least := time.Second * size / rate; took < least*9/10 {
		t.Errorf("%d bytes at %d bytes/s took %v, want at least %v", size, rate, took, least)
	}
	if l := tab.Links(link.Pattern{})[0]; l.Held == 0 || l.Sent != size || l.Got != size {
		t.Errorf("links: %+v", l)
	}
}

func TestResetLosesARequestOrAnAnswer(t *testing.T) {
	for _, way := range []link.Direction{link.Requests, link.Answers} {
		t.Run(way.String(), func(t *testing.T) {
			seen := make(chan int, 1)
			addr := server(t, func(c net.Conn) {
				buf := make([]byte, 10)
				n, err := c.Read(buf)
				if err != nil {
					seen <- 0
					return
				}
				seen <- n
				c.Write(buf[:n])
				io.Copy(io.Discard, c)
			})
			tab := table(t)
			c := dial(t, tab, "a", addr)
			apply(t, tab, network.Reset{Direction: way})
			if _, err := roundTrip(c, "x", 5*time.Second); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("round trip: %v, want a connection reset", err)
			}
			if n := <-seen; (n > 0) != (way == link.Answers) {
				t.Errorf("the server saw %d bytes", n)
			}
		})
	}
}

func TestSlowCloseKeepsTheOtherEndWaiting(t *testing.T) {
	closed := make(chan time.Time, 1)
	addr := server(t, func(c net.Conn) {
		io.Copy(io.Discard, c)
		closed <- time.Now()
	})
	tab := table(t)
	c := dial(t, tab, "a", addr)
	const delay = 50 * time.Millisecond
	apply(t, tab, network.SlowClose{Delay: delay, Direction: link.Requests})
	start := time.Now()
	c.Close()
	if took := time.Since(start); took > delay/2 {
		t.Errorf("the instance's own close took %v", took)
	}
	if took := (<-closed).Sub(start); took < delay {
		t.Errorf("the server saw the end after %v, want at least %v", took, delay)
	}
	if l := tab.Links(link.Pattern{})[0]; l.LateCloses != 1 || l.Open != 0 {
		t.Errorf("links: %+v", l)
	}
}

func TestHalfCloseLetsTheAnswerCome(t *testing.T) {
	addr := server(t, func(c net.Conn) {
		all, _ := io.ReadAll(c)
		c.Write(all)
	})
	for _, f := range []fault.Fault{nil, network.Latency{Delay: 5 * time.Millisecond, Direction: link.Both}} {
		tab := table(t)
		c := dial(t, tab, "a", addr)
		if f != nil {
			apply(t, tab, f)
		}
		io.WriteString(c, "question")
		if err := c.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(5 * time.Second))
		if got, err := io.ReadAll(c); string(got) != "question" || err != nil {
			t.Errorf("under %v: %q, %v", f, got, err)
		}
		if _, err := c.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("under %v: a write after the half-close: %v, want a broken pipe", f, err)
		}
	}
}

// A connection whose requests vanish is closed late for the other end, but at once for its own readers: a
// probe that gives up returns.
func TestCloseEndsAReadWhileRequestsVanish(t *testing.T) {
	tab := table(t)
	conn := dial(t, tab, "billing", server(t, func(c net.Conn) { _, _ = io.Copy(c, c) }))
	apply(t, tab, network.Cut{Link: link.Pattern{From: "billing"}, OneWay: network.RequestsOnly})
	if _, err := io.WriteString(conn, "ping"); err != nil {
		t.Fatal(err)
	}
	read := make(chan error, 1)
	go func() {
		_, err := conn.Read(make([]byte, 1))
		read <- err
	}()
	select {
	case err := <-read:
		t.Fatalf("read before the close: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // and for later reads
		select {
		case err := <-read:
			if !errors.Is(err, net.ErrClosed) {
				t.Errorf("read: %v, want that it is closed", err)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("the read does not end")
		}
		go func() {
			_, err := conn.Read(make([]byte, 1))
			read <- err
		}()
	}
	<-read
}

func TestFlapCutsAndHeals(t *testing.T) {
	addr, tab := server(t, echo), table(t)
	a := apply(t, tab, network.Flap{Down: 10 * time.Millisecond, Up: 10 * time.Millisecond})
	reached := func() bool {
		c, err := tab.Dialer("a")(context.Background(), "tcp", addr)
		if err != nil {
			return false
		}
		c.Close()
		return true
	}
	for range 3 {
		waitFor(t, "the link to be cut", func() bool { return !reached() })
		waitFor(t, "the link to be whole", reached)
	}
	revert(t, a)
	refused := tab.Links(link.Pattern{})[0].Refused
	if !reached() || tab.Links(link.Pattern{})[0].Refused != refused {
		t.Error("it still flaps")
	}
}

func TestAStreamsChanceIsTheSameForTheSameSeed(t *testing.T) {
	// draw returns the draws on each of four connections, each way.
	draw := func(seed uint64, others int) (drawn [4][2][]uint64) {
		addr, other, tab := server(t, echo), server(t, echo), table(t)
		tab.Name(addr, "redis")
		var streams []*link.Stream
		toxic := link.Toxic{Direction: link.Both, Seed: seed, Pipe: func(s *link.Stream) toxics.Toxic {
			streams = append(streams, s)
			return new(toxics.NoopToxic)
		}}
		if _, err := tab.Apply(link.Pattern{From: "a", To: "redis"}, toxic); err != nil {
			t.Fatal(err)
		}
		for n := range drawn {
			for range others { // the order of other links' dials must not matter
				dial(t, tab, "a", other)
				dial(t, tab, "b", addr)
			}
			dial(t, tab, "a", addr)
			for way := range drawn[n] {
				chance := streams[2*n+way].Rand()
				for range 5 {
					drawn[n][way] = append(drawn[n][way], chance.Uint64())
				}
			}
		}
		return drawn
	}
	one, again, other := draw(1, 0), draw(1, 2), draw(2, 0)
	for n := range one {
		for way := range one[n] {
			if !slices.Equal(one[n][way], again[n][way]) {
				t.Errorf("connection %d, %v: the same seed draws %v and %v", n, link.Direction(way), one[n][way], again[n][way])
			}
			if slices.Equal(one[n][way], other[n][way]) {
				t.Errorf("connection %d, %v: two seeds draw the same", n, link.Direction(way))
			}
		}
		if slices.Equal(one[n][link.Answers], one[n][link.Requests]) || n > 0 &&
			slices.Equal(one[n][link.Answers], one[n-1][link.Answers]) {
			t.Errorf("connection %d draws what another draws, or the other direction", n)
		}
	}
}

func TestShareIsTheSameForTheSameSeed(t *testing.T) {
	addr := server(t, echo)
	pick := func(seed uint64) (picked []bool) {
		tab := table(t)
		tab.Name(addr, "redis")
		if _, err := tab.Apply(link.Pattern{}, link.Toxic{Cut: true, Share: 0.25, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		for range 400 {
			c, err := tab.Dialer("a")(context.Background(), "tcp", addr)
			picked = append(picked, err != nil)
			if err == nil {
				c.Close()
			}
		}
		return picked
	}
	one, again, other := pick(1), pick(1), pick(2)
	if !slices.Equal(one, again) {
		t.Error("the same seed makes another choice")
	}
	if slices.Equal(one, other) {
		t.Error("another seed makes the same choice")
	}
	n := 0
	for _, hit := range one {
		if hit {
			n++
		}
	}
	if n < 70 || n > 130 { // 100 ± 3.4 standard deviations
		t.Errorf("%d of 400 connections, want about 100", n)
	}
}

func TestANameGivenDuringAFaultBringsItsLinksUnderIt(t *testing.T) {
	addr, tab := server(t, echo), table(t)
	c := dial(t, tab, "a", addr)
	apply(t, tab, network.Cut{Link: link.Pattern{To: "redis"}})
	if _, err := roundTrip(c, "x", time.Second); err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(addr)
	tab.Name("localhost:"+port, "redis")
	if _, err := roundTrip(c, "x", time.Second); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%v, want a connection reset", err)
	}
	tab.Name("127.*:"+port, "glob")
	if got := tab.Links(link.Pattern{To: "redis"}); len(got) != 1 {
		t.Errorf("an exact name gave way to a glob: %+v", got)
	}
}

func TestDeadlinesHoldOnBothPaths(t *testing.T) {
	addr := server(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	for _, f := range []fault.Fault{nil, network.Latency{Delay: time.Millisecond, Direction: link.Both}} {
		tab := table(t)
		c := dial(t, tab, "a", addr)
		// A read that waits without a deadline ends when it gets one.
		blocked := make(chan error, 1)
		go func() {
			_, err := c.Read(make([]byte, 1))
			blocked <- err
		}()
		if f != nil {
			apply(t, tab, f)
		}
		c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		if err := <-blocked; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("under %v: %v, want a time-out", f, err)
		}
		if err, ok := errors.AsType[net.Error](c.SetDeadline(time.Unix(1, 0))); ok {
			t.Error(err)
		}
		_, err := c.Write([]byte("x"))
		if timeout, ok := errors.AsType[net.Error](err); !ok || !timeout.Timeout() {
			t.Errorf("under %v: write past its deadline: %v, want a time-out", f, err)
		}
		c.SetDeadline(time.Time{})
		if _, err := c.Write([]byte("x")); err != nil {
			t.Errorf("under %v: write without a deadline: %v", f, err)
		}
	}
}
