package observe

import (
	"fmt"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// slowLog keeps the commands that took long, the newest first.
type slowLog struct {
	threshold time.Duration // negative: none
	most      int
	lastID    int64
	entries   []slowEntry
}

type slowEntry struct {
	id         int64
	at         int64 // Unix time in seconds
	took       time.Duration
	args       []string
	addr, name string
}

// An entry keeps the start of long commands.
const (
	slowArgs = 32
	slowArg  = 128
)

func (s *slowLog) note(c *engine.Call, took time.Duration) {
	if s.threshold < 0 || took < s.threshold || s.most <= 0 || c.Args[0] == "" {
		return
	}
	e := slowEntry{id: s.lastID, at: c.Now.Unix(), took: took, args: shortened(c.Args)}
	s.lastID++
	if c.Client != nil {
		e.addr, e.name = c.Client.Addr, c.Client.Name
	}
	s.entries = append([]slowEntry{e}, s.entries...)
	s.cut()
}

func (s *slowLog) cut() { s.entries = s.entries[:min(len(s.entries), max(s.most, 0))] }

func shortened(args []string) []string {
	shown := args[:min(len(args), slowArgs)]
	if len(args) > slowArgs {
		shown = args[:slowArgs-1]
	}
	short := make([]string, 0, len(shown)+1)
	for _, arg := range shown {
		if len(arg) > slowArg {
			arg = fmt.Sprintf("%s... (%d more bytes)", arg[:slowArg], len(arg)-slowArg)
		}
		short = append(short, strings.Clone(arg))
	}
	if n := len(args) - len(shown); n > 0 {
		short = append(short, fmt.Sprintf("... (%d more arguments)", n))
	}
	return short
}

func (s *slowLog) get(c *engine.Call) error {
	n := int64(10)
	if len(c.Args) > 3 {
		return c.ErrArity()
	}
	if len(c.Args) == 3 {
		var ok bool
		if n, ok = engine.ParseInt(c.Args[2]); !ok || n < -1 {
			return engine.Error("ERR count should be greater than or equal to -1")
		}
		if n == -1 {
			n = int64(len(s.entries))
		}
	}
	shown := s.entries[:min(n, int64(len(s.entries)))]
	c.Array(len(shown))
	for _, e := range shown {
		c.Array(6)
		c.Int(e.id)
		c.Int(e.at)
		c.Int(e.took.Microseconds())
		c.Bulks(e.args)
		c.Bulk(e.addr)
		c.Bulk(e.name)
	}
	return nil
}

func (s *slowLog) len(c *engine.Call) error {
	c.Len(len(s.entries))
	return nil
}

func (s *slowLog) reset(c *engine.Call) error {
	s.entries = nil
	c.OK()
	return nil
}
