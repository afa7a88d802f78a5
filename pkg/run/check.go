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

// check compares the history with the design's expectations, in the order of the lab's invariants. A case
// that could not be counted is not judged: everything would look lost.
func (x *experiment) check(context.Context) error {
	x.result.History = x.rec.Snapshot()
	if virtual.On {
		x.result.Digest = digest(x.result.History)
	}
	x.result.Invariants = []Judgement{}
	expect, predicted := x.cfg.Lab.Expected(x.cfg.Fault.Name, x.design.Name, x.design.Off()...)
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

// digest returns a hash of a written history.
func digest(h history.History) string {
	hash := sha256.New()
	_ = history.Write(hash, history.Header{}, h) // a hash takes everything
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

// starved is the share of a fault's time by which the load generator may be late. The generator only waits
// and hands over. If it is later, this process did not get the processor, and the design's results say as
// much about the machine as about the design.
const starved = 1.0 / 40

// tooBusy says why the results say as much about the machine as about the design, or is empty if they don't:
// the load generator was late, or a dependency was slow before the fault.
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

// judge decides a case's verdict. A contradiction of the expectations is a failure only if the fault acted on
// real operations, on a machine with time for them. Otherwise a case proves nothing either way.
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

// unproven says what a case lacks to prove anything, or is empty.
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
