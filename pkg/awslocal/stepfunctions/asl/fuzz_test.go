package asl

import (
	"errors"
	"testing"
	"time"
)

// Whatever is read can be used: nothing panics, errors bear a name, and what comes out is JSON.
func FuzzParse(f *testing.F) {
	f.Add(order, `{"id": 7, "beat": 5, "items": ["a", "b"]}`)
	f.Add(one(`{"Type":"Pass","Parameters":{"a.$":"States.Format('{}', $..b)"},"ResultPath":"$.c[0]","End":true}`), `{"b":1}`)
	f.Add(choice(`{"Not":{"Variable":"$.a","StringMatches":"a*\\*"},"Next":"B"}`), `{"a":"ab*"}`)
	f.Add(`{`, `1`)
	f.Fuzz(func(t *testing.T, definition, input string) {
		m, found := Parse(definition)
		if (m == nil) != Failed(found) {
			t.Fatalf("machine %v with %v", m, found)
		}
		v, err := Decode(input)
		if m == nil || err != nil || len(input) > MaxData {
			_ = InvalidDefinition(found)
			return
		}
		use(t, m, Scope{Input: v, Context: v})
	})
}

// use evaluates all that the states of a machine have.
func use(t *testing.T, m *Machine, scope Scope) {
	t.Helper()
	check := func(v any, err error) {
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("error without a name: %v", err)
		}
		if err == nil {
			_, _ = Measure(v, "a state")
		}
	}
	for _, s := range m.States {
		effective, err := s.Effective(scope)
		check(effective, err)
		check(s.Output(scope, s.PassResult(effective)))
		check(s.TaskTimeout(scope))
		check(s.TaskHeartbeat(scope))
		switch s.Type {
		case Choice:
			check(s.Choose(scope))
		case Wait:
			check(s.Until(scope, time.Time{}))
		case Fail:
			_, _, err := s.Failure(scope)
			check(nil, err)
		case Map:
			check(s.Items(scope))
			check(s.Item(scope, 1))
			check(s.Tolerated(scope, 3))
			check(s.Concurrency(scope))
			use(t, s.Each, scope)
		}
		for _, b := range s.Branches {
			use(t, b, scope)
		}
		attempts := make([]int, len(s.Retry))
		s.Retrying("E", attempts, scope.Random)
		if c := s.Catching("E"); c != nil {
			check(c.Output(scope.Input, "E", "c"))
		}
	}
}

// A path or call that is read shows itself as it was written and evaluates to JSON or to an error with a name.
func FuzzExpression(f *testing.F) {
	for _, text := range []string{
		"$", "$$.a['b'].c[-1]", "$..a[?(@.b =~ /x+/i && !(@.c in [1,'2']))].length()", "$.a[1:2]", "$.*",
		`States.Format('\{{}\}', States.ArrayGetItem($.a, 0))`, "States.MathRandom(1, 9)", "States.Array(null, 1.5e3, 'x')",
		"States.JsonMerge($, $, false)", "States.Hash('a', 'MD5')", "States.ArrayRange(1, 9, 2)",
	} {
		f.Add(text, `{"a":[{"b":"xx","c":3},null],"n":1.0}`)
	}
	f.Fuzz(func(t *testing.T, text, input string) {
		x, err := parseExpression(text)
		if err != nil {
			return
		}
		if p, ok := x.(*Path); ok && p.String() != text {
			t.Fatalf("%q shows itself as %q", text, p)
		}
		v, err := Decode(input)
		if err != nil || len(input) > MaxData {
			return
		}
		got, err := x.eval(evaluate(Scope{Input: v, Context: v}), "x.$")
		var e *Error
		switch {
		case err == nil:
			_, _ = Measure(got, "a path")
		case !errors.As(err, &e):
			t.Fatalf("error without a name: %v", err)
		}
		if r, err := ParseReference(text); err == nil && size(v, MaxData) <= MaxData {
			placed, err := r.Place(v, "result")
			if err != nil {
				return
			}
			p, _ := ParsePath(text)
			if back, found, err := p.Select(Scope{Input: placed}); back != "result" || !found || err != nil {
				t.Fatalf("%q of %s is %v", text, Encode(placed), back)
			}
		}
	})
}
