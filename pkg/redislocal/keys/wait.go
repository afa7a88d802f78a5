package keys

import (
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// wait waits for replicas that there are not: until the time-out, and at once for none.
func wait(c *engine.Call) error {
	replicas, err := c.ArgInt(1)
	if err != nil {
		return err
	}
	timeout, err := waitFor(c, 2)
	if err != nil {
		return err
	}
	if replicas <= 0 {
		c.Int(0)
		return nil
	}
	return c.Block(nil, timeout, func(w *resp.Writer) { w.Int(0) })
}

func waitaof(c *engine.Call) error {
	local, err := c.ArgInt(1)
	if err != nil {
		return err
	}
	if local < 0 || local > 1 {
		return engine.ErrRange
	}
	replicas, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	if replicas < 0 {
		return engine.ErrRange
	}
	timeout, err := waitFor(c, 3)
	if err != nil {
		return err
	}
	none := func(w *resp.Writer) {
		w.Array(2)
		w.Int(0)
		w.Int(0)
	}
	switch {
	case local > 0:
		return engine.Error("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.")
	case replicas == 0:
		none(c.Writer)
		return nil
	}
	return c.Block(nil, timeout, none)
}

// waitFor reads a time-out in milliseconds.
func waitFor(c *engine.Call, i int) (time.Duration, error) {
	ms, err := c.ArgInt(i)
	switch {
	case err != nil || ms > math.MaxInt64/int64(time.Millisecond):
		return 0, engine.Error("ERR timeout is not an integer or out of range")
	case ms < 0:
		return 0, engine.ErrNegative
	}
	return time.Duration(ms) * time.Millisecond, nil
}
