package asl

import (
	"testing"
	"time"
)

// state reads the one state of a definition.
func state(t *testing.T, text string) *State {
	t.Helper()
	m, found := Parse(one(text))
	if m == nil {
		t.Fatalf("%s: %v", text, found)
	}
	return m.States["A"]
}

func TestWaitsEnd(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	scope := Scope{Input: value(t, `{"n": 5, "at": "2026-01-02T05:04:05+01:00"}`)}
	for wait, want := range map[string]time.Duration{
		`"Seconds":0`:                          0,
		`"Seconds":99999999`:                   99999999 * time.Second,
		`"SecondsPath":"$.n"`:                  5 * time.Second,
		`"Timestamp":"2026-01-02T03:04:06.5Z"`: 1500 * time.Millisecond,
		`"Timestamp":"2026-01-01T00:00:00Z"`:   -(27*time.Hour + 4*time.Minute + 5*time.Second),
		`"TimestampPath":"$.at"`:               time.Hour,
	} {
		until, err := state(t, `{"Type":"Wait","End":true,`+wait+`}`).Until(scope, now)
		if until.Sub(now) != want || err != nil {
			t.Errorf("%s ends after %v, %v, want %v", wait, until.Sub(now), err, want)
		}
	}
}

// The causes are those of recorded executions.
func TestWaitsFail(t *testing.T) {
	for _, tc := range []struct{ wait, input, want string }{
		{`"SecondsPath":"$.n"`, `{}`, "The SecondsPath parameter does not reference an input value: $.n"},
		{`"SecondsPath":"$.n"`, `{"n":"5"}`, "The SecondsPath parameter does not reference an input value: $.n"},
		{`"SecondsPath":"$.n"`, `{"n":1.5}`, "The SecondsPath parameter cannot be parsed as a long value: $.n == 1.5"},
		{`"SecondsPath":"$.n"`, `{"n":-1}`, "The SecondsPath parameter references a negative value: $.n == -1"},
		{`"TimestampPath":"$.n"`, `{"n":"2016-12-05 21:29:29Z"}`, "The TimestampPath parameter does not reference a valid " +
			"ISO-8601 extended offset date-time format string: $.n == 2016-12-05 21:29:29Z"},
	} {
		_, err := state(t, `{"Type":"Wait","End":true,`+tc.wait+`}`).Until(Scope{Input: value(t, tc.input)}, time.Time{})
		checkError(t, tc.wait, err, ErrRuntime, tc.want)
	}
	task := state(t, `{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","TimeoutSecondsPath":"$.no","End":true}`)
	_, err := task.TaskTimeout(Scope{Input: value(t, `{}`)})
	checkError(t, "time-out", err, ErrRuntime, "Invalid path '$.no' : No results for path: $['no']")
}

func TestMapsLimits(t *testing.T) {
	const head = `{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}}},`
	scope := func(v string) Scope { return Scope{Input: value(t, `{"v":`+v+`}`)} }
	for _, tc := range []struct {
		fields, v string
		want      int // of 10
	}{
		{`"Comment":""`, `0`, 0},
		{`"ToleratedFailureCount":3`, `0`, 3},
		{`"ToleratedFailureCount":30`, `0`, 10},
		{`"ToleratedFailurePercentage":25`, `0`, 2},
		{`"ToleratedFailureCount":3,"ToleratedFailurePercentage":25`, `0`, 2},
		{`"ToleratedFailureCountPath":"$.v"`, `4`, 4},
		{`"ToleratedFailurePercentagePath":"$.v"`, `100`, 10},
	} {
		if n, err := state(t, head+tc.fields+`}`).Tolerated(scope(tc.v), 10); n != tc.want || err != nil {
			t.Errorf("%s with %s tolerates %d, %v, want %d", tc.fields, tc.v, n, err, tc.want)
		}
	}
	for _, tc := range []struct{ fields, v, want string }{
		{`"ToleratedFailureCountPath":"$.v"`, `-1`, "ToleratedFailureCount cannot be negative."},
		{`"ToleratedFailureCountPath":"$.v"`, `{}`,
			`The ToleratedFailureCountPath field refers to value "{}" which is not a valid integer: $.v`},
		{`"ToleratedFailurePercentagePath":"$.v"`, `100.1`, "ToleratedFailurePercentage must be between 0 and 100."},
		{`"ToleratedFailurePercentagePath":"$.v"`, `"NoNumber"`,
			`The ToleratedFailurePercentagePath field refers to value "NoNumber" which is not a valid float: $.v`},
	} {
		_, err := state(t, head+tc.fields+`}`).Tolerated(scope(tc.v), 10)
		checkError(t, tc.fields, err, ErrRuntime, tc.want)
	}
	_, err := state(t, head+`"MaxConcurrencyPath":"$.v"}`).Concurrency(scope(`"x"`))
	checkError(t, "concurrency", err, ErrRuntime,
		`The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.v`)
	_, err = state(t, head+`"ItemsPath":"$.v"}`).Items(scope(`{}`))
	checkError(t, "items", err, ErrRuntime, `Reference path "$.v" must point to array.`)
	_, err = state(t, head+`"ItemsPath":"$.v.items"}`).Items(scope(`{}`))
	checkError(t, "no items", err, ErrReferencePathConflict, `Unable to apply step "items" to input {"v":{}}`)
}
