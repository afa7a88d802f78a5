package invariant

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/crashlab/crashlab/pkg/history"
)

func TestLossAndDuplicates(t *testing.T) {
	loss, duplicates := Loss(Flow{}), Duplicates(Flow{})
	refused := join(invoke(0, "a"), failed(1, "a"), effect(2, "done", "a", ""), effect(3, "done", "a", ""))
	judge(t, []verdict{
		{"kept", loss, join(accepted(0, "a"), effect(2, "done", "a", "")), Holds, "1 accepted, 0 lost", nil},
		{"gone", loss, join(accepted(0, "a"), accepted(2, "b"), effect(4, "done", "b", "")), Violated, "2 accepted, 1 lost",
			[]string{"a"}},
		{"received and never done", loss, join(accepted(0, "a"), effect(2, "received", "a", "")), Violated,
			"1 accepted, 1 lost", []string{"a"}},
		{"gone, interrupted", loss, join(mark(0, history.LoadStart), accepted(0, "a")), Unknown, "1 unaccounted for",
			[]string{"a"}},
		{"unknown", loss, join(accepted(0, "a"), effect(2, "done", "a", ""), invoke(3, "b"), lapsed(4, "b")), Holds,
			"1 accepted, 0 lost", nil},
		{"refused yet done", loss, refused, Unknown, "no operation was accepted", nil},
		{"once", duplicates, join(accepted(0, "a"), effect(2, "done", "a", "")), Holds, "1 effect, 0 more than once", nil},
		{"thrice", duplicates,
			join(accepted(0, "a"), effect(2, "done", "a", ""), effect(3, "done", "a", ""), effect(4, "done", "a", "")),
			Violated, "1 more than once, 2 in excess", []string{"a"}},
		{"refused, twice", duplicates, refused, Violated, "1 more than once", []string{"a"}},
		{"no effects", duplicates, join(accepted(0, "a")), Unknown, `no effect "done"`, nil},
		{"unknown, twice", duplicates, join(invoke(0, "a"), effect(2, "done", "a", ""), effect(3, "done", "a", "")), Violated,
			"1 more than once", []string{"a"}},
	})
}

func TestOrder(t *testing.T) {
	check, versions := Order(Sequence{Operation: "order"}), Order(Sequence{Versions: true})
	on := func(key string, lines ...line) (l []line) {
		for _, e := range lines {
			if e.Kind == history.Invoke {
				e.Key = key
			}
			l = append(l, e)
		}
		return l
	}
	done := func(op string) line { return effect(20, "done", op, "") }
	numbered := func(op string, n int64) line { return with(done(op), func(e *line) { e.N = n }) }
	judge(t, []verdict{
		{"no effects", check, join(accepted(0, "a")), Unknown, `no effect "done"`, nil},
		{"in order", check, join(accepted(0, "a"), accepted(2, "b"), done("a"), done("b")), Holds,
			"2 effects on 1 key, 0 out of order", nil},
		{"out of order", check, join(accepted(0, "a"), accepted(2, "b"), done("b"), done("a")), Violated,
			`first a after b on key ""`, []string{"a"}},
		{"two behind one", check, join(accepted(0, "a"), accepted(2, "b"), accepted(4, "c"), done("c"), done("a"), done("b")),
			Violated, "2 out of order", []string{"a", "b"}},
		{"others' effects", check,
			join(accepted(0, "a"), with(invoke(2, "p"), func(e *line) { e.Name = "ping" }), done("p"), done("ghost"), done("a")),
			Holds, "1 effect on 1 key, 0 out", nil},
		{"overlapping", check, join(invoke(0, "a"), invoke(1, "b"), ok(2, "b"), ok(3, "a"), done("b"), done("a")), Holds,
			"0 out of order", nil},
		{"unknown overlaps all that follow", check,
			join(invoke(0, "a"), lapsed(1, "a"), accepted(2, "b"), done("b"), done("a")), Holds, "0 out of order", nil},
		{"after an unknown one", check, join(accepted(0, "a"), invoke(2, "b"), lapsed(3, "b"), done("b"), done("a")),
			Violated, "first a after b", []string{"a"}},
		{"unknown that never came", check, join(accepted(0, "a"), invoke(2, "b"), done("a")), Holds, "1 effect", nil},
		{"other keys", check, join(on("x", accepted(0, "a")...), on("y", accepted(2, "b")...), done("b"), done("a")), Holds,
			"2 effects on 2 keys", nil},
		{"each consumer has its own order", check, join(accepted(0, "a"), accepted(2, "b"),
			effect(5, "done", "a", "x"), effect(6, "done", "b", "x"), effect(7, "done", "a", "y"), effect(8, "done", "b", "y")),
			Holds, "4 effects on 2 keys", nil},
		{"redelivered", check, join(accepted(0, "a"), accepted(2, "b"), done("a"), done("b"), done("a"), done("b")), Holds,
			"2 effects", nil},
		{"redelivered to two", check,
			join(accepted(0, "a"), accepted(2, "b"), effect(5, "done", "a", "x"), effect(6, "done", "a", "y"),
				effect(7, "done", "b", "y"), effect(8, "done", "a", "y")), Holds, "3 effects", nil},
		{"numbers rise", versions, join(invoke(0, "a"), invoke(0, "b"), numbered("b", 1), numbered("a", 2)), Holds,
			"0 out of order", nil},
		{"numbers stay", versions, join(invoke(0, "a"), invoke(0, "b"), numbered("b", 2), numbered("a", 2)), Holds,
			"0 out of order", nil},
		{"numbers fall", versions, join(invoke(0, "a"), invoke(0, "b"), numbered("b", 2), numbered("a", 1)), Violated,
			"first a after b", []string{"a"}},
		{"numbers below zero", versions, join(invoke(0, "a"), invoke(0, "b"), numbered("b", -2), numbered("a", -1)), Holds,
			"0 out of order", nil},
	})
}

// access is one read or write of key x by a client, from one time to another.
func access(from, to int, op, name, by, value string) []line {
	e := line{At: ms(from), Kind: history.Invoke, Op: op, Name: name, By: by, Key: "x"}
	end := line{At: ms(to), Kind: history.OK, Op: op}
	if name == "write" {
		e.Value = value
	} else {
		end.Value = value
	}
	return []line{e, end}
}

func TestRegisters(t *testing.T) {
	fresh, lenient, own := Staleness(Registers{}, 0), Staleness(Registers{}, ms(10)), ReadYourWrites(Registers{})
	linear := Linearizable(Registers{}.Model(), time.Minute)
	w1, w2 := access(0, 1, "w1", "write", "a", "1"), access(2, 3, "w2", "write", "a", "2")
	unsure := []line{w2[0], lapsed(3, "w2")}
	refused := []line{w2[0], failed(3, "w2")}
	read := func(at int, by, value string) []line { return access(at, at+1, "r", "read", by, value) }
	again := func(at int, by, value string) []line { return access(at, at+1, "q", "read", by, value) }
	open := access(5, 6, "r", "read", "b", "1")[:1]
	swapped := []line{w2[0], read(5, "b", "1")[0], read(5, "b", "1")[1], ok(7, "w2")}
	judge(t, []verdict{
		{"no reads", fresh, join(w1), Unknown, "no read was answered", nil},
		{"reads unanswered", fresh, join(w1, open), Unknown, "no read was answered", nil},
		{"no writes", fresh, join(read(0, "b", "")), Unknown, "no write was acknowledged", nil},
		{"newest", fresh, join(w1, w2, read(5, "b", "2")), Holds, "1 read, 2 writes, 0 stale", nil},
		{"stale", fresh, join(w1, w2, read(5, "b", "1")), Violated, `first r read "1" of key "x", 2 ms after "2"`,
			[]string{"r"}},
		{"never saw the write", fresh, join(w1, read(5, "b", "")), Violated, "1 stale", []string{"r"}},
		{"what was there before", Staleness(Registers{Initial: "0"}, 0), join(read(0, "b", "0"), w1), Holds, "0 stale", nil},
		{"overlapping the write", fresh, join(w1, swapped), Holds, "0 stale", nil},
		{"a write of unknown outcome need not be seen", fresh, join(w1, unsure, read(5, "b", "1")), Holds, "0 stale", nil},
		{"and may be", fresh, join(w1, unsure, read(5, "b", "2")), Holds, "0 stale", nil},
		{"a refused one may not", fresh, join(w1, refused, read(5, "b", "2")), Violated, "1 of what nobody wrote",
			[]string{"r"}},
		{"within the bound", lenient, join(w1, w2, read(12, "b", "1")), Holds, "0 stale", nil},
		{"beyond the bound", lenient, join(w1, w2, read(14, "b", "1")), Violated, "11 ms after", []string{"r"}},
		{"not one's own", own, join(w1, w2, read(5, "b", "1")), Holds, "0 stale", nil},
		{"one's own", own, join(w1, w2, read(5, "a", "1")), Violated, "1 stale", []string{"r"}},
		{"newer than one's own", own, join(w1, access(2, 3, "w2", "write", "b", "2"), read(5, "a", "2")), Holds, "0 stale",
			nil},
		{"equal values hide nothing newer", fresh, join(w1, w2, access(3, 4, "w3", "write", "a", "1"), read(5, "b", "1")),
			Holds, "0 stale", nil},

		{"none that may have happened", linear, join(w1[0], failed(1, "w1")), Unknown, "no operations named", nil},
		{"newest", linear, join(w1, w2, read(5, "b", "2")), Holds, "3 operations on 1 key", nil},
		{"stale", linear, join(w1, w2, read(5, "b", "1")), Violated, `nothing explains r`, []string{"r"}},
		{"there and back", linear, join(w1, unsure, read(5, "b", "2"), again(7, "b", "1")), Violated, "nothing explains q",
			[]string{"q"}},
		{"unknown, late", linear, join(w1, unsure, read(5, "b", "1"), again(7, "b", "2")), Holds, "4 operations", nil},
		{"unknown, never", linear, join(w1, unsure, read(5, "b", "1")), Holds, "3 operations", nil},
		{"refused", linear, join(w1, refused, read(5, "b", "2")), Violated, "1 not linearizable", []string{"r"}},
		{"a read of unknown outcome", linear, join(w1, open), Holds, "1 operation", nil},
		{"too hard for the time", Linearizable(Registers{}.Model(), ms(50)), crowd(60), Unknown, "1 undecided", nil},
		{"no time", Linearizable(Registers{}.Model(), 0), join(w1, read(5, "b", "1")), Unknown, "1 undecided", nil},
	})
}

// crowd is n concurrent writes and a read that no order explains: there are n! orders to try.
func crowd(n int) history.History {
	var begin, end []line
	for i := range n {
		w := access(0, 9, fmt.Sprint("w", i), "write", "", fmt.Sprint(i))
		begin, end = append(begin, w[0]), append(end, w[1])
	}
	return join(begin, access(1, 2, "r", "read", "", "nowhere"), end)
}

// A counter with an add operation: its state is a number, its answers are the new values.
func TestLinearizableModel(t *testing.T) {
	check := Linearizable(Model[int]{
		Init: func() int { return 10 },
		Step: func(n int, o *history.Operation) (int, bool) {
			return n + 1, o.Outcome() == history.OK && o.End.N == int64(n+1)
		},
		Equal: func(a, b int) bool { return a == b },
		Key:   func(*history.Operation) string { return "counter" },
	}, time.Minute)
	add := func(at int, op string, n int64) []line {
		return []line{invoke(at, op), with(ok(at+1, op), func(e *line) { e.N = n })}
	}
	judge(t, []verdict{
		{"counts", check, join(add(0, "a", 11), add(2, "b", 12)), Holds, "2 operations on 1 key", nil},
		{"loses one", check, join(add(0, "a", 11), add(2, "b", 11)), Violated, "nothing explains b", []string{"b"}},
		{"one that did not happen", check, join(add(0, "a", 11), invoke(1, "u"), add(2, "b", 12)), Holds, "3 operations",
			nil},
	})
}

// TestLinearizableIsNeverStale: if porcupine can explain a history, the other two may not call it stale.
func TestLinearizableIsNeverStale(t *testing.T) {
	linear := Linearizable(Registers{}.Model(), time.Minute)
	rapid.Check(t, func(t *rapid.T) {
		h := someReads(t)
		if linear.Of(h).Status != Holds {
			return
		}
		for _, check := range []Invariant{Staleness(Registers{}, 0), Staleness(Registers{}, 3), ReadYourWrites(Registers{})} {
			if f := check.Of(h); f.Status == Violated {
				t.Fatalf("%s: %s\n%v", check.Name, f.Evidence, h)
			}
		}
	})
}
