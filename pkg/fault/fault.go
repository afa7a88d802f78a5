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
	// Measure returns the fault's effect since its injection. It is called while the fault is active, and
	// again if it saw no effect. It may send its own traffic.
	Measure(ctx context.Context) (Measurement, error)
	// Revert undoes the change and returns when it is undone. It is idempotent. It is called on every way out
	// of a run, with its own context.
	Revert(ctx context.Context) error
}

// Measurement is the observed effect of a fault.
type Measurement struct {
	Acted bool   // the requested effect was observed
	Text  string // with units, next to Requested: "198 ms (was 0.2 ms)"
}
