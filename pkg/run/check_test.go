package run

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/invariant"
)

// Whatever a case lacks of a proof makes it unknown, and only a whole one passes or fails.
func TestJudge(t *testing.T) {
	const holds, violated, unknown = invariant.Holds, invariant.Violated, invariant.Unknown
	for name, c := range map[string]struct {
		change func(*Case)
		want   Verdict
		says   string
	}{
		"as expected":            {func(*Case) {}, Pass, ""},
		"a contradiction":        {func(c *Case) { c.Invariants[1].Got = violated }, Fail, "b: expected holds, got violated"},
		"a history that is mute": {func(c *Case) { c.Invariants[1].Got = unknown }, Unknown, "b: expected holds, but the history"},
		"no prediction":          {func(c *Case) { c.Invariants[0].Expected = "" }, Unknown, "nothing is predicted"},
		"no invariant":           {func(c *Case) { c.Invariants = nil }, Unknown, "no invariant"},
		"no operation":           {func(c *Case) { c.Operations = Operations{} }, Unknown, "no operations"},
		"no success":             {func(c *Case) { c.Operations.OK = 0 }, Unknown, "no operation succeeded"},
		"a fault that was idle":  {func(c *Case) { c.Fault.State = Indeterminate }, Unknown, "not seen to act"},
		"a fault that is stuck":  {func(c *Case) { c.Fault.State = NotReverted }, Unknown, "not-reverted"},
		"late, as expected":      {func(c *Case) { c.Latency.Behind = 500 }, Pass, ""},
		"late, a contradiction": {func(c *Case) { c.Latency.Behind, c.Invariants[0].Got = 101, holds }, Unknown,
			"a: expected violated, got holds; but the machine was too busy to tell: operations went out up to 101 ms late"},
		"hardly late, a contradiction": {func(c *Case) { c.Latency.Behind, c.Invariants[0].Got = 99, holds }, Fail, "a: expected violated, got holds"},
	} {
		whole := Case{
			Fault:      Injection{State: Installed},
			Operations: Operations{Total: 10, OK: 5, Failed: 5},
			Timeline:   Timeline{From: 2, To: 6},
			Invariants: []Judgement{{Name: "a", Expected: violated, Got: violated}, {Name: "b", Expected: holds, Got: holds}},
		}
		c.change(&whole)
		if got, why := judge(whole); got != c.want || !strings.Contains(why, c.says) {
			t.Errorf("%s: %s because %q; want %s because of %q", name, got, why, c.want, c.says)
		}
	}
}
