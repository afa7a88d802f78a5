package engine_test

import (
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
)

// broken is a command with a bug.
var broken = engine.Command{Name: "broken", Arity: 1, Run: func(*engine.Call) error { panic("a bug") }}

func TestAPanicInACommandIsItsErrorAndEndsNothing(t *testing.T) {
	p := probe.New(t, conn.Commands(), []engine.Command{broken})
	p.Wants(
		"BROKEN", "-ERR internal error: the command failed and the server goes on",
		"ECHO on", `"on"`,
	)
}

func TestAPanicBesideACommandEndsItsConnectionAlone(t *testing.T) {
	p := probe.New(t, conn.Commands())
	other := p.Connect(t)
	p.Wants("PING", "+PONG")
	panics := true
	p.Engine.Exclusive(func() {
		p.Engine.OnSettled = func(c *engine.Client) {
			if c != nil && panics {
				panics = false
				panic("a bug")
			}
		}
	})
	p.Lost("PING")
	other.Wants("PING", "+PONG")
}
