package link_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/link"
)

// Under any sequence of faults, an instance reads what it wrote, in order and without a gap, or the
// connection ends with an error. Nothing hangs and nothing is left.
func TestConcurrentFaultsNeverDamageAStream(t *testing.T) {
	addr, tab := server(t, echo), table(t)
	tab.Name(addr, "redis")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()

	harmless := func(on link.Pattern) []fault.Fault {
		return []fault.Fault{
			network.Latency{Link: on, Delay: time.Millisecond, Jitter: time.Millisecond},
			network.Latency{Link: on, Delay: 2 * time.Millisecond, Direction: link.Requests},
			network.Bandwidth{Link: on, BytesPerSecond: 200_000, Direction: link.Both},
			network.SlowClose{Link: on, Delay: 5 * time.Millisecond, Direction: link.Both},
			network.Latency{Link: on, Delay: time.Millisecond, Direction: link.Both, Share: 0.5},
		}
	}
	harmful := func(on link.Pattern) []fault.Fault {
		return []fault.Fault{
			network.Cut{Link: on}, network.Reset{Link: on, Direction: link.Both},
			network.LimitData{Link: on, Bytes: 10_000}, network.LimitData{Link: on, Bytes: 10_000, Direction: link.Requests},
			network.Cut{Link: on, OneWay: network.AnswersOnly}, network.Blackhole{Link: on, Timeout: 3 * time.Millisecond},
			network.Flap{Link: on, Down: time.Millisecond, Up: 3 * time.Millisecond},
			network.Cut{Link: on, Share: 0.3},
		}
	}
	var all sync.WaitGroup
	surface := &fault.Surface{Links: tab, Seed: 1}
	disturb := func(seed uint64, from string, some func(link.Pattern) []fault.Fault) {
		faults := some(link.Pattern{From: from})
		all.Go(func() {
			chance := rand.New(rand.NewPCG(seed, 0))
			for ctx.Err() == nil {
				one, err := faults[chance.IntN(len(faults))].Inject(ctx, surface)
				if err != nil {
					t.Error(err)
					return
				}
				two, err := faults[chance.IntN(len(faults))].Inject(ctx, surface)
				if err != nil {
					t.Error(err)
					return
				}
				pause(ctx, time.Duration(chance.IntN(10))*time.Millisecond)
				limit, cancel := context.WithTimeout(context.Background(), 5*time.Second)
				if err := errors.Join(one.Revert(limit), two.Revert(limit)); err != nil {
					t.Error(err)
				}
				cancel()
				pause(ctx, time.Duration(chance.IntN(10))*time.Millisecond)
			}
		})
	}
	for seed := range uint64(2) {
		disturb(seed, "calm", harmless)
		disturb(seed+10, "wild", harmless)
	}
	disturb(20, "wild", harmful)
	all.Go(func() {
		for ctx.Err() == nil {
			tab.Sever("wild")
			tab.Links(link.Pattern{})
			pause(ctx, 20*time.Millisecond)
		}
	})
	var moved, broken [2]int
	var mu sync.Mutex
	for i, from := range []string{"calm", "wild"} {
		for seed := range uint64(4) {
			all.Go(func() {
				for n := uint64(0); ctx.Err() == nil; n++ {
					size, err := exchange(ctx, tab, from, addr, rand.New(rand.NewPCG(seed, n)))
					mu.Lock()
					moved[i] += size
					if err != nil {
						broken[i]++
						if from == "calm" {
							t.Errorf("a harmless fault broke a connection: %v", err)
						}
					}
					mu.Unlock()
					if err != nil {
						pause(ctx, time.Millisecond)
					}
				}
			})
		}
	}
	began := time.Now()
	defer func() { t.Logf("moved %v bytes, broke %v connections", moved, broken) }()
	waitFor(t, "bytes to move and connections to break", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return moved[0] > 100_000 && moved[1] > 20_000 && broken[1] > 10 && time.Since(began) > time.Second
	})
	stop()
	all.Wait()
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// exchange writes random bytes and reads them back; an error is one of the connection's. Damage panics, for a
// stream must never be silently wrong.
func exchange(ctx context.Context, tab *link.Table, from, addr string, chance *rand.Rand) (int, error) {
	c, err := tab.Dialer(from)(ctx, "tcp", addr)
	if err != nil {
		if ctx.Err() != nil {
			return 0, nil
		}
		return 0, err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(300 * time.Millisecond))
	if from == "calm" {
		c.SetDeadline(time.Now().Add(20 * time.Second))
	}
	sent := make([]byte, chance.IntN(20_000)+1)
	for i := range sent {
		sent[i] = byte(chance.Uint32())
	}
	var writing sync.WaitGroup
	defer writing.Wait()
	var wrote error
	writing.Go(func() {
		for rest := sent; len(rest) > 0 && wrote == nil; {
			n := min(len(rest), 3000)
			_, wrote = c.Write(rest[:n])
			rest = rest[n:]
		}
	})
	got := make([]byte, len(sent))
	n, err := io.ReadFull(c, got)
	if !bytes.Equal(got[:n], sent[:n]) {
		at := 0
		for got[at] == sent[at] {
			at++
		}
		gap := bytes.Index(sent[at:], got[at:min(at+16, n)])
		panic(fmt.Sprintf("the %s stream is damaged at byte %d of %d of %d: %d bytes are missing", from, at, n, len(sent),
			gap))
	}
	if err != nil {
		c.Close() // frees the writer
	}
	return n, err
}

func TestCloseLeavesNothingUnderAnyFault(t *testing.T) {
	for _, f := range []fault.Fault{
		network.Latency{Delay: time.Hour, Direction: link.Both}, network.Bandwidth{BytesPerSecond: 100, Direction: link.Both},
		network.SlowClose{Delay: time.Hour, Direction: link.Both}, network.Blackhole{}, network.Reset{
			After: time.Hour, Direction: link.Both,
		},
		network.LimitData{Bytes: 1, Direction: link.Both}, network.Flap{Down: time.Hour, Up: time.Hour},
	} {
		t.Run(f.Requested(), func(t *testing.T) {
			// The far end sends without end and reads nothing, so that every buffer is full.
			addr := server(t, func(c net.Conn) {
				for {
					if _, err := c.Write(make([]byte, 1<<16)); err != nil {
						return
					}
				}
			})
			tab := link.NewTable(nil)
			a, b := apply(t, tab, f), apply(t, tab, network.Latency{Delay: time.Hour})
			var all sync.WaitGroup
			for i := range 4 {
				c, err := tab.Dialer("a")(context.Background(), "tcp", addr)
				if errors.Is(err, syscall.ECONNREFUSED) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				c.SetDeadline(time.Now().Add(30 * time.Millisecond))
				all.Go(func() {
					for {
						if _, err := c.Write(make([]byte, 1<<16)); err != nil {
							break
						}
					}
					if i%2 == 0 {
						c.Close()
					}
				})
			}
			all.Wait()
			if err := tab.Close(); err != nil {
				t.Error(err)
			}
			revert(t, a)
			revert(t, b)
			if _, err := tab.Apply(link.Pattern{}, link.Toxic{Cut: true}); !errors.Is(err, link.ErrClosed) {
				t.Errorf("apply on a closed table: %v", err)
			}
			if _, err := tab.Dialer("a")(context.Background(), "tcp", addr); !errors.Is(err, link.ErrClosed) {
				t.Errorf("dial on a closed table: %v", err)
			}
		})
	}
}

// Toxiproxy's RemoveToxic waits here until the reader reads.
func TestRevertDoesNotWaitForAReaderThatDoesNotRead(t *testing.T) {
	addr := server(t, func(c net.Conn) {
		for {
			if _, err := c.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	})
	tab := table(t)
	c := dial(t, tab, "a", addr)
	a := apply(t, tab, network.Latency{Delay: time.Millisecond})
	waitFor(t, "the pipe to fill", func() bool { return link.Full(c) })
	start := time.Now()
	revert(t, a)
	if took := time.Since(start); took > link.HandOn/2 {
		t.Errorf("the revert took %v", took)
	}
	if _, err := io.CopyN(io.Discard, c, 32<<20); err != nil {
		t.Error(err)
	}
}

// A toxic closes its stub while the source still waits to send to the one behind it.
func TestAToxicMayCloseWhileTheSourceWaits(t *testing.T) {
	addr := server(t, func(c net.Conn) {
		for {
			if _, err := c.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	})
	for range 20 {
		tab := table(t)
		c := dial(t, tab, "a", addr)
		apply(t, tab, network.SlowClose{Delay: time.Hour}) // has no buffer
		waitFor(t, "the pipe to fill", func() bool { return link.Full(c) })
		apply(t, tab, network.Blackhole{Timeout: time.Millisecond})
		if _, err := io.Copy(io.Discard, c); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v, want a connection reset", err)
		}
	}
}

func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}
