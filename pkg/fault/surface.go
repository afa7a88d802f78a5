package fault

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

// Surface is what the faults of a case can act on.
type Surface struct {
	Links     *link.Table              // the connections between instances and dependencies
	AWS       *awsrules.Rules          // the rules under all AWS clients of the case
	Data      *Data                    // the workload and the pipeline ask it before they make a message
	Processes map[string]stack.Process // dependencies and instances, by name
	Instances []string                 // the instances among them
	Clocks    *Clocks                  // the instances' clocks; nil if they don't use any
	Switches  map[string]Switchable    // what a Switch can do in this design, by name
	Seed      uint64                   // determines every random choice of a fault

	// Ping makes one round trip from an instance to a dependency or instance over their link: Redis PING, a
	// Kafka API versions request, an HTTP GET.
	Ping func(ctx context.Context, from, to string) error

	frozen freezes
}

// Prober is a process that can report its own health. It is asked if no instance has a link to the process,
// for example a worker that listens nowhere.
type Prober interface {
	Probe(ctx context.Context) error
}

// CrashPoints is a process whose code marks the places at which a crash would matter.
type CrashPoints interface {
	// ArmCrash makes the process die when it next passes point. fired is closed when it has died. disarm
	// cancels it.
	ArmCrash(point string) (fired <-chan struct{}, disarm func())
}
