package stream

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// xsetid sets what a stream knows of entries that are gone.
func xsetid(c *engine.Call) error {
	id, err := parseID(c.Args[2], 0)
	if err != nil {
		return err
	}
	added, deleted := int64(-1), ID{}
	for o := c.Options(3); o.More(); {
		switch word := o.Word(); {
		case word == "ENTRIESADDED" && o.More():
			if added, err = o.Int(); err != nil {
				return err
			}
			if added < 0 {
				return engine.Error("ERR entries_added must be positive")
			}
		case word == "MAXDELETEDID" && o.More():
			text, _ := o.Next()
			if deleted, err = parseID(text, 0); err != nil {
				return err
			}
			if id.less(deleted) {
				return engine.Error("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id")
			}
		default:
			return engine.ErrSyntax
		}
	}
	key := c.Args[1]
	s, err := lookup(c, key)
	switch {
	case err != nil:
		return err
	case s == nil:
		return engine.ErrNoKey
	case id.less(s.maxDeleted):
		return engine.Error("ERR The ID specified in XSETID is smaller than current max_deleted_entry_id")
	case id.less(s.final()):
		return engine.Error("ERR The ID specified in XSETID is smaller than the target stream top item")
	case added >= 0 && added < int64(s.entries.Len()):
		return engine.Error("ERR The entries_added specified in XSETID is smaller than the target stream length")
	}
	s.last = id
	if added >= 0 {
		s.added = added
	}
	if deleted != (ID{}) {
		s.maxDeleted = deleted
	}
	c.Notify(engine.ClassStream, "xsetid", key)
	c.Changed(key)
	c.OK()
	return nil
}
