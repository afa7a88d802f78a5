package lab

import (
	"errors"
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
)

// Who is at the other end of a dead process's connections sees a reset, at once, also where the process dialed and
// some of its code still holds the connection.
func TestACrashResetsWhatTheProcessDialed(t *testing.T) {
	ctx, env := testContext(t), newTestEnv(t)
	ln, err := stack.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c := start(t, env, "client", client)
	held, err := c.current().dial(ctx, "tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	peer, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	if err := c.Kill(ctx); err != nil {
		t.Fatal(err)
	}
	_ = peer.SetReadDeadline(time.Now().Add(time.Second))
	if _, err := io.ReadAll(peer); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the other end reads %v, want %v", err, syscall.ECONNRESET)
	}
}

// A crash point that is disarmed, or not the one that is armed, is passed.
func TestADisarmedCrashPointIsPassed(t *testing.T) {
	i := start(t, newTestEnv(t), "worker", client).current()
	_, disarm := i.process.ArmCrash("after-effect")
	if err := i.CrashPoint("before-effect"); err != nil {
		t.Errorf("another crash point: %v", err)
	}
	disarm()
	if err := i.CrashPoint("after-effect"); err != nil || i.dead.Load() {
		t.Errorf("disarmed: %v", err)
	}
}
