package invariant

import (
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// marked is a case with its load from 10 to 100 and its fault from 40 to 60.
func marked(parts ...any) history.History {
	h := join(parts...)
	h = append(h, mark(10, history.LoadStart), mark(40, history.FaultInjected), mark(60, history.FaultReverted),
		mark(100, history.LoadEnd))
	slices.SortStableFunc(h, func(a, b line) int { return int(a.At - b.At) })
	return h
}

func TestPhases(t *testing.T) {
	for at, want := range map[int]Phase{
		9: Outside, 10: Before, 39: Before, 40: During, 59: During, 60: After, 99: After, 100: Outside,
	} {
		v := NewView(marked())
		if got := v.Phase(ms(at)); got != want {
			t.Errorf("%d ms: %s, want %s", at, got, want)
		}
		for phase, w := range map[Phase]history.Window{Before: v.Before(), During: v.During(), After: v.After()} {
			if w.Contains(ms(at)) != (phase == want) {
				t.Errorf("%d ms is in %s: %t", at, phase, w.Contains(ms(at)))
			}
		}
	}
	for ended, want := range map[int]Phase{39: Before, 40: During, 200: During} {
		if got := NewView(marked()).Met(ms(20), ms(ended)); got != want {
			t.Errorf("from 20 to %d ms: met %s, want %s", ended, got, want)
		}
	}
	v := NewView(join(accepted(5, "a")))
	if got := v.Phase(ms(-5)); got != Before || v.Faulty || v.During() != v.After() || len(v.Ops("").In(v.Before())) != 1 {
		t.Errorf("without marks: %s", got)
	}
}

func TestOps(t *testing.T) {
	h := marked(accepted(5, "warm-up"), accepted(20, "a"), invoke(45, "b"), failed(50, "b"), accepted(70, "c"),
		invoke(80, "open"), with(invoke(90, "x"), func(e *line) { e.Name = "other" }))
	v := NewView(h)
	orders := v.Ops("order")
	for what, c := range map[string]struct {
		got  Ops
		want []string
	}{
		"of a name": {orders, []string{"a", "b", "c", "open"}}, "all": {v.Ops(""), []string{"a", "b", "c", "open", "x"}},
		"none":   {v.Ops("nothing"), nil},
		"before": {orders.In(v.Before()), []string{"a"}}, "during": {orders.In(v.During()), []string{"b"}},
		"after":  {orders.In(v.After()), []string{"c", "open"}},
		"served": {orders.Served(), []string{"a", "c"}},
	} {
		if !slices.Equal(c.got.IDs(), c.want) {
			t.Errorf("%s: %q, want %q", what, c.got.IDs(), c.want)
		}
	}
	if got := orders.Share(); got != 0.5 {
		t.Errorf("share %g, want 0.5", got)
	}
	if got := orders.Rate(); got != 50 { // three intervals in 60 ms
		t.Errorf("rate %g, want 50", got)
	}
	if got := orders.Took(); !slices.Equal(got, []time.Duration{ms(1), ms(5), ms(1)}) {
		t.Errorf("took %v", got)
	}
}

func TestFilter(t *testing.T) {
	of := func(op, name, key string) line {
		return line{At: ms(20), Kind: history.Invoke, Op: op, Name: name, Key: key}
	}
	v := NewView(marked(of("a", "get", "x"), of("b", "get", "y"), of("c", "put", "x"),
		with(of("d", "get", "x"), func(e *line) { e.At = ms(5) })))
	for f, want := range map[Filter][]string{
		{}:                              {"a", "b", "c"},
		{Operation: "get"}:              {"a", "b"},
		{Key: "x"}:                      {"a", "c"},
		{Except: "x"}:                   {"b"},
		{Operation: "get", Except: "y"}: {"a"},
	} {
		if got := v.Select(f).IDs(); !slices.Equal(got, want) {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
}

func TestFindingsNameTheOffenders(t *testing.T) {
	many := make([]string, MaxOps+1)
	if f := Found(false, "%d", 1).Naming(many); len(f.Ops) != MaxOps || f.Evidence != "1" {
		t.Errorf("violated: %+v", f)
	}
	for _, f := range []Finding{Found(true, "").Naming(many), Undecided("").Naming(many)} {
		if f.Ops != nil {
			t.Errorf("%s names %q", f.Status, f.Ops)
		}
	}
}

func TestQuantile(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = ms(100 - i)
	}
	for q, want := range map[float64]time.Duration{0: ms(1), 0.5: ms(50), 0.99: ms(99), 1: ms(100)} {
		if got := Quantile(q, hundred); got != want {
			t.Errorf("%g of 1..100: %v, want %v", q, got, want)
		}
	}
	if got := Quantile(0.99, nil); got != 0 {
		t.Errorf("of none: %v", got)
	}
}

func TestEffects(t *testing.T) {
	v := NewView(join(accepted(0, "a"), effect(2, "call", "a", "x"), effect(3, "call", "a", "y"),
		effect(4, "reply", "nobody", "x"), effect(5, "other", "a", "x")))
	var keys []string
	for e := range v.Effects("call", "reply") {
		keys = append(keys, e.Name+e.Key)
		if (v.Op(e) == nil) != (e.Op == "nobody") {
			t.Errorf("%s is of %v", e.Name, v.Op(e))
		}
	}
	if want := []string{"callx", "cally", "replyx"}; !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
	a := v.Ops("")[0]
	if all, x := v.Caused("call", "")[a], v.Caused("call", "x")[a]; all != 2 || x != 1 {
		t.Errorf("caused %d, %d on x; want 2, 1", all, x)
	}
}

// TestProbesCountNowhere: a probe of the runner's own and its effects change no finding, even if it has the
// name of the load's operations, fails, and has every kind of effect. Its key is its own, as the runner's are.
func TestProbesCountNowhere(t *testing.T) {
	for _, c := range All {
		for _, suffix := range []string{"ok", "bad"} {
			want, h := load(t, filepath.Join("testdata", c.Name+"-"+suffix+".jsonl"))
			check, err := ByName(want.Check)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := check.Of(probed(h)), check.Of(h); !reflect.DeepEqual(got, want) {
				t.Errorf("%s-%s: %+v, want %+v", c.Name, suffix, got, want)
			}
		}
	}
}

// probed returns h with a probe after each operation's invocation.
func probed(h history.History) (out history.History) {
	for i, e := range h {
		out = append(out, e)
		if e.Kind != history.Invoke {
			continue
		}
		probe := e
		probe.Op, probe.By, probe.Value, probe.Key = "probe-"+e.Op, history.Canary, "probe's", "probe's"
		end := probe
		end.Kind = []history.Kind{history.OK, history.Failed, history.Unknown}[i%3]
		out = append(out, probe)
		for _, of := range h {
			if of.Kind == history.Effect {
				of.At, of.Op, of.N = e.At, probe.Op, 1<<40
				out = append(out, of)
			}
		}
		out = append(out, end)
	}
	return out
}

func TestLacking(t *testing.T) {
	effect := func(id, name string) history.Event { return history.Event{Kind: history.Effect, Op: id, Name: name} }
	v := NewView(history.History{
		{Kind: history.Invoke, Op: "a"}, {Kind: history.Invoke, Op: "b"}, {
			Kind: history.Invoke, Op: "probe", By: history.Canary,
		},
		effect("b", "sent"), effect("b", "sent"), effect("a", "sent"), effect("probe", "sent"), effect("nobody's", "got"),
		effect("a", "got"),
	})
	for _, c := range []struct {
		has, lacks string
		want       []string
	}{
		{"sent", "got", []string{"b"}},
		{"got", "sent", []string{"nobody's"}},
		{"sent", "", []string{"a", "b"}},
		{"lost", "sent", nil},
	} {
		if got := v.Lacking(c.has, c.lacks); !slices.Equal(got, c.want) {
			t.Errorf("with %s and without %s are %q, want %q", c.has, c.lacks, got, c.want)
		}
	}
}
