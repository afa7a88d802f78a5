package gate_test

import (
	"errors"
	"io"
	"net"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/gate"
	"github.com/crashlab/crashlab/pkg/loopback"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// connect returns a listener and both ends of a connection that it accepted.
func connect(t *testing.T, g *gate.Gate) (ln *gate.Listener, client, server net.Conn) {
	t.Helper()
	inner, err := loopback.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln = g.Listener(inner)
	client, err = loopback.Dial(t.Context(), "tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if server, err = ln.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ln.Sever()
		_ = client.Close()
	})
	return ln, client, server
}

func TestNothingPassesWhileShut(t *testing.T) {
	var g gate.Gate
	_, client, server := connect(t, &g)
	g.Shut()
	g.Shut()
	if _, err := client.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	events := make(chan string, 2)
	go func() {
		if _, err := server.Read(make([]byte, 1)); err != nil {
			events <- err.Error()
		}
		events <- "read"
	}()
	select {
	case e := <-events:
		t.Errorf("%s while shut", e)
	default:
	}
	events <- "open"
	g.Open()
	if first, then := <-events, <-events; first != "open" || then != "read" {
		t.Errorf("%s, then %s", first, then)
	}
}

func TestAClosedConnectionWaitsForNoGate(t *testing.T) {
	var g gate.Gate
	_, _, server := connect(t, &g)
	g.Shut()
	failed := make(chan error)
	go func() {
		_, err := server.Write([]byte("x"))
		failed <- err
	}()
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if err := <-failed; !errors.Is(err, net.ErrClosed) {
		t.Errorf("a write that was held back: %v", err)
	}
	g.Open()
	if _, err := server.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a write afterwards: %v", err)
	}
}

func TestAClosedConnectionWaitsNoLonger(t *testing.T) {
	var g gate.Gate
	gone := make(chan struct{})
	close(gone)
	if err := g.Wait(gone); err != nil {
		t.Errorf("an open gate: %v", err)
	}
	g.Shut()
	if g.Wait(gone) == nil {
		t.Error("passed a shut gate")
	}
}

func TestAListener(t *testing.T) {
	for name, test := range map[string]struct {
		end     func(*gate.Listener)
		reset   bool // the connection
		refuses bool // further ones
	}{
		"closed":  {func(l *gate.Listener) { _ = l.Close() }, false, true},
		"reset":   {(*gate.Listener).Reset, true, false},
		"severed": {(*gate.Listener).Sever, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			var g gate.Gate
			ln, client, server := connect(t, &g)
			test.end(ln)
			_, err := server.Write([]byte("x"))
			if (err != nil) != test.reset {
				t.Errorf("the server writes: %v", err)
			}
			_, err = io.ReadFull(client, make([]byte, 1))
			if errors.Is(err, syscall.ECONNRESET) != test.reset {
				t.Errorf("the client reads: %v", err)
			}
			again, err := loopback.Dial(t.Context(), "tcp", ln.Addr().String())
			if (err != nil) != test.refuses {
				t.Errorf("another client: %v", err)
			}
			if again != nil {
				_ = again.Close()
			}
		})
	}
}
