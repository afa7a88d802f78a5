package fault

import (
	"context"

	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

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

// Surface is what faults of a case can act upon.
type Surface struct {
	Links     *link.Table              // the connections between instances and dependencies
	AWS       *AWSRules                // the rules under every AWS client of the case
	Data      *Data                    // what the workload and the pipeline ask before they make a message
	Processes map[string]stack.Process // dependencies and instances, by name
	Instances []string                 // the instances among them
	Clocks    *Clocks                  // what instances take the time from; nil where they don't
	Switches  map[string]Switchable    // what the design lets a Switch do, by name
	Seed      uint64                   // decides whatever a fault draws by chance

	// Ping makes one round trip from an instance to a dependency or instance over their link:
	// Redis PING, a Kafka API versions request, an HTTP GET.
	Ping func(ctx context.Context, from, to string) error

	frozen freezes
}
