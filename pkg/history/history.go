package history

import (
	"slices"
	"sync"
	"time"
)

// Kind is the kind of an [Event].
type Kind string

// An operation is one Invoke followed by at most one OK, Failed or Unknown. An operation whose end was never
// recorded counts as Unknown: it may have taken effect.
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
	At   time.Duration `json:"at"`   // since the start of the load, in nanoseconds; negative before it
	Kind Kind          `json:"kind"` //
	// the operation's ID; an effect bears the ID of the operation it belongs to
	Op    string `json:"op,omitempty"`
	Name  string `json:"name,omitempty"`  // operation: what was asked; effect: what happened; mark: which
	By    string `json:"by,omitempty"`    // client or instance
	Key   string `json:"key,omitempty"`   // the key, queue or tenant concerned
	Value string `json:"value,omitempty"` // written or read; for a mark or a failure, what was said
	// a count or version, where the name has one; of an invocation, by how many microseconds it was late
	N int64 `json:"n,omitempty"`
}

// Canary is the [Event.By] of the runner's own operations, which check the system's health. They count
// nowhere, and neither do their effects.
const Canary = "canary"

// History is a record in the order in which it was written.
type History []Event

// Recorder writes a history. It is safe for concurrent use.
type Recorder struct {
	mu    sync.Mutex
	start time.Time
	full  []History // chunks that are never written again
	last  History   // the chunk being filled
}

// chunk is how many events are allocated at once. One growing slice would be copied whole while all clients
// wait. At a million events that takes tens of milliseconds, which the clients would measure as the system's
// latency.
const chunk = 1024

// NewRecorder returns a recorder whose time zero is start.
func NewRecorder(start time.Time) *Recorder { return &Recorder{start: start} }

// Start moves time zero to the start of the load. Earlier events get negative times.
func (r *Recorder) Start(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	earlier := r.full
	if len(r.last) > 0 {
		earlier = append(earlier, r.last)
	}
	r.full, r.last = nil, nil
	for _, events := range earlier {
		moved := slices.Clone(events) // a snapshot being made still reads the old ones
		for i := range moved {
			moved[i].At -= at.Sub(r.start)
		}
		r.full = append(r.full, moved)
	}
	r.start = at
}

// Add appends e, stamped with the time since zero.
func (r *Recorder) Add(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.At = time.Since(r.start)
	if len(r.last) == cap(r.last) {
		if r.last != nil {
			r.full = append(r.full, r.last)
		}
		r.last = make(History, 0, chunk)
	}
	r.last = append(r.last, e)
}

// Mark appends a mark: something that the runner or a fault did.
func (r *Recorder) Mark(name, value string) { r.Add(Event{Kind: Mark, Name: name, Value: value}) }

// Snapshot returns a copy of the record so far. It does not delay the writers.
func (r *Recorder) Snapshot() History {
	r.mu.Lock()
	full, last := r.full[:len(r.full):len(r.full)], r.last
	r.mu.Unlock()
	n := len(last)
	for _, events := range full {
		n += len(events)
	}
	h := make(History, 0, n)
	for _, events := range full {
		h = append(h, events...)
	}
	return append(h, last...)
}
