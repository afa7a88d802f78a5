package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// check holds the history against the design's expectations, in the order of the lab's invariants. What
// could not be counted is held against nothing: it would say that all is lost.
func (x *experiment) check(context.Context) error {
	x.result.History = x.rec.Snapshot()
	if virtual.On {
		x.result.Digest = digest(x.result.History)
	}
	x.result.Invariants = []Judgement{}
	expect, predicted := x.cfg.Lab.Expected(x.cfg.Fault.Name, x.design.Name)
	for _, inv := range x.cfg.Lab.Invariants {
		expected, _ := expect.Of(inv.Name)
		if !predicted { // of a fault that is the user's own; everything is looked at
			expected = ""
		}
		if (expected != "" || !predicted) && x.result.Uncounted == "" {
			x.result.Invariants = append(x.result.Invariants, Judgement{Name: inv.Name, Expected: expected})
		}
	}
	Judge(x.cfg.Lab, &x.result)
	if x.cfg.Forget {
		x.result.History = nil
	}
	return nil
}

// digest returns a hash of a history as it is written.
func digest(h history.History) string {
	hash := sha256.New()
	_ = history.Write(hash, history.Header{}, h) // a hash takes everything
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

// starved is the share of a fault's time by which the load generator may be late. It does nothing but
// wait and hand over: where it is later, this process did not get the processor, and what a design did
// meanwhile says as much of the machine as of the design.
const starved = 1.0 / 40

// tooBusy says why what happened tells as much of the machine as of the design, and nothing where it
// does not: the load generator was late, or a dependency was slow before anything was done to it.
func tooBusy(c Case) string {
	if c.Latency.Behind > starved*1000*(c.Timeline.To-c.Timeline.From) {
		return fmt.Sprintf("operations went out up to %.0f ms late", c.Latency.Behind)
	}
	says, most := "", 1.0
	for _, service := range slices.Sorted(maps.Keys(c.Before)) {
		if a := c.Before[service]; a.TooSlow() && a.P50 > most*a.Limit {
			most = a.P50 / a.Limit
			says = fmt.Sprintf("%s answered in %.0f ms at the median before the fault (limit %.0f ms)", service, a.P50, a.Limit)
		}
	}
	return says
}

// judge is the rule of a case's verdict. A contradiction of what was expected is a failure only
// where the fault acted on real operations, on a machine that had time for them; without these a
// case proves nothing either way.
func judge(c Case) (Verdict, Reason) {
	if missing := unproven(c); missing != "" {
		return Unknown, Reason{Unproven, missing}
	}
	if len(c.Invariants) == 0 {
		return Unknown, Reason{Unpredicted, "no invariant was judged"}
	}
	v, reason := Pass, Reason{}
	for _, j := range c.Invariants {
		switch {
		case j.Expected == "":
			return Unknown, Reason{Unpredicted, "nothing is predicted of this fault; the findings stand for themselves"}
		case j.Got == j.Expected:
		case j.Got == invariant.Unknown:
			v, reason = Unknown, Reason{
				Unproven, fmt.Sprintf("%s: expected %s, but the history does not say", j.Name, j.Expected),
			}
		default:
			text := fmt.Sprintf("%s: expected %s, got %s", j.Name, j.Expected, j.Got)
			if busy := tooBusy(c); busy != "" {
				return Unknown, Reason{TooBusy, fmt.Sprintf("%s; but the machine was too busy to tell: %s", text, busy)}
			}
			return Fail, Reason{Contradicted, text}
		}
	}
	return v, reason
}

// unproven says what is missing without which a case proves nothing, and nothing where all is there.
func unproven(c Case) string {
	switch {
	case c.Fault.State == NotReverted || c.Fault.State == NotInjected:
		return fmt.Sprintf("the fault was %s: %s", c.Fault.State, c.Fault.Measured)
	case c.Uncounted != "":
		return "what became of the operations could not be counted: " + c.Uncounted
	case c.Operations.Total == 0:
		return "there were no operations"
	case c.Fault.State != Installed:
		return "the fault was not seen to act"
	case c.Operations.OK == 0:
		return "no operation succeeded"
	}
	return ""
}
