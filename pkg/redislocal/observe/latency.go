package observe

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// latency keeps when commands took long, by the kind of command.
type latency struct {
	threshold time.Duration // 0: none
	events    [2]event
}

// event is what has taken long. Occurrences within a second count as one, the longest.
type event struct {
	times []occurrence
	max   int64
}

type occurrence struct{ at, ms int64 }

// kept is the number of occurrences that an event remembers.
const kept = 160

var eventNames = [2]string{"command", "fast-command"}

func (l *latency) note(c *engine.Call, took time.Duration) {
	if l.threshold <= 0 || took < l.threshold {
		return
	}
	e := &l.events[0]
	if c.Quick() {
		e = &l.events[1]
	}
	at, ms := c.Now.Unix(), took.Milliseconds()
	e.max = max(e.max, ms)
	if last := len(e.times) - 1; last >= 0 && e.times[last].at == at {
		e.times[last].ms = max(e.times[last].ms, ms)
		return
	}
	e.times = append(e.times, occurrence{at, ms})
	e.times = e.times[max(len(e.times)-kept, 0):]
}

func (l *latency) latest(c *engine.Call) error {
	n := 0
	for _, e := range l.events {
		if len(e.times) > 0 {
			n++
		}
	}
	c.Array(n)
	for i, e := range l.events {
		if len(e.times) == 0 {
			continue
		}
		last := e.times[len(e.times)-1]
		c.Array(4)
		c.Bulk(eventNames[i])
		c.Int(last.at)
		c.Int(last.ms)
		c.Int(e.max)
	}
	return nil
}

func (l *latency) history(c *engine.Call) error {
	i := slices.Index(eventNames[:], c.Args[2])
	if i < 0 {
		c.Array(0)
		return nil
	}
	c.Array(len(l.events[i].times))
	for _, one := range l.events[i].times {
		c.Array(2)
		c.Int(one.at)
		c.Int(one.ms)
	}
	return nil
}

func (l *latency) reset(c *engine.Call) error {
	n := 0
	for i, name := range eventNames {
		if len(l.events[i].times) > 0 && (len(c.Args) == 2 || slices.Contains(c.Args[2:], name)) {
			l.events[i] = event{}
			n++
		}
	}
	c.Len(n)
	return nil
}

func (l *latency) doctor(c *engine.Call) error {
	var b strings.Builder
	for i, e := range l.events {
		if len(e.times) > 0 {
			fmt.Fprintf(&b, "%s: %d times, %d ms at most.\n", eventNames[i], len(e.times), e.max)
		}
	}
	switch {
	case b.Len() > 0:
	case l.threshold <= 0:
		b.WriteString("Latency monitoring is off: CONFIG SET latency-monitor-threshold <milliseconds> turns it on.\n")
	default:
		b.WriteString("No command has taken longer than latency-monitor-threshold.\n")
	}
	c.Verbatim("txt", b.String())
	return nil
}

// histogram tells how many calls took less than each power of two of a µs.
func histogram(c *engine.Call) error {
	stats := c.Engine.Stats().ByCommand
	var names []string
	for name := range stats {
		asked := func(arg string) bool { return strings.EqualFold(arg, name) }
		if len(c.Args) == 2 || slices.ContainsFunc(c.Args[2:], asked) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	c.Map(len(names))
	for _, name := range names {
		one := stats[name]
		c.Bulk(name)
		c.Map(2)
		c.Bulk("calls")
		c.Int(one.Calls)
		c.Bulk("histogram_usec")
		n, sum := 0, int64(0)
		for _, count := range one.Below {
			if count > 0 {
				n++
			}
		}
		c.Map(n)
		for i, count := range one.Below {
			if count > 0 {
				sum += count
				c.Int(1 << i)
				c.Int(sum)
			}
		}
	}
	return nil
}
