package observe

import (
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Observer is what a server remembers of its commands.
type Observer struct {
	e        *engine.Engine
	monitors []*engine.Client
	slow     slowLog
	latency  latency
}

// New returns one for a server.
func New() *Observer { return &Observer{} }

// Attach makes an engine tell of its commands.
func (o *Observer) Attach(e *engine.Engine) {
	o.e = e
	e.OnCommand, e.OnDone = o.monitored, o.done
	e.OnLeave = append(e.OnLeave, o.leave)
	e.Config.OnSet(func(string, string) { o.configure() })
	o.configure()
}

// configure reads the parameters: parsing them for each command would cost too much.
func (o *Observer) configure() {
	o.slow.threshold = time.Duration(o.e.Config.Int("slowlog-log-slower-than")) * time.Microsecond
	o.slow.most = int(o.e.Config.Int("slowlog-max-len"))
	o.slow.cut()
	o.latency.threshold = time.Duration(o.e.Config.Int("latency-monitor-threshold")) * time.Millisecond
}

func (o *Observer) done(c *engine.Call, took time.Duration) {
	o.slow.note(c, took)
	o.latency.note(c, took)
}

// Commands are MONITOR, SLOWLOG and LATENCY.
func (o *Observer) Commands() []engine.Command {
	const admin = engine.Admin | engine.NoScript
	list := []engine.Command{
		{Name: "monitor", Arity: 1, Flags: admin | engine.NoMulti, Run: o.monitor},
		{Name: "slowlog", Arity: -2, Flags: engine.Admin, Subs: []engine.Command{
			{Name: "get", Arity: -2, Flags: engine.Admin, Run: o.slow.get},
			{Name: "len", Arity: 2, Flags: engine.Admin | engine.Fast, Run: o.slow.len},
			{Name: "reset", Arity: 2, Flags: engine.Admin | engine.Fast, Run: o.slow.reset},
			engine.Help("SLOWLOG",
				"GET [<count>]", "Return the newest entries: 10, or a number of them, or all with -1.",
				"LEN", "Return the number of entries.",
				"RESET", "Forget all entries."),
		}},
		{Name: "latency", Arity: -2, Flags: admin, Subs: []engine.Command{
			{Name: "latest", Arity: 2, Flags: admin, Run: o.latency.latest},
			{Name: "history", Arity: 3, Flags: admin, Run: o.latency.history},
			{Name: "reset", Arity: -2, Flags: admin, Run: o.latency.reset},
			{Name: "histogram", Arity: -2, Flags: admin, Run: histogram},
			{Name: "doctor", Arity: 2, Flags: admin, Run: o.latency.doctor},
			engine.Help("LATENCY",
				"DOCTOR", "Return what the events so far say.",
				"HISTOGRAM [<command> ...]", "Return how long commands have taken, cumulative in powers of two of a µs.",
				"HISTORY <event>", "Return the times of an event, and how long it took.",
				"LATEST", "Return the latest occurrence of each event.",
				"RESET [<event> ...]", "Forget events, or all."),
		}},
	}
	for i := range list {
		list[i].Group = "server"
	}
	return list
}
