package engine

import (
	"math"
	"strings"
	"time"
)

const (
	lfuStart = 5 // the access counter of a new key
	lfuLog   = 10
)

// lfuCount is the access counter of a key after one more access: it grows with the logarithm of their number,
// and falls by one for each minute without any.
func (e *Engine) lfuCount(entry *Entry) uint8 {
	count := lfuDecayed(entry, e.now)
	if count == math.MaxUint8 {
		return count
	}
	if e.Rand.Float64() < 1/(float64(max(int(count)-lfuStart, 0))*lfuLog+1) {
		count++
	}
	return count
}

func lfuDecayed(entry *Entry, now time.Time) uint8 {
	minutes := (now.UnixMilli() - entry.Used) / time.Minute.Milliseconds()
	return uint8(max(int64(entry.Freq)-minutes, 0))
}

// Frequency is what OBJECT FREQ shows.
func (e *Engine) Frequency(entry *Entry) uint8 { return lfuDecayed(entry, e.now) }

// Room evicts keys by the policy until the memory is below its limit, and reports whether it is.
func (e *Engine) Room() bool {
	limit := e.Config.maxMemory
	for limit > 0 && e.used > limit {
		if !e.evict(e.Config.policy) {
			return false
		}
	}
	return true
}

// evict removes the worst of a few random keys.
func (e *Engine) evict(policy string) bool {
	if policy == "noeviction" {
		return false
	}
	volatile := strings.HasPrefix(policy, "volatile-")
	var worst string
	var from *DB
	score := math.Inf(-1)
	for _, db := range e.dbs {
		n := db.keys.Len()
		if volatile {
			n = db.expires.Len()
		}
		for range min(n, e.Config.samples) {
			key, entry := db.candidate(volatile)
			if s := e.badness(policy, entry); s > score {
				worst, from, score = key, db, s
			}
		}
	}
	if from == nil {
		return false
	}
	worst = strings.Clone(worst)
	from.remove(worst)
	e.stats.Evicted++
	e.notify(from, ClassEvicted, "evicted", worst)
	return true
}

func (db *DB) candidate(volatile bool) (string, *Entry) {
	if !volatile {
		item := db.keys.Random(db.e.Rand)
		return item.Key, item.Value
	}
	at, _ := db.expires.GetAt(db.e.Rand.IntN(db.expires.Len()))
	entry, _ := db.keys.Get(at.key)
	return at.key, entry
}

// badness says how much a policy wants a key gone.
func (e *Engine) badness(policy string, entry *Entry) float64 {
	switch {
	case strings.HasSuffix(policy, "-ttl"):
		return -float64(entry.Expire)
	case strings.HasSuffix(policy, "-lfu"):
		return -float64(lfuDecayed(entry, e.now))
	case strings.HasSuffix(policy, "-random"):
		return 0
	}
	return -float64(entry.Used)
}
