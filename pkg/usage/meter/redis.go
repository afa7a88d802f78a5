package meter

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/usage"
)

// Redis returns a hook for an instance's Redis client. Commands count one by one, even in a pipeline. Bytes
// count in total, as they are on the wire.
func (m *Meter) Redis() redis.Hook { return &redisHook{m} }

type redisHook struct{ meter *Meter }

func (h *redisHook) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := next(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &redisConn{Conn: c, meter: h.meter}, nil
	}
}

func (h *redisHook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		w := h.meter.stopwatch.begin("redis", blocks(cmd))
		err := next(ctx, cmd)
		h.answered(w, err)
		if h.count(cmd, err) {
			h.meter.handle()
		}
		return err
	}
}

func (h *redisHook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		w := h.meter.stopwatch.begin("redis", slices.ContainsFunc(cmds, blocks))
		err := next(ctx, cmds)
		h.answered(w, err)
		counted := false
		for _, cmd := range cmds {
			counted = h.count(cmd, cmd.Err()) || counted
		}
		if counted { // a pipeline is one request
			h.meter.handle()
		}
		return err
	}
}

// answered ends a wait. An error of Redis's own, even a missing key, is an answer.
func (h *redisHook) answered(w *wait, err error) {
	if isAnswer(err) {
		err = nil
	}
	h.meter.stopwatch.end(w, err)
}

func isAnswer(err error) bool {
	_, own := errors.AsType[redis.Error](err)
	return err == nil || own
}

// blocks reports whether a command waits by request.
func blocks(cmd redis.Cmder) bool {
	switch strings.ToLower(cmd.Name()) {
	case "blpop", "brpop", "brpoplpush", "blmove", "blmpop", "bzpopmin", "bzpopmax", "bzmpop", "wait", "waitaof":
		return true
	case "xread", "xreadgroup":
		return slices.ContainsFunc(cmd.Args(), func(arg any) bool {
			word, ok := arg.(string)
			return ok && strings.EqualFold(word, "block")
		})
	}
	return false
}

// count counts an answered command, including one that Redis answered with an error. It reports whether it did:
// what a new connection sends does not count.
func (h *redisHook) count(cmd redis.Cmder, err error) bool {
	name := strings.ToLower(cmd.Name())
	switch name {
	case "hello", "auth", "select", "client":
		return false
	}
	if !isAnswer(err) {
		return false
	}
	h.meter.add(usage.Key{Service: "redis", Operation: name}, usage.Tally{Requests: 1, Items: 1})
	return true
}

// redisConn adds up bytes and reports them with the connection's reads: each write is followed by one.
type redisConn struct {
	net.Conn
	meter *Meter
	out   atomic.Int64
}

func (c *redisConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.out.Add(int64(n))
	return n, err
}

func (c *redisConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.meter.add(usage.Key{Service: "redis", Operation: "all commands"}, usage.Tally{Out: c.out.Swap(0), In: int64(n)})
	}
	return n, err
}
