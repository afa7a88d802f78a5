package client

import (
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// maxPause bounds a pause: longer ones would overflow the time at which they end.
const maxPause = 100 * 365 * 24 * time.Hour

func pause(c *engine.Call) error {
	all := true
	switch {
	case len(c.Args) > 4:
		return c.ErrArity()
	case len(c.Args) == 4 && strings.EqualFold(c.Args[3], "write"):
		all = false
	case len(c.Args) == 4 && !strings.EqualFold(c.Args[3], "all"):
		return engine.Error("ERR CLIENT PAUSE mode must be WRITE or ALL")
	}
	ms, ok := engine.ParseInt(c.Args[2])
	switch {
	case !ok:
		return engine.Error("ERR timeout is not an integer or out of range")
	case ms < 0:
		return engine.ErrNegative
	case ms > maxPause.Milliseconds():
		return engine.Error("ERR timeout is out of range")
	}
	c.Engine.Pause(time.Duration(ms)*time.Millisecond, all)
	c.OK()
	return nil
}

func unpause(c *engine.Call) error {
	c.Engine.Unpause()
	c.OK()
	return nil
}

// unblock ends another client's wait as its time-out would, or with an error.
func unblock(c *engine.Call) error {
	withError := false
	switch {
	case len(c.Args) > 4:
		return c.ErrArity()
	case len(c.Args) == 4 && strings.EqualFold(c.Args[3], "error"):
		withError = true
	case len(c.Args) == 4 && !strings.EqualFold(c.Args[3], "timeout"):
		return engine.Error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
	}
	n, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	one := c.Engine.Clients()[n]
	c.Yes(one != nil && c.Engine.Unblock(one, withError))
	return nil
}
