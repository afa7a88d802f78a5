package asl

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// decide evaluates one choice rule: the state T is next if it holds, F if it does not.
func decide(t *testing.T, rule, input string) (string, error) {
	t.Helper()
	definition := fmt.Sprintf(`{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[%s,"Next":"T"}],"Default":"F"},
		"T":{"Type":"Succeed"},"F":{"Type":"Succeed"}}}`, strings.TrimSuffix(rule, "}"))
	m, found := Parse(definition)
	if m == nil {
		t.Fatalf("%s: %v", rule, found)
	}
	return m.States["A"].Choose(Scope{Input: value(t, input), Context: value(t, `{"c": 1}`)})
}

// Each rule with values of $.v for which it holds and for which it does not; $.w is "m", $.n 5, $.t a time.
func TestChoiceRules(t *testing.T) {
	for _, tc := range []struct {
		rule    string
		ok, bad []string
	}{
		{`{"Variable":"$.v","StringEquals":"m"}`, []string{`"m"`}, []string{`"M"`, `"m "`, `1`, `null`, `["m"]`, `{}`}},
		{`{"Variable":"$.v","StringLessThan":"m"}`, []string{`"a"`, `""`, `"M"`}, []string{`"m"`, `"z"`, `1`}},
		{`{"Variable":"$.v","StringLessThanEquals":"m"}`, []string{`"a"`, `"m"`}, []string{`"z"`, `null`}},
		{`{"Variable":"$.v","StringGreaterThan":"m"}`, []string{`"z"`}, []string{`"m"`, `"a"`, `9`}},
		{`{"Variable":"$.v","StringGreaterThanEquals":"m"}`, []string{`"z"`, `"m"`}, []string{`"a"`}},
		{`{"Variable":"$.v","StringEqualsPath":"$.w"}`, []string{`"m"`}, []string{`"a"`, `1`}},
		{`{"Variable":"$.v","StringLessThanPath":"$.w"}`, []string{`"a"`}, []string{`"m"`}},
		{`{"Variable":"$.v","StringEqualsPath":"$.n"}`, nil, []string{`"5"`, `5`}},
		{`{"Variable":"$.v","NumericEquals":5}`, []string{`5`, `5.0`, `50e-1`}, []string{`"5"`, `5.1`, `true`, `null`}},
		{`{"Variable":"$.v","NumericEquals":9007199254740993}`, []string{`9007199254740993`}, []string{`9007199254740992`}},
		{`{"Variable":"$.v","NumericLessThan":5}`, []string{`4.9`, `-1`}, []string{`5`, `"4"`}},
		{`{"Variable":"$.v","NumericLessThanEquals":5}`, []string{`5`, `4`}, []string{`6`}},
		{`{"Variable":"$.v","NumericGreaterThan":5}`, []string{`6`}, []string{`5`}},
		{`{"Variable":"$.v","NumericGreaterThanEqualsPath":"$.n"}`, []string{`5`, `6`}, []string{`4`}},
		{`{"Variable":"$.v","BooleanEquals":true}`, []string{`true`}, []string{`false`, `"true"`, `1`}},
		{`{"Variable":"$.v","BooleanEqualsPath":"$.v"}`, []string{`true`, `false`}, []string{`1`, `null`}},
		{
			`{"Variable":"$.v","TimestampEquals":"2026-01-02T03:04:05Z"}`,
			[]string{`"2026-01-02T03:04:05Z"`, `"2026-01-02T04:04:05.000+01:00"`},
			[]string{`"2026-01-02T03:04:06Z"`, `"2026-01-02"`, `1`},
		},
		{
			`{"Variable":"$.v","TimestampLessThanPath":"$.t"}`,
			[]string{`"2025-12-31T23:59:59Z"`}, []string{`"2026-01-02T03:04:05Z"`, `"yesterday"`},
		},
		{`{"Variable":"$.v","TimestampGreaterThanEqualsPath":"$.w"}`, nil, []string{`"2025-12-31T23:59:59Z"`}},
		{`{"Variable":"$.v","StringMatches":"log-*.txt"}`, []string{`"log-.txt"`, `"log-a.txt.txt"`}, []string{
			`"log-a.tx"`, `"alog-a.txt"`, `"log-txt"`, `1`,
		}},
		{`{"Variable":"$.v","StringMatches":"a*b*a"}`, []string{`"aba"`, `"a-b-ba"`}, []string{`"ab"`, `"aa"`, `"ba"`}},
		{`{"Variable":"$.v","StringMatches":"a*a"}`, []string{`"aa"`, `"aaa"`}, []string{`"a"`}},
		{`{"Variable":"$.v","StringMatches":"\\*\\\\*"}`, []string{`"*\\"`, `"*\\x"`}, []string{`"x\\"`, `"*x"`}},
		{`{"Variable":"$.v","StringMatches":"m"}`, []string{`"m"`}, []string{`"mm"`, `""`}},
		{`{"Variable":"$.v","StringMatches":"*"}`, []string{`""`, `"m"`}, []string{`null`}},
		{`{"Variable":"$.v","IsNull":true}`, []string{`null`}, []string{`0`, `""`, `{}`}},
		{`{"Variable":"$.v","IsNull":false}`, []string{`0`}, []string{`null`}},
		{`{"Variable":"$.v","IsString":true}`, []string{`""`}, []string{`0`, `null`}},
		{`{"Variable":"$.v","IsNumeric":true}`, []string{`0`, `1.5`}, []string{`"0"`}},
		{`{"Variable":"$.v","IsBoolean":true}`, []string{`false`}, []string{`"false"`}},
		{`{"Variable":"$.v","IsTimestamp":true}`, []string{`"2026-01-02T03:04:05Z"`}, []string{
			`"2026-01-02T03:04:05"`, `"2026-01-02 03:04:05Z"`, `"2026-13-02T03:04:05Z"`, `"2026-01-02T25:04:05Z"`, `5`,
			`"2026-01-02T3:04:05Z"`, `"2026-01-02T03:04:05,5Z"`, `""`,
		}},
		{`{"Variable":"$.v","IsPresent":true}`, []string{`null`, `1`}, nil},
		{`{"Variable":"$.v.x","IsPresent":false}`, []string{`null`, `1`, `{}`}, []string{`{"x":null}`}},
		{`{"Variable":"$$.c","NumericEqualsPath":"$.v"}`, []string{`1`}, []string{`2`}},
		{`{"Not":{"Variable":"$.v","NumericEquals":5}}`, []string{`4`, `"5"`}, []string{`5`}},
		{`{"And":[{"Variable":"$.v","IsNumeric":true},{"Variable":"$.v","NumericLessThan":5}]}`, []string{`4`}, []string{
			`5`, `"4"`,
		}},
		{`{"Or":[{"Variable":"$.v","NumericEquals":1},{"Not":{"Variable":"$.v","IsNumeric":true}}]}`, []string{
			`1`, `"x"`,
		}, []string{`2`}},
		{ // the second rule would fail
			`{"And":[{"Variable":"$.v.x","IsPresent":true},{"Variable":"$.v.x","NumericEquals":1}]}`,
			[]string{`{"x":1}`}, []string{`{}`},
		},
	} {
		check := func(v, want string) {
			next, err := decide(t, tc.rule, fmt.Sprintf(`{"v":%s,"w":"m","n":5,"t":"2026-01-02T03:04:05Z"}`, v))
			if next != want || err != nil {
				t.Errorf("%s with %s leads to %q, %v, want %s", tc.rule, v, next, err, want)
			}
		}
		for _, v := range tc.ok {
			check(v, "T")
		}
		for _, v := range tc.bad {
			check(v, "F")
		}
	}
}

func TestChoicesFail(t *testing.T) {
	for _, rule := range []string{
		`{"Variable":"$.no","StringEquals":"a"}`, `{"Variable":"$.no","IsNull":true}`,
		`{"Variable":"$.v","StringEqualsPath":"$.no"}`, `{"Not":{"Variable":"$.no","BooleanEquals":true}}`,
	} {
		_, err := decide(t, rule, `{"v":"a"}`)
		checkError(t, rule, err, ErrRuntime,
			"Invalid path '$.no': The choice state's condition path references an invalid value.")
	}
	m, _ := Parse(choice(`{"Variable":"$.v","IsNull":true,"Next":"B"}`))
	_, err := m.States["A"].Choose(Scope{Input: value(t, `{"v":1}`)})
	checkError(t, "no match", err, ErrRuntime,
		"Failed to transition out of the state. The state does not point to a next state.")
	want := "An error occurred while executing the state 'A' (entered at the event id #7). Failed to transition out " +
		"of the state. The state does not point to a next state."
	var e *Error
	if !errors.As(err, &e) || e.CauseIn("A", 7) != want {
		t.Errorf("in a history: %s, want %s", e.CauseIn("A", 7), want)
	}
}
