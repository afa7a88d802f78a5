package stream

import (
	"math"
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// addition is what XADD takes.
type addition struct {
	trim   trim
	make   bool // a stream that is not there; off with NOMKSTREAM
	id     ID
	anyID  bool // *
	anySeq bool // ms-*
	fields []string
}

func additionOf(c *engine.Call) (a addition, err error) {
	a.make = true
	limited := false
	o := c.Options(2)
	for {
		known, err := a.trim.option(o, &limited)
		if err != nil {
			return a, err
		}
		if known {
			continue
		}
		word, err := o.Next()
		if err != nil {
			return a, arity(c)
		}
		if strings.EqualFold(word, "NOMKSTREAM") {
			a.make = false
			continue
		}
		if err := a.parse(word); err != nil {
			return a, err
		}
		break
	}
	if err := a.trim.check(limited); err != nil {
		return a, err
	}
	if a.fields = o.Rest(); len(a.fields) == 0 || len(a.fields)%2 != 0 {
		return a, arity(c)
	}
	if !a.anyID && !a.anySeq && a.id == (ID{}) {
		return a, engine.Error("ERR The ID specified in XADD must be greater than 0-0")
	}
	return a, nil
}

func arity(c *engine.Call) error {
	return engine.Error("ERR wrong number of arguments for '" + c.Name() + "' command")
}

// parse reads the ID: *, ms-*, or a whole one.
func (a *addition) parse(word string) (err error) {
	if word == "*" {
		a.anyID = true
		return nil
	}
	if ms, ok := strings.CutSuffix(word, "-*"); ok {
		a.anySeq = true
		if a.id.ms, err = strconv.ParseUint(ms, 10, 64); err != nil {
			return errID
		}
		return nil
	}
	a.id, err = parseID(word, 0)
	return err
}

// choose returns the ID of the new entry.
func (a *addition) choose(last ID, now int64) (ID, error) {
	const small engine.Error = "ERR The ID specified in XADD is equal or smaller than the target stream top item"
	id := a.id
	switch {
	case last == maxID:
		return id, engine.Error("ERR The stream has exhausted the last possible ID, unable to add more items")
	case a.anyID:
		if id = (ID{uint64(now), 0}); !last.less(id) {
			id = last.next()
		}
	case a.anySeq && id.ms == last.ms:
		if last.seq == math.MaxUint64 {
			return id, small
		}
		id = last.next()
	}
	if !last.less(id) {
		return id, small
	}
	return id, nil
}

func xadd(c *engine.Call) error {
	a, err := additionOf(c)
	if err != nil {
		return err
	}
	key := c.Args[1]
	s, ok, err := engine.Get[*Stream](c, key)
	if err != nil {
		return err
	}
	if !ok {
		if !a.make {
			c.Null()
			return nil
		}
		s = New()
	}
	id, err := a.choose(s.last, c.Now.UnixMilli())
	if err != nil {
		return err
	}
	s.add(id, a.fields)
	removed := s.trim(a.trim)
	c.Put(key, s)
	c.Notify(engine.ClassStream, "xadd", key)
	if removed > 0 {
		c.Notify(engine.ClassStream, "xtrim", key)
	}
	c.Bulk(id.String())
	return nil
}
