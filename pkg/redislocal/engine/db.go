package engine

import (
	"math"
	"strings"
	"time"

	"github.com/tidwall/btree"

	"github.com/crashlab/crashlab/pkg/redislocal/dict"
)

// DB is one of the numbered databases. Its methods need the engine's lock, which handlers have.
type DB struct {
	Index   int
	e       *Engine
	keys    *dict.Dict[*Entry]
	expires *btree.BTreeG[deadline]
	parts   *btree.BTreeG[deadline] // the next one of each Perishable
	watched map[string]map[*Client]struct{}
	waiting map[string][]*blocked // in order of arrival
}

// deadline is when a key expires, in Unix ms.
type deadline struct {
	at  int64
	key string
}

func newDB(e *Engine, index int) *DB {
	db := &DB{Index: index, e: e, watched: map[string]map[*Client]struct{}{}, waiting: map[string][]*blocked{}}
	db.empty()
	return db
}

func (db *DB) empty() {
	db.keys = dict.New[*Entry]()
	db.expires, db.parts = newDeadlines(), newDeadlines()
}

func newDeadlines() *btree.BTreeG[deadline] {
	return btree.NewBTreeGOptions(func(a, b deadline) bool {
		return a.at < b.at || a.at == b.at && a.key < b.key
	}, btree.Options{NoLocks: true})
}

// Keys are the database's keys, those past their expiry included until an access or the cycle removes them:
// see [DB.Live].
func (db *DB) Keys() *dict.Dict[*Entry] { return db.keys }

// Live reports whether an entry of Keys is not past its expiry.
func (db *DB) Live(entry *Entry) bool {
	now := db.e.now.UnixMilli()
	return (entry.Expire == 0 || entry.Expire > now) && !entry.perished(now)
}

// Volatile is the number of keys with an expiry.
func (db *DB) Volatile() int { return db.expires.Len() }

// AverageTTL is about the time that keys with an expiry have left: the mean of up to 100 of them.
func (db *DB) AverageTTL() time.Duration {
	n := db.expires.Len()
	samples := min(n, 100)
	if samples == 0 {
		return 0
	}
	var sum int64
	for i := range samples {
		at, _ := db.expires.GetAt(i * n / samples)
		sum += max(at.at-db.e.now.UnixMilli(), 0)
	}
	return time.Duration(sum/int64(samples)) * time.Millisecond
}

// Entry returns the entry of a key that is there now. It removes a key past its expiry.
func (db *DB) Entry(key string) *Entry {
	entry, ok := db.keys.Get(key)
	if !ok {
		return nil
	}
	now := db.e.now.UnixMilli()
	if entry.Expire != 0 && entry.Expire <= now {
		db.expired(key)
		return nil
	}
	if entry.due != 0 && entry.due <= now {
		db.perish(key, entry, math.MaxInt)
		if entry.Value.Len() == 0 {
			return nil
		}
	}
	return entry
}

// expired removes a key because its time has come.
func (db *DB) expired(key string) {
	key = strings.Clone(key)
	db.remove(key)
	db.e.stats.Expired++
	db.e.notify(db, ClassExpired, "expired", key)
}

// entryOverhead is about what a key costs beside its name and value, in bytes.
const entryOverhead = 64

// settle takes note of a value that has changed, and removes it if it is empty.
func (db *DB) settle(key string, entry *Entry) {
	if entry.Value.Len() == 0 {
		db.remove(key)
		db.e.notify(db, ClassGeneric, "del", key)
		return
	}
	if v, ok := entry.Value.(Compact); ok {
		v.Fit(&db.e.Config.limits)
	}
	size := entry.Value.Size() + len(key) + entryOverhead
	db.e.used += int64(size - entry.size)
	entry.size = size
	db.schedule(key, entry)
	db.changed(key)
}

// remove takes a key out and wakes who waits for it: a consumer of a stream is told that it is gone.
func (db *DB) remove(key string) bool {
	entry, ok := db.keys.Get(key)
	if !ok {
		return false
	}
	if entry.Expire != 0 {
		db.expires.Delete(deadline{entry.Expire, key})
	}
	if entry.due != 0 {
		db.parts.Delete(deadline{entry.due, key})
	}
	db.e.used -= int64(entry.size)
	db.keys.Delete(key)
	db.changed(key)
	return true
}

// setExpire gives a key that is there a deadline in Unix ms, or none with 0.
func (db *DB) setExpire(key string, entry *Entry, at int64) {
	if entry.Expire != 0 {
		db.expires.Delete(deadline{entry.Expire, key})
	}
	if entry.Expire = at; at != 0 {
		db.expires.Set(deadline{at, strings.Clone(key)})
		db.e.dueBy(at)
	}
}

// changed tells those who watch, track or wait for a key.
func (db *DB) changed(key string) {
	db.e.dirty++
	for c := range db.watched[key] {
		c.dirty = true
	}
	if db.e.OnChange != nil {
		db.e.OnChange(db.e.running, key)
	}
	if len(db.waiting[key]) > 0 {
		db.e.ready = append(db.e.ready, readyKey{db, key})
	}
}

// flush removes all keys.
func (db *DB) flush() {
	for key := range db.watched {
		if db.keys.Has(key) {
			for c := range db.watched[key] {
				c.dirty = true
			}
		}
	}
	gone := db.keys
	db.empty()
	gone.All(func(key string, entry *Entry) bool {
		db.e.used -= int64(entry.size)
		if len(db.waiting[key]) > 0 {
			db.e.ready = append(db.e.ready, readyKey{db, key})
		}
		return true
	})
}
