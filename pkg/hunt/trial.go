package hunt

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/run"
)

// Trial is one run of the lab that may show something.
type Trial struct {
	Seed    uint64
	Designs []string // that take part
	Fault   string   // the lab's name for it; or a schedule, as fault.ParseSchedule reads it
	Weather bool     // Fault is a schedule
}

func (t Trial) String() string {
	return fmt.Sprintf("seed %d, %v under %s", t.Seed, t.Designs, t.Fault)
}

// Try carries a trial out. The same trial gives the same result. It is called from several goroutines at
// once.
type Try func(ctx context.Context, t Trial) (*run.Result, error)
