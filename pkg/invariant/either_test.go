package invariant

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/crashlab/crashlab/pkg/history"
)

// TestUnknownIsEitherOutcome: an operation of unknown outcome either happened or not. If one of the two keeps
// the claim, the checker may not call it violated.
func TestUnknownIsEitherOutcome(t *testing.T) {
	for _, c := range []struct {
		check Invariant
		draw  func(*rapid.T) history.History
	}{
		{Loss(two), someOrders}, {Duplicates(two), someOrders}, {Conservation(two), someOrders},
		{ExactlyOnce(two), someOrders}, {MaxReceives(two, 2), someOrders}, {Progress(two), someOrders},
		{Order(Sequence{}), someOrders}, {LoadAmplification(Filter{}, "received", "", 1, 0), someOrders},
		{Staleness(Registers{}, 0), someReads}, {Staleness(Registers{}, 5), someReads},
		{ReadYourWrites(Registers{}), someReads}, {Linearizable(Registers{}.Model(), time.Minute), someReads},
	} {
		t.Run(c.check.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				h := c.draw(t)
				at := slices.IndexFunc(h, func(e history.Event) bool { return e.Kind == history.Unknown && e.Name != "read" })
				if at < 0 {
					return
				}
				got, yes, no := c.check.Of(h), c.check.Of(as(h, at, history.OK)), c.check.Of(as(h, at, history.Failed))
				if traced(h, h[at].Op) {
					no = yes // it certainly happened
				}
				if got.Status == Violated && (yes.Status == Holds || no.Status == Holds) {
					t.Fatalf("%s %q\nthough if %s happened %s %q\nand if not %s %q\n%v",
						got.Status, got.Evidence, h[at].Op, yes.Status, yes.Evidence, no.Status, no.Evidence, h)
				}
			})
		})
	}
}

// TestUnknownIsNoExcuse: an operation of unknown outcome that left a trace is judged like an acknowledged
// one.
func TestUnknownIsNoExcuse(t *testing.T) {
	for _, check := range []Invariant{
		Loss(two), Duplicates(two), Conservation(two), ExactlyOnce(two), MaxReceives(two, 2), Progress(two),
	} {
		t.Run(check.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				h := someOrders(t)
				at := slices.IndexFunc(h, func(e history.Event) bool { return e.Kind == history.Unknown && traced(h, e.Op) })
				if at < 0 {
					return
				}
				if got, want := check.Of(h), check.Of(as(h, at, history.OK)); got.Status != want.Status ||
					!slices.Equal(got.Ops, want.Ops) {
					t.Fatalf("%s %q, but acknowledged %s %q\n%v", got.Status, got.Evidence, want.Status, want.Evidence, h)
				}
			})
		})
	}
}

// as returns h with that operation's end turned into another.
func as(h history.History, at int, k history.Kind) history.History {
	h = slices.Clone(h)
	h[at].Kind = k
	return h
}

func traced(h history.History, op string) bool {
	return slices.ContainsFunc(h, func(e history.Event) bool { return e.Kind == history.Effect && e.Op == op })
}

// someOrders draws a history in which anything may go wrong.
func someOrders(t *rapid.T) (h history.History) {
	ops := rapid.IntRange(1, 4).Draw(t, "operations")
	for i := range ops {
		op := strconv.Itoa(i)
		e := invoke(len(h), op)
		if rapid.IntRange(0, 4).Draw(t, "poison") == 0 {
			e.Value = "poison"
		}
		h = append(h, e)
		if kind := rapid.SampledFrom([]history.Kind{
			history.OK, history.OK, history.Failed, history.Unknown, "",
		}).Draw(t, "end"); kind != "" {
			h = append(h, line{At: ms(len(h)), Kind: kind, Op: op})
		}
		for range rapid.IntRange(0, 6).Draw(t, "effects") {
			name := rapid.SampledFrom([]string{"done", "done", "received", "parked", "redriven", "in-flight"}).Draw(t, "effect")
			key := rapid.SampledFrom([]string{"billing", "shipping", Everywhere}).Draw(t, "branch")
			h = append(h, effect(len(h), name, strconv.Itoa(rapid.IntRange(0, i).Draw(t, "of")), key))
		}
	}
	return h
}

// someReads draws reads and writes of two clients to one key that may overlap and return anything.
func someReads(t *rapid.T) (h history.History) {
	open := map[string]string{}
	values := []string{""}
	for i := range rapid.IntRange(2, 8).Draw(t, "operations") {
		by := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "client")
		if op, busy := open[by]; busy {
			h = append(h, end(t, h, op, values))
			delete(open, by)
		}
		e := history.Event{At: time.Duration(len(h)), Kind: history.Invoke, Op: strconv.Itoa(i), By: by, Name: "read"}
		if rapid.Bool().Draw(t, "write") {
			e.Name, e.Value = "write", "v"+e.Op
			values = append(values, e.Value)
		}
		h = append(h, e)
		open[by] = e.Op
	}
	return h
}

func end(t *rapid.T, h history.History, op string, values []string) history.Event {
	e := history.Event{
		At: time.Duration(len(h)), Op: op, Kind: rapid.SampledFrom([]history.Kind{
			history.OK, history.OK, history.Unknown, history.Failed,
		}).Draw(t, "end"),
	}
	for _, it := range h {
		if it.Op == op && it.Name == "read" {
			e.Name = "read"
			if e.Kind == history.OK {
				e.Value = rapid.SampledFrom(values).Draw(t, "value")
			}
		}
	}
	return e
}
