package fault

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

// Surface is what faults of a case can act upon.
type Surface struct {
	Links     *link.Table              // the connections between instances and dependencies
	AWS       *awsrules.Rules          // the rules under every AWS client of the case
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

// Prober is a process that can tell of itself whether it works. It is asked where nobody has a
// link to the process: a worker that listens nowhere.
type Prober interface {
	Probe(ctx context.Context) error
}

// CrashPoints is a process whose code marks the places at which a crash would matter.
type CrashPoints interface {
	// ArmCrash has the process die when it next passes point. fired is closed when it has;
	// disarm takes the order back.
	ArmCrash(point string) (fired <-chan struct{}, disarm func())
}
