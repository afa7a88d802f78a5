package stream

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
)

// waits returns once a number of clients wait in a blocking command.
func waits(t *testing.T, p *probe.Probe, clients int64) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		var blocked int64
		p.Engine.Exclusive(func() { blocked = p.Engine.Stats().Blocked })
		if blocked == clients {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d clients wait, want %d", blocked, clients)
		}
	}
}
