package invariant

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/history"
)

// verdict is a checker's expected result for a literal history.
type verdict struct {
	name     string
	check    Invariant
	history  history.History
	status   Status
	evidence string // a part of it
	ops      []string
}

func judge(t *testing.T, table []verdict) {
	t.Helper()
	for _, v := range table {
		t.Run(v.check.Name+"/"+v.name, func(t *testing.T) {
			f := v.check.Of(v.history)
			if f.Status != v.status || !strings.Contains(f.Evidence, v.evidence) || !slices.Equal(f.Ops, v.ops) {
				t.Errorf("got %s %q %q, want %s %q %q", f.Status, f.Evidence, f.Ops, v.status, v.evidence, v.ops)
			}
			if strings.Contains(f.Evidence, "\n") || f.Evidence == "" {
				t.Errorf("evidence is not one line: %q", f.Evidence)
			}
		})
	}
}

var two = Flow{Operation: "order", Branches: []string{"billing", "shipping"}}

func TestConservation(t *testing.T) {
	check, plain := Conservation(two), Conservation(Flow{})
	judge(t, []verdict{
		{"empty", check, nil, Unknown, "no operations", nil},
		{"other operations only", check, join(line{
			Kind: history.Invoke, Op: "a", Name: "ping",
		}), Unknown, `no operations named "order" among 1`, nil},
		{"contradiction", check, join(invoke(0, "a"), invoke(1, "a")), Unknown, "event 2", nil},
		{"all refused", check, join(invoke(0, "a"), failed(1, "a")), Unknown, "no operation was accepted", nil},
		{"settled every way", check, join(
			accepted(0, "a"), accepted(0, "b"), accepted(0, "c"),
			effect(2, "done", "a", "billing"), effect(2, "done", "a", "shipping"),
			effect(3, "parked", "b", "billing"), effect(3, "done", "b", "shipping"),
			effect(4, "in-flight", "c", "*")),
			Holds, "3 accepted × 2 branches = 3 done + 1 dead-lettered + 2 in flight", nil},
		{"one branch lost", check, join(accepted(0, "a"), effect(2, "done", "a", "billing")),
			Violated, "1 done + 0 dead-lettered + 0 in flight + 1 lost", []string{"a"}},
		{"redriven and lost", plain, join(accepted(0, "a"), effect(2, "parked", "a", ""), effect(3, "redriven", "a", "")),
			Violated, "+ 1 lost", []string{"a"}},
		{"received and never done", plain, join(accepted(0, "a"), effect(2, "received", "a", "")),
			Violated, "0 done + 0 dead-lettered + 0 in flight + 1 lost", []string{"a"}},
		{"balanced totals", plain,
			join(accepted(0, "a"), accepted(0, "b"), effect(2, "done", "a", ""), effect(2, "done", "a", "")),
			Violated, "+ 1 lost", []string{"b"}},
		{"unknown without a trace", plain, join(accepted(0, "a"), effect(1, "done", "a", ""), invoke(2, "b"), lapsed(3, "b")),
			Holds, "1 accepted = 1 done", nil},
		{"unknown that surfaced", check, join(invoke(2, "b"), lapsed(3, "b"), effect(4, "done", "b", "billing")),
			Violated, "1 of 1 unknown turned out accepted", []string{"b"}},
		{"end never recorded", plain, join(invoke(2, "b"), effect(4, "done", "b", "")), Holds, "1 accepted = 1 done", nil},
		{"refused yet done", plain, join(invoke(0, "a"), failed(1, "a"), effect(2, "done", "a", "")),
			Violated, "1 refused yet carried out", []string{"a"}},
		{"from nowhere", plain, join(accepted(0, "a"), effect(1, "done", "a", ""), effect(2, "done", "ghost", "")),
			Violated, "1 effects of operations nobody sent", []string{"ghost"}},
		{"an operation with an effect's name", plain,
			join(with(invoke(0, "a"), func(e *line) { e.Name = "done" }), ok(1, "a")), Violated, "0 done", []string{"a"}},
		{"other effects are no trace", plain,
			join(accepted(0, "a"), effect(1, "done", "a", ""), invoke(2, "b"), effect(3, "logged", "b", "")), Holds,
			"1 accepted = 1 done", nil},
		{"other branches are none either", check,
			join(accepted(0, "a"), effect(1, "done", "a", "*"), invoke(2, "b"), effect(3, "done", "b", "returns"),
				effect(3, "done", "ghost", "returns")),
			Holds, "1 accepted × 2 branches = 2 done", nil},
		{"effects of nothing in particular", plain,
			join(accepted(0, "a"), effect(1, "done", "a", ""), effect(2, "done", "", "")), Holds, "1 accepted = 1 done", nil},
		{"other operations' effects", check,
			join(accepted(0, "a"), effect(1, "done", "a", "*"), with(invoke(2, "p"), func(e *line) { e.Name = "ping" }),
				failed(3, "p"), effect(4, "done", "p", "*")),
			Holds, "1 accepted × 2 branches = 2 done", nil},
		{"interrupted", plain, join(mark(0, history.LoadStart), accepted(0, "a")), Unknown, "1 unaccounted for",
			[]string{"a"}},
		{"drained", plain, join(mark(0, history.LoadStart), accepted(0, "a"), mark(9, history.Drained)), Violated, "1 lost",
			[]string{"a"}},
		{"a copy left behind", plain, join(accepted(0, "a"), effect(1, "done", "a", ""), effect(2, "parked", "a", "")),
			Holds, "1 done with a copy left in the dead-letter queue", nil},
		{"other names", Conservation(Flow{Done: "shipped", Parked: "failed"}), join(accepted(0, "a"), accepted(0, "b"),
			effect(1, "shipped", "a", "x"), effect(2, "failed", "b", "y")), Holds, "2 accepted = 1 done + 1 dead-lettered", nil},
	})
}

func TestConservationNamesAtMostMaxOps(t *testing.T) {
	var h history.History
	for i := range 1234 {
		h = append(h, accepted(i, fmt.Sprint("o", i))...)
	}
	f := Conservation(Flow{}).Of(h)
	if !strings.Contains(f.Evidence, "1,234 lost") || len(f.Ops) != MaxOps || f.Ops[0] != "o0" {
		t.Errorf("got %q %q", f.Evidence, f.Ops)
	}
}

func TestExactlyOnce(t *testing.T) {
	check, plain := ExactlyOnce(two), ExactlyOnce(Flow{})
	judge(t, []verdict{
		{"empty", check, nil, Unknown, "no operations", nil},
		{"redelivery absorbed", plain,
			join(accepted(0, "a"), effect(1, "received", "a", ""), effect(2, "received", "a", ""), effect(3, "done", "a", "")),
			Holds, "1 effect for 1 owed by 1 accepted, 1 repeated delivery absorbed", nil},
		{"twice", check,
			join(accepted(0, "a"), effect(1, "done", "a", "billing"), effect(1, "done", "a", "shipping"),
				effect(2, "done", "a", "billing")),
			Violated, "3 effects for 2 owed by 1 accepted × 2 branches, 1 took effect more than once", []string{"a"}},
		{"not at all", plain, join(accepted(0, "a")), Violated, "0 effects for 1 owed by 1 accepted, 1 not at all",
			[]string{"a"}},
		{"received and never done", plain, join(accepted(0, "a"), effect(2, "received", "a", "")), Violated, "1 not at all",
			[]string{"a"}},
		{"not at all, interrupted", plain, join(mark(0, history.LoadStart), accepted(0, "a")), Unknown, "1 not at all",
			[]string{"a"}},
		{"parked and in flight owe none", check,
			join(accepted(0, "a"), effect(1, "parked", "a", "billing"), effect(1, "in-flight", "a", "shipping")),
			Holds, "0 effects for 0 owed", nil},
		{"unknown, twice", plain,
			join(invoke(0, "a"), lapsed(1, "a"), effect(2, "done", "a", ""), effect(3, "done", "a", "")),
			Violated, "1 took effect more than once", []string{"a"}},
		{"unknown, never", plain, join(accepted(0, "b"), effect(1, "done", "b", ""), invoke(0, "a"), lapsed(1, "a")), Holds,
			"1 effect for 1 owed", nil},
		{"unknown, once", plain, join(invoke(0, "a"), lapsed(1, "a"), effect(2, "done", "a", "")), Holds,
			"1 effect for 1 owed", nil},
		{"refused", plain, join(invoke(0, "a"), failed(1, "a"), effect(2, "done", "a", "")), Violated, "1 refused",
			[]string{"a"}},
	})
}

func TestMaxReceives(t *testing.T) {
	check := MaxReceives(Flow{}, 3)
	received := func(n int, op string) []line {
		return repeat(n, func(i int) line { return effect(10+i, "received", op, "") })
	}
	judge(t, []verdict{
		{"empty", check, nil, Unknown, "no operations", nil},
		{"no receives", check, join(accepted(0, "a"), effect(1, "done", "a", "")), Unknown, `no effect "received"`, nil},
		{"good, once", check, join(accepted(0, "a"), received(1, "a"), effect(20, "done", "a", "")), Holds,
			"1 receive, 1 at most", nil},
		{"good, as often as it may be", check, join(accepted(0, "a"), received(3, "a"), effect(20, "done", "a", "")), Holds,
			"3 at most of a message (limit 3)", nil},
		{"good, once more", check, join(accepted(0, "a"), received(4, "a"), effect(20, "done", "a", "")), Violated,
			"4 at most of a message (limit 3), 0 parked, 1 received more often", []string{"a"}},
		{"poison, parked", check, join(poison(0, "p"), ok(1, "p"), received(3, "p"), effect(20, "parked", "p", "")), Holds,
			"1 parked", nil},
		{"poison, forever", check, join(poison(0, "p"), ok(1, "p"), received(4812, "p"), effect(20, "in-flight", "p", "")),
			Violated, "4,812 at most of a message (limit 3)", []string{"p"}},
		{"parked too early", check, join(accepted(0, "a"), received(2, "a"), effect(20, "parked", "a", "")), Violated,
			"1 parked too early", []string{"a"}},
		{"redriven too early", check,
			join(accepted(0, "a"), received(2, "a"), effect(20, "redriven", "a", ""), received(1, "a"),
				effect(30, "done", "a", "")),
			Violated, "1 parked too early", []string{"a"}},
		{"redriven and repaired", check,
			join(poison(0, "p"), ok(1, "p"), received(3, "p"), effect(20, "redriven", "p", ""), received(1, "p"),
				effect(30, "done", "p", "")),
			Holds, "4 receives, 3 at most", nil},
		{"redriven twice for one parking", check,
			join(poison(0, "p"), ok(1, "p"), received(3, "p"), effect(20, "redriven", "p", ""), effect(21, "redriven", "p", ""),
				received(1, "p"), effect(30, "done", "p", ""), effect(31, "redriven", "p", "")), Holds, "4 receives, 3 at most",
			nil},
		{"a copy left after the redrive", check,
			join(poison(0, "p"), ok(1, "p"), received(3, "p"), effect(20, "redriven", "p", ""),
				received(1, "p"), effect(30, "done", "p", ""), effect(31, "parked", "p", "")), Holds, "1 parked", nil},
		{"parked again too early", check, join(poison(0, "p"), ok(1, "p"), received(3, "p"), effect(20, "redriven", "p", ""),
			received(1, "p"), effect(31, "parked", "p", "")), Violated, "1 parked too early", []string{"p"}},
		{"poison gone", check, join(poison(0, "p"), ok(1, "p"), received(2, "p")), Violated, "1 poison gone", []string{"p"}},
		{"poison in flight", check, join(poison(0, "p"), ok(1, "p"), received(2, "p"), effect(20, "in-flight", "p", "")),
			Holds, "2 receives", nil},
		{"poison of unknown outcome that never came", check,
			join(accepted(0, "a"), received(1, "a"), poison(0, "p"), lapsed(1, "p")), Holds, "1 receive", nil},
		{"poison of unknown outcome that came", check, join(poison(0, "p"), lapsed(1, "p"), received(5, "p")), Violated,
			"5 at most", []string{"p"}},
	})
}

func TestProgress(t *testing.T) {
	check := Progress(two)
	judge(t, []verdict{
		{"empty", check, nil, Unknown, "no operations", nil},
		{"only poison", check, join(poison(0, "p"), ok(1, "p")), Unknown, "no good operation", nil},
		{"done", check, join(accepted(0, "a"), effect(5, "done", "a", "billing"), effect(9, "done", "a", "shipping")),
			Holds, "1 of 1 good operations done; p50 9 ms, p99 9 ms", nil},
		{"starving on one branch", check,
			join(accepted(0, "a"), effect(5, "done", "a", "billing"), effect(9, "in-flight", "a", "shipping")),
			Violated, "0 of 1 good operations done, 1 starve", []string{"a"}},
		{"interrupted", check, join(mark(0, history.LoadStart), accepted(0, "a")), Unknown, "when the record breaks off",
			[]string{"a"}},
		{"good but parked", check, join(accepted(0, "a"), effect(9, "parked", "a", "*")), Violated, "1 starve",
			[]string{"a"}},
		{"poison may starve", check, join(accepted(0, "a"), effect(5, "done", "a", "*"), poison(6, "p"), ok(7, "p"),
			effect(8, "received", "p", "billing"), effect(9, "received", "p", "billing")), Holds, "1 poison received 2 times",
			nil},
		{"unknown without a trace", check, join(accepted(0, "a"), effect(5, "done", "a", "*"), invoke(6, "b")), Holds,
			"1 of 1", nil},
		{"unknown that surfaced", check, join(invoke(6, "b"), lapsed(7, "b"), effect(8, "received", "b", "billing")),
			Violated, "1 starve", []string{"b"}},
	})
}

// faulty is 100 orders that take healthy each, then a fault during which 100 take faulty each.
func faulty(healthy, harmed int) history.History {
	h := join(mark(0, history.LoadStart))
	for i := range 100 {
		op := fmt.Sprint("b", i)
		h = append(h, invoke(i, op), ok(i, op), effect(i+healthy, "done", op, ""))
	}
	h = append(h, mark(1000, history.FaultInjected))
	for i := range 100 {
		op := fmt.Sprint("d", i)
		h = append(h, invoke(1001+i, op), ok(1001+i, op), effect(1001+i+harmed, "done", op, ""))
	}
	return append(h, mark(2000, history.FaultReverted), mark(5000, history.Drained))
}

func TestCompletionLatency(t *testing.T) {
	check := CompletionLatency(Flow{}, 2, ms(5))
	stuck := faulty(10, 10)
	stuck = slices.DeleteFunc(stuck, func(e line) bool {
		return e.Kind == history.Effect && (e.Op == "d7" || e.Op == "d8")
	})
	judge(t, []verdict{
		{"empty", check, nil, Unknown, "no operations", nil},
		{"no fault", check, join(accepted(0, "a"), effect(5, "done", "a", "")), Unknown, "no mark", nil},
		{"too few", check, join(accepted(0, "a"), mark(3, history.FaultInjected), effect(5, "done", "a", "")), Unknown,
			"it takes 10", nil},
		{"too few before, and slow", check,
			slices.DeleteFunc(faulty(10, 25), func(e line) bool { return strings.HasPrefix(e.Op, "b") }), Unknown,
			"to compare with", nil},
		{"too few during it", check,
			slices.DeleteFunc(faulty(10, 19), func(e line) bool { return e.Op >= "d10" && len(e.Op) == 3 || e.Op == "d9" }),
			Unknown, "9 good operations during the fault, it takes 10", nil},
		{"unharmed", check, faulty(10, 19), Holds, "p99 10 ms → 19 ms, limit 20 ms (100 before, 100 during", nil},
		{"harmed", check, faulty(10, 290), Violated, "p99 10 ms → 290 ms", []string{
			"d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9",
		}},
		{"sent before, met by the fault", check,
			join(faulty(10, 10)[:301], invoke(990, "s"), ok(991, "s"), invoke(990, "t"), ok(991, "t"), faulty(10, 10)[301:],
				effect(2100, "done", "s", ""), effect(2200, "done", "t", "")), Violated,
			"p99 10 ms → 1.1 s, limit 20 ms (100 before, 102 during the fault)", []string{"s", "t"}},
		{"below the floor", check, faulty(1, 4), Holds, "limit 5 ms", nil},
		{"two of a hundred never end", check, stuck, Violated, "2 never done", []string{"d7", "d8"}},
		{"never ends but has not waited long", CompletionLatency(Flow{}, 20, 0), cutShort(), Unknown, "≥", nil},
	})
}

// cutShort ends just after the fault's operations were sent: they may yet be fast or slow.
func cutShort() history.History {
	h := faulty(10, 0)
	h = slices.DeleteFunc(h, func(e line) bool { return e.Kind == history.Effect && strings.HasPrefix(e.Op, "d") })
	return append(slices.DeleteFunc(h, func(e line) bool { return e.At >= ms(2000) }), mark(1101, "end"))
}
