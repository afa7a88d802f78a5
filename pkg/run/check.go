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
	if x.result.Fault.State == NoFault { // an invariant about a fault does not say
		x.result.Invariants = slices.DeleteFunc(x.result.Invariants, func(j Judgement) bool {
			return j.Got == invariant.Unknown
		})
		x.result.Verdict, x.result.Reason = judge(x.result)
	}
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

// starved is the share of a fault's time by which the load generator may be late, or an echo. The generator only
// waits and hands over. If they are later, this process did not get the processor, and the design's results say as
// much about the machine as about the design.
const starved = 1.0 / 40

// misplaced is the share by which it may be late in a run that passes. A pass needs less: a machine that is a bit slow
// rarely makes a design do what is predicted of it. But the prediction is about what is sent before, during and after
// the fault, and if operations are late by a tenth of its time, a tenth of what was due during it went out after it.
// Where all that is judged is strict, such as loss, nothing depends on that.
const misplaced = 1.0 / 10

// late says that operations or echoes were late by more than that share of the fault's time, or is empty. Without a
// fault it is a share of half of the load, which is a fault's time. In virtual time no machine is busy.
func late(c Case, share float64) string {
	span := c.Timeline.To - c.Timeline.From
	if span <= 0 {
		span = c.Timeline.LoadEnd / 2
	}
	switch limit := share * 1000 * span; {
	case c.Digest != "":
		return ""
	case c.Latency.Behind > limit:
		return fmt.Sprintf("operations went out up to %.0f ms late", c.Latency.Behind)
	case c.Latency.Echo > limit:
		return fmt.Sprintf("an echo within this process took up to %.0f ms", c.Latency.Echo)
	}
	return ""
}

// tooBusy says why the results say as much about the machine as about the design, or is empty if they don't:
// the load generator or an echo was late, or a dependency was slow before the fault.
func tooBusy(c Case) string {
	if says := late(c, starved); says != "" || c.Digest != "" {
		return says
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

// judge decides a case's verdict. A contradiction of the expectations is a failure only if the fault acted on real
// operations, on a machine with time for them; loss, duplicates and the like are one on any machine. Otherwise a case
// proves nothing either way.
func judge(c Case) (Verdict, Reason) {
	if missing := unproven(c); missing != "" {
		return Unknown, Reason{Unproven, missing}
	}
	if len(c.Invariants) == 0 {
		return Unknown, Reason{Unpredicted, "no invariant was judged"}
	}
	var doubts []Reason
	mayBreak, timed := false, false
	for _, j := range c.Invariants {
		mayBreak, timed = mayBreak || j.Expected == invariant.Violated, timed || !j.Strict
		switch {
		case j.Expected == "":
			return Unknown, Reason{Unpredicted, "nothing is predicted of this fault; the findings stand for themselves"}
		case j.Got == j.Expected:
		case j.Got == invariant.Unknown:
			doubts = append(doubts, Reason{
				Unproven, fmt.Sprintf("%s: expected %s, but the history does not say", j.Name, j.Expected),
			})
		default:
			text := fmt.Sprintf("%s: expected %s, got %s", j.Name, j.Expected, j.Got)
			v, why := contradicted(c, text, j.Strict && j.Got == invariant.Violated)
			if v == Fail {
				return v, why
			}
			doubts = append(doubts, why)
		}
	}
	// A failure that outlasts its cause is what a design that breaks may show.
	if !c.Fault.Healthy && !mayBreak {
		return contradicted(c, fmt.Sprintf("no operation succeeded within %v after the fault", recoverTime), false)
	}
	if says := late(c, misplaced); says != "" && timed {
		doubts = append(doubts, Reason{TooBusy, "the machine was too busy to tell: " + says})
	}
	if len(doubts) > 0 {
		return Unknown, doubts[0]
	}
	return Pass, Reason{}
}

// contradicted is the verdict on a contradiction. Unless it is strict, a busy machine excuses it.
func contradicted(c Case, text string, strict bool) (Verdict, Reason) {
	if busy := tooBusy(c); busy != "" && !strict {
		return Unknown, Reason{TooBusy, fmt.Sprintf("%s; but the machine was too busy to tell: %s", text, busy)}
	}
	return Fail, Reason{Contradicted, text}
}

// unproven says what a case lacks to prove anything, or is empty.
func unproven(c Case) string {
	switch {
	case c.Fault.State == NotInjected:
		return fmt.Sprintf("the fault was %s: %s", c.Fault.State, c.Fault.Measured)
	case c.Fault.State == NotReverted:
		return fmt.Sprintf("the fault was %s: %s", c.Fault.State, c.Fault.Reverted)
	case c.Uncounted != "":
		return "what became of the operations could not be counted: " + c.Uncounted
	case c.Operations.Total == 0:
		return "there were no operations"
	case c.Fault.State == Indeterminate && c.Fault.Early != "":
		return "the fault was not seen to act until its end: " + c.Fault.Early
	case c.Fault.State == Indeterminate:
		return "the fault was not seen to act"
	case c.Operations.OK == 0:
		return "no operation succeeded"
	}
	return ""
}
