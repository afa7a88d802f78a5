package fault

import "context"

// Fault is a change for the worse with a measurable effect and a guaranteed revert. A Fault is a plain value:
// it may be injected many times, even on several surfaces at once.
type Fault interface {
	// Requested returns what is requested, with units: "redis: 200 ms latency".
	Requested() string
	// Inject makes the change. An error means that nothing was changed.
	Inject(ctx context.Context, s *Surface) (Injection, error)
}

// Injection is an active fault.
type Injection interface {
	// Measure returns the fault's effect. It is called while the fault is active: at the start of its time until it
	// is seen to act, and at the end, when it must still act. It may send its own traffic.
	Measure(ctx context.Context) (Measurement, error)
	// Revert undoes the change and returns when it is undone. It is idempotent. It is called on every way out
	// of a run, with its own context.
	Revert(ctx context.Context) error
	// Left returns what is left of the effect after Revert, once no other fault is active; if it has Acted, the fault
	// is not over. It is called until nothing is left, or time is up. It may send its own traffic.
	Left(ctx context.Context) (Measurement, error)
}

// Measurement is the observed effect of a fault.
type Measurement struct {
	// Acted says that what was requested is observed, and not just any effect. What happens once, such as a crash,
	// has then acted for good; anything else must be going on at the time of the measurement.
	Acted bool
	Text  string // with units, next to Requested: "198 ms (was 0.2 ms)"
}
