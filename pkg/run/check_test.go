package run

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/usage"
)

// A case that lacks any part of a proof is unknown; only a complete one passes or fails.
func TestJudge(t *testing.T) {
	slow := map[string]usage.Answers{
		"dynamodb": {Calls: 40, P50: 300, Limit: 250}, "kinesis": {Calls: 40, P50: 2100, Limit: 250}, "redis": {
			Calls: 40, P50: 1, Limit: 25,
		},
	}
	quick := map[string]usage.Answers{"kinesis": {Calls: 40, P50: 250, Limit: 250}, "s3": {Calls: 2, P50: 900, Limit: 250}}
	const holds, violated, unknown = invariant.Holds, invariant.Violated, invariant.Unknown
	for name, c := range map[string]struct {
		change func(*Case)
		want   Verdict
		kind   Kind
		says   string
	}{
		"as expected": {func(*Case) {}, Pass, 0, ""},
		"a contradiction": {func(c *Case) {
			c.Invariants[1].Got = violated
		}, Fail, Contradicted, "b: expected holds, got violated"},
		"a history that is mute": {func(c *Case) {
			c.Invariants[1].Got = unknown
		}, Unknown, Unproven, "b: expected holds, but the history"},
		"no prediction": {func(c *Case) {
			c.Invariants[0].Expected = ""
		}, Unknown, Unpredicted, "nothing is predicted"},
		"no invariant":          {func(c *Case) { c.Invariants = nil }, Unknown, Unpredicted, "no invariant"},
		"no operation":          {func(c *Case) { c.Operations = Operations{} }, Unknown, Unproven, "no operations"},
		"no success":            {func(c *Case) { c.Operations.OK = 0 }, Unknown, Unproven, "no operation succeeded"},
		"a fault that was idle": {func(c *Case) { c.Fault.State = Indeterminate }, Unknown, Unproven, "not seen to act"},
		"a fault that never began": {func(c *Case) {
			c.Fault.State, c.Fault.Measured = NotInjected, "no such process"
		}, Unknown, Unproven, "the fault was not-injected: no such process"},
		"a fault that is stuck":   {func(c *Case) { c.Fault.State = NotReverted }, Unknown, Unproven, "not-reverted"},
		"a bit late, as expected": {func(c *Case) { c.Latency.Behind = 399 }, Pass, 0, ""},
		"late, as expected": {func(c *Case) { c.Latency.Behind = 401 }, Unknown, TooBusy,
			"the machine was too busy to tell: operations went out up to 401 ms late"},
		"late, and nothing is judged that depends on it": {func(c *Case) {
			c.Latency.Behind, c.Invariants[0].Strict, c.Invariants[1].Strict = 5000, true, true
		}, Pass, 0, ""},
		"late without a fault": {func(c *Case) {
			c.Fault.State, c.Latency.Behind, c.Timeline = NoFault, 401, Timeline{LoadEnd: 8}
		}, Unknown, TooBusy, "401 ms late"},
		"late in virtual time": {func(c *Case) { c.Latency.Behind, c.Digest = 401, "d1" }, Pass, 0, ""},
		"a contradiction in virtual time": {func(c *Case) {
			c.Latency.Behind, c.Digest, c.Invariants[0].Got = 401, "d1", holds
		}, Fail, Contradicted, "a: expected violated, got holds"},
		"slow before, a contradiction in virtual time": {func(c *Case) {
			c.Before, c.Digest, c.Invariants[0].Got = slow, "d1", holds
		}, Fail, Contradicted, "a: expected violated, got holds"},
		"late, a loss": {func(c *Case) {
			c.Latency.Behind, c.Invariants[1].Got, c.Invariants[1].Strict = 5000, violated, true
		}, Fail, Contradicted, "b: expected holds, got violated"},
		"late, a loss after another doubt": {func(c *Case) {
			c.Latency.Behind, c.Invariants[0].Got = 5000, holds
			c.Invariants[1].Got, c.Invariants[1].Strict = violated, true
		}, Fail, Contradicted, "b: expected holds, got violated"},
		"late, no loss where one is expected": {func(c *Case) {
			c.Latency.Behind, c.Invariants[0].Got, c.Invariants[0].Strict = 101, holds, true
		}, Unknown, TooBusy, "a: expected violated, got holds; but"},
		"down for good, and to hold": {func(c *Case) {
			c.Fault.Healthy, c.Invariants = false, c.Invariants[1:]
		}, Fail, Contradicted, "no operation succeeded within 5s after the fault"},
		"down for good, and to break": {func(c *Case) { c.Fault.Healthy = false }, Pass, 0, ""},
		"a fault that ended early": {func(c *Case) {
			c.Fault.State, c.Fault.Early = Indeterminate, "0 of 1 links dead"
		}, Unknown, Unproven, "the fault was not seen to act until its end: 0 of 1 links dead"},
		"late, a contradiction": {func(c *Case) { c.Latency.Behind, c.Invariants[0].Got = 101, holds }, Unknown, TooBusy,
			"a: expected violated, got holds; but the machine was too busy to tell: operations went out up to 101 ms late"},
		"echoes late, a contradiction": {func(c *Case) { c.Latency.Echo, c.Invariants[0].Got = 101, holds }, Unknown, TooBusy,
			"but the machine was too busy to tell: an echo within this process took up to 101 ms"},
		"slow before, as expected": {func(c *Case) { c.Before = slow }, Pass, 0, ""},
		"slow before, a contradiction": {func(c *Case) { c.Before, c.Invariants[0].Got = slow, holds }, Unknown, TooBusy,
			"a: expected violated, got holds; but the machine was too busy to tell: kinesis answered in 2100 ms at the median " +
				"before the fault (limit 250 ms)"},
		"hardly slow before, a contradiction": {func(c *Case) {
			c.Before, c.Invariants[0].Got = quick, holds
		}, Fail, Contradicted, "a: expected violated, got holds"},
		"slow before, a mute history": {func(c *Case) {
			c.Before, c.Invariants[0].Got = slow, unknown
		}, Unknown, Unproven, "a: expected violated, but the history"},
		"nothing to count": {func(c *Case) {
			c.Uncounted, c.Invariants[0].Got = "audit: no such table", unknown
		}, Unknown, Unproven,
			"what became of the operations could not be counted: audit: no such table"},
		"hardly late, a contradiction": {func(c *Case) {
			c.Latency.Behind, c.Invariants[0].Got = 99, holds
		}, Fail, Contradicted, "a: expected violated, got holds"},
	} {
		whole := Case{
			Fault:      Injection{State: Installed, Healthy: true},
			Operations: Operations{Total: 10, OK: 5, Failed: 5},
			Timeline:   Timeline{From: 2, To: 6},
			Invariants: []Judgement{{Name: "a", Expected: violated, Got: violated}, {Name: "b", Expected: holds, Got: holds}},
		}
		c.change(&whole)
		if got, why := judge(whole); got != c.want || why.Kind != c.kind || !strings.Contains(why.Text, c.says) {
			t.Errorf("%s: %s because %q (%d); want %s because of %q (%d)", name, got, why, why.Kind, c.want, c.says, c.kind)
		}
	}
}

// One failed case fails a run, and one unknown case leaves it unknown, in any order.
func TestSummary(t *testing.T) {
	for _, c := range []struct {
		cases []Verdict
		want  Verdict
	}{
		{nil, Unknown},
		{[]Verdict{Pass, Pass}, Pass},
		{[]Verdict{Pass, Unknown, Pass}, Unknown},
		{[]Verdict{Unknown, Fail}, Fail},
		{[]Verdict{Fail, Pass}, Fail},
	} {
		var cases []Case
		for _, v := range c.cases {
			cases = append(cases, Case{Verdict: v})
		}
		if got := Summary(cases); got != c.want {
			t.Errorf("%q: %s, want %s", c.cases, got, c.want)
		}
	}
}
