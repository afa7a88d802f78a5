package engine

import "strings"

// schedule notes when the next part of a value expires. It costs nothing for values without such parts.
func (db *DB) schedule(key string, entry *Entry) {
	var due int64
	if p, ok := entry.Value.(Perishable); ok {
		due, _ = p.Due()
	}
	if due == entry.due {
		return
	}
	if entry.due != 0 {
		db.parts.Delete(deadline{entry.due, key})
	}
	if entry.due = due; due != 0 {
		db.parts.Set(deadline{due, strings.Clone(key)})
		db.e.dueBy(due)
	}
}

// perish removes up to most parts of a value that are due, and the key with the last of them. It returns their
// number.
func (db *DB) perish(key string, entry *Entry, most int) int {
	n := entry.Value.(Perishable).Expire(db.e.now.UnixMilli(), most) // others are never due
	db.e.stats.ExpiredParts += int64(n)
	db.e.notify(db, ClassHash, "hexpired", key)
	db.settle(key, entry)
	return n
}

// perished reports whether all parts of a value are past their expiry.
func (entry *Entry) perished(now int64) bool {
	if entry.due == 0 || entry.due > now {
		return false
	}
	_, last := entry.Value.(Perishable).Due()
	return last != 0 && last <= now
}
