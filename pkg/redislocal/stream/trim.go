package stream

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// trim is what XTRIM and XADD know of trimming.
type trim struct {
	kind   string // MAXLEN, MINID or none
	maxLen int64
	minID  ID
	about  bool  // ~: whole nodes only
	limit  int64 // of entries removed with ~; 0 is none
	refs   refs
}

// option takes one of the options of trimming, and reports whether it was one.
func (t *trim) option(o *engine.Options, limited *bool) (bool, error) {
	word := o.Peek()
	if known, err := t.refs.option(word); known {
		o.Word()
		return true, err
	}
	if word != "MAXLEN" && word != "MINID" && word != "LIMIT" || o.Left() < 2 {
		return false, nil
	}
	o.Word()
	if word == "LIMIT" {
		*limited = true
		var err error
		if t.limit, err = o.Int(); err == nil && t.limit < 0 {
			err = engine.Error("ERR The LIMIT argument must be >= 0.")
		}
		return true, err
	}
	if t.kind != "" {
		return true, engine.Error("ERR syntax error, MAXLEN and MINID options at the same time are not compatible")
	}
	t.kind = word
	if sign := o.Peek(); (sign == "~" || sign == "=") && o.Left() >= 2 {
		o.Word()
		t.about = sign == "~"
	}
	return true, t.threshold(o)
}

func (t *trim) threshold(o *engine.Options) (err error) {
	if t.kind == "MAXLEN" {
		if t.maxLen, err = o.Int(); err == nil && t.maxLen < 0 {
			err = engine.Error("ERR The MAXLEN argument must be >= 0.")
		}
		return err
	}
	s, err := o.Next()
	if err == nil {
		t.minID, err = parseID(s, 0)
	}
	return err
}

// check finds what is wrong with the options together, and sets the limit that ~ has by itself.
func (t *trim) check(limited bool) error {
	switch {
	case t.limit > 0 && t.kind == "":
		return engine.Error("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy")
	case limited && !t.about:
		return engine.Error("ERR syntax error, LIMIT cannot be used without the special ~ option")
	case t.about && !limited:
		t.limit = 100 * nodeEntries
	}
	return nil
}

// trim removes entries from the start, and returns their number. It takes time in proportion to them, but for
// entries that ACKED keeps.
func (s *Stream) trim(t trim) int64 {
	removed := int64(0)
	e, ok := s.from(ID{})
	for ok && t.kind != "" && !t.enough(s, e.id) {
		ids := []ID{e.id}
		if t.about {
			ids = s.nodeFrom(e)
			if t.limit > 0 && removed+int64(len(ids)) > t.limit || !t.covers(s, ids) {
				break
			}
		}
		for _, id := range ids {
			if t.refs.allows(s, id) && s.remove(id) {
				removed++
			}
		}
		e, ok = s.from(ids[len(ids)-1].next())
	}
	return removed
}

// from returns the first entry from an ID on.
func (s *Stream) from(id ID) (first entry, ok bool) {
	s.entries.Ascend(entry{id: id}, func(e entry) bool {
		first, ok = e, true
		return false
	})
	return first, ok
}

// nodeFrom returns the IDs of the entries from one on that lie in its node.
func (s *Stream) nodeFrom(first entry) []ID {
	var ids []ID
	s.entries.Ascend(first, func(e entry) bool {
		if e.node == first.node {
			ids = append(ids, e.id)
		}
		return e.node == first.node
	})
	return ids
}

// covers reports whether a whole node is to go.
func (t trim) covers(s *Stream, node []ID) bool {
	if t.kind == "MAXLEN" {
		return int64(s.entries.Len()-len(node)) >= t.maxLen
	}
	return node[len(node)-1].less(t.minID)
}

// enough reports whether an entry and those after it stay.
func (t trim) enough(s *Stream, id ID) bool {
	if t.kind == "MAXLEN" {
		return int64(s.entries.Len()) <= t.maxLen
	}
	return !id.less(t.minID)
}

func xtrim(c *engine.Call) error {
	var t trim
	limited := false
	for o := c.Options(2); o.More(); {
		known, err := t.option(o, &limited)
		if err != nil {
			return err
		}
		if !known {
			return engine.ErrSyntax
		}
	}
	if t.kind == "" && t.limit == 0 {
		return engine.Error("ERR syntax error, XTRIM must be called with a trimming strategy")
	}
	if err := t.check(limited); err != nil {
		return err
	}
	key := c.Args[1]
	s, err := lookup(c, key)
	if err != nil {
		return err
	}
	removed := int64(0)
	if s != nil {
		removed = s.trim(t)
	}
	if removed > 0 {
		c.Notify(engine.ClassStream, "xtrim", key)
		c.Changed(key)
	}
	c.Int(removed)
	return nil
}
