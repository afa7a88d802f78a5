package invariant

import (
	"fmt"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// requests is n operations, a millisecond apart from at on, of keys k0 to k(keys−1) in turn; end gives
// the kind of each one's end, none if it is empty.
func requests(prefix string, at, n, keys int, end func(i int) history.Kind) (l []line) {
	for i := range n {
		op := fmt.Sprint(prefix, i)
		l = append(l, with(invoke(at+i, op), func(e *line) { e.Key = fmt.Sprint("k", i%keys) }))
		if kind := end(i); kind != "" {
			l = append(l, line{At: ms(at + i), Kind: kind, Op: op})
		}
	}
	return l
}

func all(k history.Kind) func(int) history.Kind { return func(int) history.Kind { return k } }

// every gives one in n the kind k, the others OK.
func every(n int, k history.Kind) func(int) history.Kind {
	return func(i int) history.Kind {
		if i%n == 0 {
			return k
		}
		return history.OK
	}
}

// steps names the operations from, from+by, … below to.
func steps(prefix string, from, to, by int) (ops []string) {
	for i := from; i < to; i += by {
		ops = append(ops, fmt.Sprint(prefix, i))
	}
	return ops
}

func TestBoundedQueue(t *testing.T) {
	check := BoundedQueue("depth", 1000)
	depth := func(at int, n int64) line { return with(effect(at, "depth", "", "q"), func(e *line) { e.N = n }) }
	judge(t, []verdict{
		{"no samples", check, join(accepted(0, "a")), Unknown, `no samples of "depth"`, nil},
		{"at the limit", check, join(accepted(0, "a"), depth(5, 1000), depth(6, 3)), Holds,
			"depth at most 1,000 at 5 ms on q, limit 1,000, 2 samples", nil},
		{"above", check, join(accepted(0, "a"), depth(5, 1001), depth(6, 2500)), Violated,
			"at most 2,500 at 6 ms on q, limit 1,000, 2 samples, 2 above it, first at 5 ms on q", nil},
		{"other samples", check, join(accepted(0, "a"), with(depth(5, 9999), func(e *line) { e.Name = "age" }), depth(6, 1)),
			Holds, "1 sample", nil},
	})
}

func TestLatencySLO(t *testing.T) {
	check := LatencySLO("order", 0.9, ms(100))
	took := func(n int, d int, kind history.Kind) (l []line) {
		for i := range n {
			op := fmt.Sprint(d, kind, i)
			l = append(l, invoke(0, op), line{At: ms(d), Kind: kind, Op: op})
		}
		return l
	}
	pending := repeat(3, func(i int) line { return invoke(0, fmt.Sprint("p", i)) })
	judge(t, []verdict{
		{"too few", check, join(took(9, 1, history.OK)), Unknown, "9 operations answered, it takes 10", nil},
		{"at the limit", check, join(took(20, 100, history.OK)), Holds,
			"p50 100 ms, p90 100 ms, limit 100 ms, 0 of 20 slower", nil},
		{"one in ten slow", check, join(took(18, 1, history.OK), took(2, 500, history.OK)), Holds, "2 of 20 slower", nil},
		{"more than that", check, join(took(17, 1, history.OK), took(3, 500, history.OK)), Violated, "3 of 20 slower",
			[]string{
				"500ok0", "500ok1", "500ok2",
			}},
		{"failed ones don't count", check, join(took(20, 1, history.OK), took(20, 500, history.Failed)), Holds,
			"0 of 20 slower", nil},
		{"timed out beyond the limit", check, join(took(17, 1, history.OK), took(3, 500, history.Unknown)), Violated,
			"3 never answered", []string{
				"500unknown0", "500unknown1", "500unknown2",
			}},
		{"given up before it", check, join(took(17, 1, history.OK), took(3, 50, history.Unknown)), Unknown,
			"3 never answered", nil},
		{"few enough to make no difference", check, join(took(19, 1, history.OK), took(1, 50, history.Unknown)), Holds,
			"1 never answered", nil},
		{"pending when the record ends", check, join(pending, took(17, 1, history.OK)), Unknown, "3 never answered", nil},
		{"beyond an hour", LatencySLO("", 0.5, 2*time.Hour), join(took(20, 4_000_000, history.OK)), Holds, "0 of 20 slower",
			nil},
	})
}

func TestLoadAmplification(t *testing.T) {
	check := LoadAmplification(Filter{Operation: "order"}, "call", "", 1.5, 0)
	calls := func(n int, op string) []line { return repeat(n, func(int) line { return effect(50, "call", op, "") }) }
	fault := func(inside ...any) history.History {
		return join(requests("b", 0, 2, 1, all(history.OK)), effect(5, "call", "b0", ""), mark(10, history.FaultInjected),
			join(inside...), mark(100, history.FaultReverted))
	}
	judge(t, []verdict{
		{"no effects", check, join(accepted(0, "a")), Unknown, `no effect "call"`, nil},
		{"one each", check, join(accepted(0, "a"), calls(1, "a")), Holds,
			"call an operation: before 1.00 × (1 for 1), limit 1.5 ×", nil},
		{"retried", check, join(accepted(0, "a"), calls(3, "a")), Violated, "before 3.00 × (3 for 1)", []string{"a"}},
		{"failed and unknown are load too", check,
			join(invoke(0, "a"), failed(1, "a"), invoke(2, "b"), calls(2, "a"), calls(2, "b")), Violated, "2.00 × (4 for 2)",
			[]string{"a", "b"}},
		{"drowned in the average", check, fault(invoke(20, "a"), ok(21, "a"), calls(3, "a")), Violated,
			"before 0.50 × (1 for 2), during 3.00 × (3 for 1)", []string{"a"}},
		{"effects after the revert belong to their operation", check,
			join(fault(accepted(20, "a")), effect(200, "call", "a", ""), effect(201, "call", "a", "")), Violated,
			"during 2.00 ×", []string{"a"}},
		{"without an operation", check, fault(accepted(20, "a"), calls(3, "")), Violated, "during 3.00 ×", nil},
		{"of one dependency", LoadAmplification(Filter{}, "call", "x", 1.5, 0),
			join(accepted(0, "a"), effect(1, "call", "a", "x"), effect(2, "call", "a", "y")), Holds,
			"call (x) an operation: before 1.00 × (1 for 1)", nil},
		{"as many as were saved up", LoadAmplification(Filter{}, "call", "", 1.5, 1),
			join(accepted(0, "a"), accepted(2, "b"), calls(2, "a"), calls(2, "b")), Holds, "limit 1.5 × + 1", nil},
		{"one more than that", LoadAmplification(Filter{}, "call", "", 1.5, 1),
			join(accepted(0, "a"), accepted(2, "b"), calls(2, "a"), calls(3, "b")), Violated, "(5 for 2)", []string{"a", "b"}},
		{"in progress when the fault came", check, join(accepted(0, "a"), effect(1, "call", "a", ""), invoke(5, "b"),
			calls(1, "b"), mark(10, history.FaultInjected), invoke(11, "c"), effect(12, "call", "b", ""),
			effect(12, "call", "c", ""), mark(100, history.FaultReverted)), Holds,
			"before 1.00 × (1 for 1), during 1.50 × (3 for 2)", nil},
		{"other operations", check,
			join(accepted(0, "a"), calls(1, "a"), with(invoke(3, "p"), func(e *line) { e.Name = "probe" }), calls(9, "p")),
			Holds, "(1 for 1)", nil},
	})
}

func TestBlastRadius(t *testing.T) {
	check := BlastRadius(Filter{Operation: "order"}, nil, 0.25, 0.1)
	during := func(l []line) history.History {
		return join(requests("b", 0, 5, 5, all(history.Failed)), mark(10, history.FaultInjected), l,
			mark(500, history.FaultReverted))
	}
	cell := func(k history.Kind) func(int) history.Kind {
		return func(i int) history.Kind {
			if i%4 == 0 && i < 16 {
				return k
			}
			return history.OK
		}
	}
	judge(t, []verdict{
		{"nothing during the fault", check, during(nil), Unknown, "no operations during the fault", nil},
		{"no fault", check, join(requests("d", 0, 100, 4, cell(history.Failed))), Holds,
			"1 of 4 keys (25.0 %, limit 25 %) and 4 of 100 requests (4.0 %, limit 10 %)", nil},
		{"one cell of four", check, during(requests("d", 20, 100, 4, cell(history.Failed))), Holds, "1 of 4 keys", nil},
		{"time-outs are unserved", check, during(requests("d", 20, 100, 4, every(5, history.Unknown))), Violated,
			"4 of 4 keys (100.0 %, limit 25 %) and 20 of 100", steps("d", 0, 50, 5)},
		{"a key that did not ask", BlastRadius(Filter{Operation: "order"}, []string{"k0", "k1", "k2", "k3", "k4"}, 0.25, 0.1),
			during(requests("d", 20, 100, 4, cell(history.Failed))), Holds, "1 of 5 keys", nil},
		{"requests", check, during(requests("d", 20, 20, 4, cell(history.Failed))), Violated,
			"4 of 20 requests (20.0 %, limit 10 %)", []string{
				"d0", "d4", "d8", "d12",
			}},
		{"never ended, either way", check, during(requests("d", 20, 20, 4, cell(""))), Unknown, "4 requests never ended",
			nil},
		{"never ended, too many keys or not", check, during(requests("d", 20, 100, 4, func(i int) history.Kind {
			return map[bool]history.Kind{false: history.OK}[i < 2]
		})), Unknown,
			"0 of 4 keys (0.0 %, limit 25 %) and 0 of 100 requests (0.0 %, limit 10 %) unserved, 2 requests never ended", nil},
		{"never ended, within anyway", check, during(requests("d", 20, 100, 4, cell(""))), Holds, "4 requests never ended",
			nil},
	})
}

func TestFairness(t *testing.T) {
	check := Fairness("order", 0.8)
	judge(t, []verdict{
		{"one key", check, join(requests("o", 0, 10, 1, all(history.OK))), Unknown, "1 key: nobody to be fair between", nil},
		{"alike", check, join(requests("o", 0, 10, 2, all(history.OK))), Holds, "Jain's index 1.000 over 2 keys", nil},
		{"alike, with nothing", check, join(requests("o", 0, 10, 2, all(history.Failed))), Holds, "Jain's index 1.000", nil},
		{"one of two", check, join(requests("o", 0, 4, 2, every(2, history.Failed))), Violated,
			`Jain's index 0.500 over 2 keys, at least 0.8 wanted; "k0" fares worst: 0 of 2 served`, []string{"o0", "o2"}},
		{"one asks for more, and gets it", check, join(requests("o", 0, 10, 2, all(history.OK)),
			requests("p", 100, 20, 1, all(history.OK))), Holds, "Jain's index 1.000", nil},
		{"one asks for more, and gets as much as the other", check, join(requests("o", 0, 10, 2, all(history.OK)),
			requests("p", 100, 20, 1, all(history.Failed))), Violated,
			`Jain's index 0.692 over 2 keys, at least 0.8 wanted; "k0" fares worst: 5 of 25 served`, steps("p", 0, 10, 1)},
		{"no fairer than wanted", Fairness("", 0.5), join(requests("o", 0, 4, 2, every(2, history.Failed))), Holds,
			"0.500 over 2 keys, at least 0.5 wanted", nil},
		{"one of two timed out", check, join(requests("o", 0, 4, 2, every(2, history.Unknown))), Violated, "0.500",
			[]string{"o0", "o2"}},
		{"one of two never ended", check, join(requests("o", 0, 4, 2, every(2, ""))), Unknown,
			"Jain's index 0.500 over 2 keys, at least 0.8 wanted; \"k0\" fares worst: 0 of 2 served, 2 never ended", nil},
		{"one of many never ended", check, join(requests("o", 0, 100, 2, every(100, ""))), Holds, "1 never ended", nil},
		{"the runner's own", check,
			join(with(invoke(-5, "w"), func(e *line) { e.Key = "warm-up" }), failed(-4, "w"), mark(0, history.LoadStart),
				requests("o", 1, 10, 2, all(history.OK)), mark(90, history.LoadEnd)), Holds, "over 2 keys", nil},
	})
}

func TestImbalance(t *testing.T) {
	gets := func(on ...string) (l []line) {
		for i, shard := range on {
			l = append(l, effect(i, "get", "", shard))
		}
		return l
	}
	judge(t, []verdict{
		{"no effects", Imbalance("get", nil, 2), join(accepted(0, "a")), Unknown, `no effect "get"`, nil},
		{"even", Imbalance("get", nil, 1), join(accepted(0, "a"), gets("x", "y")), Holds,
			"x has 1 of 2 get over 2 keys = 1.00 × the mean, limit 1 ×", nil},
		{"hot", Imbalance("get", nil, 1.4), join(accepted(0, "a"), gets("x", "y", "y", "y")), Violated,
			"y has 3 of 4 get over 2 keys = 1.50 ×", nil},
		{"one got nothing", Imbalance("get", []string{"x", "y", "z"}, 1.4), join(accepted(0, "a"), gets("x", "y", "w")),
			Violated, "x has 1 of 2 get over 3 keys = 1.50 ×", nil},
	})
}

func TestRecovery(t *testing.T) {
	check := Recovery(Filter{Operation: "order"}, 0.95, ms(100))
	after := func(n int, end func(int) history.Kind) history.History {
		return join(requests("b", 0, 50, 1, all(history.OK)), mark(100, history.FaultInjected),
			requests("d", 101, 50, 1, all(history.Failed)), mark(200, history.FaultReverted), requests("a", 200, n, 1, end))
	}
	until := func(n int, k history.Kind) func(int) history.Kind {
		return func(i int) history.Kind {
			if i < n {
				return k
			}
			return history.OK
		}
	}
	judge(t, []verdict{
		{"no fault", check, join(accepted(0, "a")), Unknown, "nothing to recover from", nil},
		{"no health before", check, join(mark(0, history.FaultInjected), mark(1, history.FaultReverted), accepted(2, "a")),
			Unknown, "no health to recover", nil},
		{"nothing after", check, after(0, nil), Unknown, "no operations after the fault", nil},
		{"at once", check, after(150, all(history.OK)), Holds, "0 µs after the revert", nil},
		{"in time", check, after(150, until(55, history.Unknown)), Holds,
			"(100.0 %) 60 ms after the revert, limit 100 ms; 55 operations unserved", nil},
		{"too late", check, after(150, until(120, history.Unknown)), Violated, "120 ms after the revert",
			steps("a", 100, 110, 1)},
		{"never", check, after(300, all(history.Failed)), Violated, "not yet when the load ended, 300 ms",
			steps("a", 100, 110, 1)},
		{"relapse", check, after(200, func(i int) history.Kind {
			return map[bool]history.Kind{true: history.Failed, false: history.OK}[i >= 150 && i < 160]
		}),
			Violated, "160 ms after", steps("a", 150, 160, 1)},
		{"half as well", Recovery(Filter{}, 0.5, ms(100)), after(150, every(2, history.Failed)), Holds,
			"0 µs after the revert", nil},
		{"no limit, in time", Recovery(Filter{}, 0.95, 0), after(151, until(99, history.Failed)), Holds, "limit 100 ms", nil},
		{"no limit, too late", Recovery(Filter{}, 0.95, 0), after(151, until(111, history.Failed)), Violated, "limit 100 ms",
			steps("a", 100, 110, 1)},
		{"load ended before", check, after(60, all(history.Failed)), Unknown, "not yet when the load ended", nil},
		{"never ended", check, after(150, until(120, "")), Unknown, "0 operations unserved", nil},
	})
}
