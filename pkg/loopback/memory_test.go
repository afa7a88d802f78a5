package loopback

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/nettest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func connected(t *testing.T) (here, there net.Conn) {
	t.Helper()
	var n network
	ln, err := n.listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	here, err = n.dial(t.Context(), "tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	there, err = ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = ln.Close()
		_ = here.Close()
		_ = there.Close()
	})
	return here, there
}

// TestIsAConn runs the standard library's own test suite for a net.Conn.
func TestIsAConn(t *testing.T) {
	nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
		c1, c2 = pair(&net.TCPAddr{Port: 1}, &net.TCPAddr{Port: 2})
		return c1, c2, func() { _ = c1.Close(); _ = c2.Close() }, nil
	})
}

func TestDataWrittenBeforeACloseIsRead(t *testing.T) {
	here, there := connected(t)
	_, _ = here.Write([]byte("last words"))
	_ = here.Close()
	if got, err := io.ReadAll(there); string(got) != "last words" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	if _, err := there.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("a write to nobody: %v", err)
	}
}

func TestAResetLosesUnreadData(t *testing.T) {
	here, there := connected(t)
	_, _ = here.Write([]byte("lost"))
	Reset(here)
	if n, err := there.Read(make([]byte, 8)); n != 0 || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read %d, %v", n, err)
	}
	if _, err := there.Write([]byte("x")); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("write: %v", err)
	}
}

func TestHalfClose(t *testing.T) {
	here, there := connected(t)
	_ = here.(*conn).CloseWrite()
	if got, err := io.ReadAll(there); len(got) != 0 || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	_, _ = there.Write([]byte("answer"))
	_ = there.Close()
	if got, err := io.ReadAll(here); string(got) != "answer" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestAFullWindowHoldsTheWriterUntilItsDeadline(t *testing.T) {
	here, _ := connected(t)
	_ = here.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
	n, err := here.Write(make([]byte, 2*window))
	var timeout net.Error
	if n != window || !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("wrote %d, %v; want %d and a time-out", n, err, window)
	}
}

func TestADialWithoutAListener(t *testing.T) {
	var n network
	ln, err := n.listen("localhost:7000")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.listen("127.0.0.1:7000"); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a second listener: %v", err)
	}
	waiting, err := n.dial(t.Context(), "tcp", "127.0.0.1:7000")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = waiting.Close() }()
	_ = ln.Close()
	if _, err := waiting.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a connection that was never accepted reads %v", err)
	}
	if _, err := n.dial(t.Context(), "tcp", "127.0.0.1:7000"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a dial to nobody: %v", err)
	}
	again, err := n.listen("127.0.0.1:7000")
	if err != nil {
		t.Fatalf("the address is not free again: %v", err)
	}
	_ = again.Close()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := n.dial(ended, "tcp", "127.0.0.1:7000"); !errors.Is(err, context.Canceled) {
		t.Errorf("a dial of a context that ended: %v", err)
	}
	if _, err := n.dial(t.Context(), "tcp", "192.0.2.1:80"); err == nil {
		t.Error("another machine was reached")
	}
}

func TestALookAtTheSocket(t *testing.T) {
	here, there := connected(t)
	raw, err := here.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Read(nil); err != nil {
		t.Errorf("an idle connection: %v", err)
	}
	_, _ = there.Write([]byte("x"))
	if err := raw.Read(nil); !errors.Is(err, errUnread) {
		t.Errorf("unread bytes: %v", err)
	}
	_, _ = here.Read(make([]byte, 1))
	_ = there.Close()
	if err := raw.Read(nil); !errors.Is(err, io.EOF) {
		t.Errorf("a peer that is gone: %v", err)
	}
}
