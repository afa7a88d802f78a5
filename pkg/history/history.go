package history

import (
	"sync"
	"time"
)

// Kind says what an [Event] records.
type Kind string

// An operation is one Invoke followed by at most one OK, Failed or Unknown. An operation whose
// end was never recorded counts as Unknown: it may have taken effect.
const (
	Invoke  Kind = "invoke"  // a client sent an operation
	OK      Kind = "ok"      // it was acknowledged
	Failed  Kind = "failed"  // it certainly did not happen
	Unknown Kind = "unknown" // it may have happened: time-out, connection lost
	Effect  Kind = "effect"  // something happened inside the system because of an operation
	Mark    Kind = "mark"    // the runner's own: a phase begins, a fault is injected or reverted
)

// Event is one line of a history.
type Event struct {
	At    time.Duration `json:"at"`              // since the start of the load, in nanoseconds; negative before it
	Kind  Kind          `json:"kind"`            //
	Op    string        `json:"op,omitempty"`    // the operation's ID; an effect bears the ID of the operation it belongs to
	Name  string        `json:"name,omitempty"`  // operation: what was asked; effect: what happened; mark: which
	By    string        `json:"by,omitempty"`    // client or instance
	Key   string        `json:"key,omitempty"`   // the key, queue or tenant concerned
	Value string        `json:"value,omitempty"` // written or read; for a mark or a failure, what was said
	N     int64         `json:"n,omitempty"`     // a count or version, where the name has one
}

// History is a record in the order in which it was written.
type History []Event

// Recorder writes a history. It is safe for concurrent use.
type Recorder struct {
	mu     sync.Mutex
	start  time.Time
	events History
}

// NewRecorder returns a recorder whose time zero is start.
func NewRecorder(start time.Time) *Recorder { return &Recorder{start: start} }

// Start moves time zero: to the instant at which the load begins. What was recorded before keeps
// its place on the clock, so it becomes negative and the order of time stays that of the record.
func (r *Recorder) Start(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	moved := make(History, len(r.events)) // a copy: a snapshot taken earlier is never written again
	for i, e := range r.events {
		e.At -= at.Sub(r.start)
		moved[i] = e
	}
	r.start, r.events = at, moved
}

// Add appends e, stamped with the present time since zero.
func (r *Recorder) Add(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.At = time.Since(r.start)
	r.events = append(r.events, e)
}

// Mark appends a mark: what the runner or a fault did.
func (r *Recorder) Mark(name, value string) { r.Add(Event{Kind: Mark, Name: name, Value: value}) }

// Snapshot returns what has been recorded so far. The returned slice is never written again.
func (r *Recorder) Snapshot() History {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.events[:len(r.events):len(r.events)]
}
