package run

import (
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/usage"
)

// Verdict is the outcome of a case or a run.
type Verdict string

// Pass means that everything was as expected and the fault was seen to act. Fail means that an invariant did
// the opposite of what was expected. Everything else is Unknown.
const (
	Pass    Verdict = "pass"
	Fail    Verdict = "fail"
	Unknown Verdict = "unknown"
)

// Result is the result of a run; its JSON form is the output of `run --json`.
type Result struct {
	Lab     string            `json:"lab"`
	Seed    uint64            `json:"seed"`
	Backend map[string]string `json:"backend"` // dependency → its provider
	Time    string            `json:"time"`    // virtual.RealTime or virtual.VirtualTime
	Verdict Verdict           `json:"verdict"`
	Cases   []Case            `json:"cases"`
	Timings Timings           `json:"timings_ms"`

	Attempts int `json:"attempts,omitempty"` // of smoke, until the verdict was known; Cases and Timings are of the last

	ID string `json:"-"` // begins, after owner.Prefix, the names of all that the cases made on the stack
}

// Case is one design under one fault.
type Case struct {
	Design     string      `json:"design"`
	Without    []string    `json:"without,omitempty"` // the design's guards that are off
	Fault      Injection   `json:"fault"`
	Verdict    Verdict     `json:"verdict"`
	Reason     Reason      `json:"reason,omitzero"` // why the verdict is not pass
	Invariants []Judgement `json:"invariants"`
	Operations Operations  `json:"operations"`
	Phases     Phases      `json:"phases,omitzero"` // the same by when they were sent
	Latency    Latency     `json:"latency_ms"`
	Timeline   Timeline    `json:"timeline"`
	// Before is, by service, how long answers to the design's instances took from the start of the load until
	// the first fault.
	Before map[string]usage.Answers `json:"before_ms,omitempty"`
	// Usage is what the design's instances requested of the dependencies and of each other, from the start of
	// the load until they were stopped. It includes the operation that checks the system's health after the
	// fault.
	Usage usage.Counts `json:"usage,omitempty"`
	// Handled is how many requests each instance answered or made in that time.
	Handled usage.Handled `json:"-"`
	// Uncounted says why the repair or the audit failed after the fault, for example because a dependency
	// lost its queues. Then nothing is judged.
	Uncounted string `json:"uncounted,omitempty"`
	// Instances and Links are the names in the design that schedules can use: the instances at the start of
	// the load, and, sorted, the links dialed until the audit, as "billing-1→redis".
	Instances []string `json:"instances,omitempty"`
	Links     []string `json:"links,omitempty"`
	// Digest is a hash of the history, including times. It is set only in virtual time, where a seed gives
	// the same history every time.
	Digest string `json:"digest,omitempty"`

	History history.History `json:"-"` // empty if the run was to drop it
}

// Label names the design with the guards that are off.
func (c Case) Label() string { return lab.Label(c.Design, c.Without) }

// Judgement is an invariant's finding and what was expected of it.
type Judgement struct {
	Name     string           `json:"name"`
	Expected invariant.Status `json:"expected"` // empty if nothing is predicted
	Got      invariant.Status `json:"got"`
	Evidence string           `json:"evidence"`
	Strict   bool             `json:"strict,omitempty"`     // a busy machine is no excuse for a violation
	Ops      []string         `json:"operations,omitempty"` // the operations that offend
}

// Injection is what was requested of a fault and what was observed.
type Injection struct {
	Name      string `json:"name"`          // the lab's name for it: "poison"
	State     string `json:"state"`         // one of the constants below
	Requested string `json:"requested"`     // with units
	Measured  string `json:"measured"`      // with units
	Healthy   bool   `json:"healthy_after"` // an operation succeeded once it was over

	Early    string `json:"ended_early,omitempty"` // what was measured at the end, if it no longer acted there
	Reverted string `json:"reverted,omitempty"`    // what was measured once it was reverted
}

// The states of an injection.
const (
	NoFault       = "none"          // there was none
	Installed     = "installed"     // it was seen to act until its end, and to be over after its revert
	Indeterminate = "indeterminate" // it was injected, but not seen to act, or not until its end
	NotInjected   = "not-injected"  // it could not be injected
	NotReverted   = "not-reverted"  // it could not be taken back, or something was left of it
)

// Operations counts the workload's operations by how they ended.
type Operations struct {
	Total   int `json:"total"`
	OK      int `json:"ok"`
	Failed  int `json:"failed"`
	Unknown int `json:"unknown"`
}

// Phases counts operations by whether they were sent before, during or after the fault. Without a fault all are
// before.
type Phases struct {
	Before Operations `json:"before"`
	During Operations `json:"during"`
	After  Operations `json:"after"`
}

// Latency covers all operations that were sent, from the time at which each was due, in milliseconds.
type Latency struct {
	P50    float64 `json:"p50"`
	P99    float64 `json:"p99"`
	Max    float64 `json:"max"`
	Behind float64 `json:"behind"`         // by how much the load generator itself was late at worst
	Echo   float64 `json:"echo,omitempty"` // how long an echo within this process took at worst; only in real time
}

// Timeline is a case over time. Times are in seconds since the start of the load.
type Timeline struct {
	From    float64  `json:"fault_from"`
	To      float64  `json:"fault_to"`
	LoadEnd float64  `json:"load_end"`
	End     float64  `json:"end"`
	Backlog []Sample `json:"backlog"` // work accepted and not finished
}

// Sample is a gauge's value at a time, in seconds since the start of the load.
type Sample struct {
	At float64 `json:"at"`
	N  int     `json:"n"`
}

// Timings are of the run as a whole, in milliseconds.
type Timings struct {
	StackReady float64 `json:"stack_ready"`
	Total      float64 `json:"total"`
}
