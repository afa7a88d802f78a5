package gateway

import (
	"testing"
	"time"
)

// The circuit as a story: each step says what happens and whether a call may be made after it.
func TestCircuit(t *testing.T) {
	now := time.Unix(0, 0)
	c := &circuit{size: 4, least: 2, share: 0.5, wait: time.Second, now: func() time.Time { return now }}
	call := func(failed bool) {
		t.Helper()
		report, ok := c.allow()
		if !ok {
			t.Fatal("the circuit is open")
		}
		report(failed)
	}
	refuses := func(when string) {
		t.Helper()
		if _, ok := c.allow(); ok {
			t.Errorf("%s: a call is allowed", when)
		}
	}

	call(true) // one is too few to judge
	call(false)
	refuses("half of two failed")
	now = now.Add(time.Second - 1)
	refuses("before its time")

	now = now.Add(1)
	look, ok := c.allow()
	if !ok {
		t.Fatal("no look after the wait")
	}
	refuses("while one looks")
	look(true)
	refuses("after a look that failed")

	now = now.Add(time.Second)
	call(false) // and it closes
	for range 10 {
		call(false)
	}
	call(true) // 1 of the last 4
	call(false)
	call(false)
	call(true) // 2 of the last 4
	refuses("half of the last four failed")
}

// What began before the circuit opened says nothing of the service afterwards.
func TestCircuitForgetsWhoIsLate(t *testing.T) {
	now := time.Unix(0, 0)
	c := &circuit{size: 4, least: 2, share: 0.5, wait: time.Second, now: func() time.Time { return now }}
	late, _ := c.allow()
	for range 2 {
		report, _ := c.allow()
		report(true)
	}
	now = now.Add(time.Second)
	if _, ok := c.allow(); !ok {
		t.Fatal("no look after the wait")
	}
	late(false)
	if _, ok := c.allow(); ok {
		t.Error("a call from before closed the circuit")
	}
}

func TestNoCircuitIsClosed(t *testing.T) {
	var c *circuit
	for range 100 {
		report, ok := c.allow()
		if !ok {
			t.Fatal("open")
		}
		report(true)
	}
}
