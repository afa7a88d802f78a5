package hotpartition

import (
	"strconv"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// story is a history of a fault from 1 s to 3 s.
type story struct{ h history.History }

func tell() *story {
	s := &story{}
	for at, name := range []string{history.LoadStart, history.FaultInjected, "", history.FaultReverted, history.LoadEnd} {
		if name != "" {
			s.h = append(s.h, history.Event{Kind: history.Mark, Name: name, At: time.Duration(at) * time.Second})
		}
	}
	return s
}

// op adds an operation that ends a millisecond later, with the value that it read.
func (s *story) op(at time.Duration, name, key, value string, end history.Kind) *story {
	id := "o" + strconv.Itoa(len(s.h))
	s.h = append(s.h, history.Event{Kind: history.Invoke, Op: id, Name: name, Key: key, At: at},
		history.Event{Kind: end, Op: id, Name: name, Key: key, Value: value, At: at + time.Millisecond})
	return s
}

func (s *story) effect(at time.Duration, name, op, key string, n int64) *story {
	s.h = append(s.h, history.Event{Kind: history.Effect, Name: name, Op: op, Key: key, N: n, At: at})
	return s
}

// writes adds a write of 100 units to a key each 25 ms of the fault's two seconds: 4,000 units a second. Of those that
// are throttled all but every fourth is.
func (s *story) writes(throttled bool, every int) *story {
	for n := range 80 {
		at := time.Second + time.Duration(n)*25*time.Millisecond
		s.effect(at, asked, "", hot+"#0", 100)
		if throttled && n%every != 0 {
			s.effect(at, refused, "", hot+"#0", 100)
		}
	}
	return s
}

// sold adds orders of a product before the fault, the last just before it, and what the table has of them.
func (s *story) sold(key string, orders int, table int64) *story {
	for n := range orders {
		s.op(time.Second-time.Duration(orders-n)*100*time.Millisecond, buy, key, "", history.OK)
	}
	return s.effect(5*time.Second, stored, "", key, table)
}

const second, holds, violated, unknown = time.Second, invariant.Holds, invariant.Violated, invariant.Unknown

func TestChecks(t *testing.T) {
	for name, c := range map[string]struct {
		check invariant.Invariant
		s     *story
		want  invariant.Status
	}{
		"one order in two throttled": {served, tell().op(second, buy, hot, "", history.Failed).
			op(second, buy, hot, "", history.OK), violated},
		"none throttled": {served, tell().op(second, buy, hot, "", history.OK), holds},
		"throttled before the fault": {served, tell().op(0, buy, hot, "", history.Failed).
			op(second, buy, hot, "", history.OK), holds},
		"no order":                       {served, tell(), unknown},
		"three writes in four throttled": {hotKey, tell().writes(true, 4), holds},
		"half of the writes throttled":   {hotKey, tell().writes(true, 2), violated},
		"too much, and none throttled":   {hotKey, tell().writes(false, 1), violated},
		"as much as a key takes":         {hotKey, tell().effect(second, asked, "", hot, 900), holds},
		"nothing written":                {hotKey, tell(), unknown},
		"all there":                      {lost, tell().sold("a", 5, 5), holds},
		"one missing, and Redis alive":   {lost, tell().sold("a", 5, 4), violated},
		"the last one died with Redis":   {lost, tell().sold("a", 5, 4).effect(5*second, emptied, "", "", 0), holds},
		"more than the last flushes":     {lost, tell().sold("a", 5, 1).effect(5*second, emptied, "", "", 0), violated},
		"another's than came last": {lost, tell().op(0, buy, "b", "", history.OK).sold("a", 5, 5).
			effect(5*second, emptied, "", "", 0), violated},
		"not audited":           {lost, tell().op(0, buy, "a", "", history.OK), unknown},
		"one twice":             {notTwice, tell().sold("a", 5, 6), violated},
		"none twice":            {notTwice, tell().sold("a", 5, 5), holds},
		"may have happened":     {notTwice, tell().op(0, buy, "a", "", history.Unknown).sold("a", 5, 6), holds},
		"a refused one counted": {notTwice, tell().op(0, buy, "a", "", history.Failed).sold("a", 5, 6), violated},
		"all read":              {reads, tell().sold("a", 5, 5).op(second, look, "a", "5", history.OK), holds},
		"one read too few":      {reads, tell().sold("a", 5, 5).op(second, look, "a", "4", history.OK), violated},
		"one read too many":     {reads, tell().sold("a", 5, 5).op(second, look, "a", "6", history.OK), violated},
		"may be read or not": {reads, tell().op(0, buy, "a", "", history.Unknown).
			op(second, look, "a", "0", history.OK), holds},
		"no count read": {reads, tell().op(second, look, "a", "", history.OK), unknown},
		"a read of 20 counters of 100 KB": {readCost, tell().writes(false, 1).effect(second, gathered, "", hot, 20).
			effect(second, cost, "", hot, 500), holds},
		"a read that costs less than all": {readCost, tell().writes(false, 1).effect(second, gathered, "", hot, 20).
			effect(second, cost, "", hot, 25), violated},
		"no read of the table": {readCost, tell(), unknown},
		"all listed": {worklist, tell().effect(0, toList, "x", "a", 0).
			effect(0, listed, "x", "a", 0), holds},
		"one not listed":                 {worklist, tell().effect(0, toList, "x", "a", 0), violated},
		"one listed that need not be":    {worklist, tell().effect(0, listed, "x", "a", 0), violated},
		"none to check, and none listed": {worklist, tell(), unknown},
	} {
		if f := c.check.Of(c.s.h); f.Status != c.want {
			t.Errorf("%s: %s is %s, want %s: %s", name, c.check.Name, f.Status, c.want, f.Evidence)
		}
	}
}

func TestUnits(t *testing.T) {
	for rate, want := range map[float64]int64{80: 79, 10_000: 1, 1: largest} {
		if n := units(hot, rate); n != want {
			t.Errorf("at %v operations a second an item has %d units, want %d", rate, n, want)
		}
	}
	if n := units("k1", 80); n != 1 {
		t.Errorf("another product's item has %d units, want 1", n)
	}
}

// Every shard gets its part of the orders: of 2,000 each 100 ± 4 σ.
func TestAmong(t *testing.T) {
	got := map[int]int{}
	for n := range 100 * shards {
		got[among("order-"+strconv.Itoa(n), shards)]++
	}
	for shard := range shards {
		if n := got[shard]; n < 60 || n > 140 {
			t.Errorf("shard %d got %d of %d orders", shard, n, 100*shards)
		}
	}
}
