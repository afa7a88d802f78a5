package observe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// monitor makes the client see every command from now on.
func (o *Observer) monitor(c *engine.Call) error {
	if !c.Client.Monitors {
		c.Client.Monitors = true
		o.monitors = append(o.monitors, c.Client)
	}
	c.OK()
	return nil
}

func (o *Observer) leave(c *engine.Client) {
	o.monitors = slices.DeleteFunc(o.monitors, func(other *engine.Client) bool { return other == c })
}

// hidden are commands that MONITOR does not show beside those of administration: they carry passwords.
var hidden = []string{"auth", "hello"}

func (o *Observer) monitored(c *engine.Call) {
	if len(o.monitors) == 0 || c.Administers() || slices.Contains(hidden, strings.ToLower(c.Args[0])) {
		return
	}
	from := c.Client.Addr
	if c.Place() == engine.FromScript {
		from = "lua"
	}
	var b strings.Builder
	now := c.Now.UnixMicro()
	fmt.Fprintf(&b, "%d.%06d [%d %s]", now/1e6, now%1e6, c.DB.Index, from)
	for _, arg := range c.Args {
		b.WriteByte(' ')
		b.WriteString(Quote(arg))
	}
	line := b.String()
	for _, one := range o.monitors {
		one.Push(func(w *resp.Writer) { w.Simple(line) })
	}
}

// Quote writes a string of bytes in double quotes, as redis-cli reads it.
func Quote(s string) string {
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '\\', '"':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		case '\a':
			b = append(b, `\a`...)
		case '\b':
			b = append(b, `\b`...)
		default:
			if c >= ' ' && c <= '~' {
				b = append(b, c)
			} else {
				b = fmt.Appendf(b, `\x%02x`, c)
			}
		}
	}
	return string(append(b, '"'))
}
