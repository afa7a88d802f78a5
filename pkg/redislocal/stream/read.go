package stream

import (
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// reading is what XREAD and XREADGROUP take.
type reading struct {
	count    int64 // 0 is no limit
	blocks   bool
	timeout  time.Duration // 0 is for ever
	group    string
	consumer string
	grouped  bool
	noAck    bool
	keys     []string
	first    int // the index of the first ID among the arguments
}

func readingOf(c *engine.Call) (r reading, err error) {
	for o := c.Options(1); o.More(); {
		switch word := o.Word(); {
		case word == "BLOCK" && o.More():
			r.blocks = true
			if r.timeout, err = milliseconds(o); err != nil {
				return r, err
			}
		case word == "COUNT" && o.More():
			if r.count, err = o.Int(); err != nil {
				return r, err
			}
			r.count = max(r.count, 0)
		case word == "GROUP" && o.Left() >= 2:
			if c.Name() == "xread" {
				return r, engine.Error("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.")
			}
			r.grouped = true
			r.group, _ = o.Next()
			r.consumer, _ = o.Next()
		case word == "NOACK":
			if c.Name() == "xread" {
				return r, engine.Error("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.")
			}
			r.noAck = true
		case word == "STREAMS" && o.More():
			return r, r.streams(c, o)
		default:
			return r, engine.ErrSyntax
		}
	}
	return r, engine.ErrSyntax
}

// streams takes the keys and IDs, which are the rest of the arguments.
func (r *reading) streams(c *engine.Call, o *engine.Options) error {
	all := o.Rest()
	if len(all)%2 != 0 {
		ids := "ID, '+', or '$'"
		if c.Name() == "xreadgroup" {
			ids = "ID or '>'"
		}
		return engine.Error("ERR Unbalanced '" + c.Name() + "' list of streams: for each stream key an " + ids +
			" must be specified.")
	}
	r.keys, r.first = all[:len(all)/2], len(c.Args)-len(all)/2
	if c.Name() == "xreadgroup" && !r.grouped {
		return engine.Error("ERR Missing GROUP option for XREADGROUP")
	}
	return nil
}

// milliseconds takes a time-out.
func milliseconds(o *engine.Options) (time.Duration, error) {
	n, err := o.Int()
	switch {
	case err != nil:
		return 0, engine.Error("ERR timeout is not an integer or out of range")
	case n < 0:
		return 0, engine.ErrNegative
	}
	return time.Duration(min(n, int64(9e12))) * time.Millisecond, nil
}

// streamsOf returns the indices of the keys, which follow STREAMS.
func streamsOf(args []string) []int {
	for i := 1; i < len(args); i++ {
		switch strings.ToUpper(args[i]) {
		case "BLOCK", "COUNT":
			i++
		case "GROUP":
			i += 2
		case "STREAMS":
			var keys []int
			for j := range (len(args) - i - 1) / 2 {
				keys = append(keys, i+1+j)
			}
			return keys
		}
	}
	return nil
}

// batch is what one stream has for a reader.
type batch struct {
	key   string
	write func()
}

// reply writes what there is, or waits, or says that there is nothing.
func (r *reading) reply(c *engine.Call, found []batch) error {
	if len(found) == 0 {
		if r.blocks {
			return c.Block(r.keys, r.timeout, (*resp.Writer).NullArray)
		}
		c.NullArray()
		return nil
	}
	if c.Three {
		c.Map(len(found))
	} else {
		c.Array(len(found))
	}
	for _, b := range found {
		if !c.Three {
			c.Array(2)
		}
		c.Bulk(b.key)
		b.write()
	}
	return nil
}

func xread(c *engine.Call) error {
	r, err := readingOf(c)
	if err != nil {
		return err
	}
	var found []batch
	for i, key := range r.keys {
		s, err := lookup(c, key)
		if err != nil && !c.Retried() {
			return err
		}
		above, err := r.position(c, r.first+i, s)
		if err != nil {
			return err
		}
		if s != nil && above.less(s.final()) {
			found = append(found, batch{key, func() { writeEntries(c, s.between(above.next(), maxID, r.count)) }})
		}
	}
	return r.reply(c, found)
}

// position resolves the ID after which to read. A $ becomes what it stands for, in case that the command waits.
func (r *reading) position(c *engine.Call, i int, s *Stream) (ID, error) {
	switch c.Args[i] {
	case ">":
		return ID{}, engine.Error("ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> " +
			"<consumer> option.")
	case "$":
		var id ID
		if s != nil {
			id = s.last
		}
		if r.blocks {
			c.Args[i] = id.String()
		}
		return id, nil
	case "+":
		if s == nil || s.entries.Len() == 0 {
			return ID{}, nil
		}
		return s.final().previous(), nil
	}
	return parseID(c.Args[i], 0)
}
