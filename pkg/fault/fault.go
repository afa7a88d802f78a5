package fault

import "context"

// Fault is a change for the worse with a measurable effect and a guaranteed revert.
// A Fault is a plain value: it may be injected many times, also at once on several surfaces.
type Fault interface {
	// Requested says what is asked, in the field's terms and with units: "redis: 200 ms latency".
	Requested() string
	// Inject makes the change. An error means that nothing was changed.
	Inject(ctx context.Context, s *Surface) (Injection, error)
}

// Injection is a fault at work.
type Injection interface {
	// Measure says what the fault has done since it was injected. It is called while the fault
	// is on, more than once if at first no effect is seen; it may make traffic of its own.
	Measure(ctx context.Context) (Measurement, error)
	// Revert takes the change back and returns when all is as before. It is idempotent and is
	// called on every way out of a run, with a context of its own.
	Revert(ctx context.Context) error
}

// Measurement is the effect of a fault, as seen.
type Measurement struct {
	Acted bool   // the effect asked for was seen
	Text  string // with units, to be read beside Requested: "198 ms (was 0.2 ms)"
}
