package admin

import (
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// maxSleep bounds how long DEBUG SLEEP holds up all clients.
const maxSleep = time.Minute

func debugCommand() engine.Command {
	const admin = engine.Admin | engine.NoScript
	return engine.Command{Name: "debug", Arity: -2, Flags: admin, Subs: []engine.Command{
		{Name: "sleep", Arity: 3, Flags: admin, Run: sleep},
		{Name: "set-active-expire", Arity: 3, Flags: admin, Run: activeExpire},
		{Name: "object", Arity: 3, Flags: admin, First: 2, Last: 2, Step: 1, Run: object},
		{Name: "error", Arity: 3, Flags: admin, Run: func(c *engine.Call) error { return engine.Error(c.Args[2]) }},
		engine.Help("DEBUG",
			"ERROR <string>", "Return an error with a text, the code included.",
			"OBJECT <key>", "Return what is known about a key's value.",
			"SET-ACTIVE-EXPIRE <0|1>", "Leave keys past their expiry in memory until they are asked for, or not.",
			"SLEEP <seconds>", "Hold up all clients for a time, up to a minute."),
	}}
}

// sleep holds up everyone, itself included, by the server's clock.
func sleep(c *engine.Call) error {
	seconds, err := c.ArgFloat(2)
	if err != nil {
		return err
	}
	if seconds < 0 || seconds > maxSleep.Seconds() {
		return engine.Error(fmt.Sprintf("ERR DEBUG SLEEP takes up to %.0f seconds here", maxSleep.Seconds()))
	}
	d := time.Duration(seconds * float64(time.Second))
	if d < time.Millisecond {
		c.OK()
		return nil
	}
	c.Engine.Pause(d, true)
	return c.Block(nil, d, func(w *resp.Writer) { w.OK() })
}

func activeExpire(c *engine.Call) error {
	on, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	c.Engine.SetActiveExpire(on != 0)
	c.OK()
	return nil
}

func object(c *engine.Call) error {
	entry := c.DB.Entry(c.Args[2])
	if entry == nil {
		return engine.ErrNoKey
	}
	c.Simple(fmt.Sprintf("Value at:0x0 refcount:1 encoding:%s serializedlength:%d lru:%d lru_seconds_idle:%d",
		entry.Value.Encoding(), entry.Value.Size(), entry.Used/1000&(1<<24-1), (c.Now.UnixMilli()-entry.Used)/1000))
	return nil
}
