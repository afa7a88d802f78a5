package hunt

import (
	"context"

	"github.com/crashlab/crashlab/pkg/run"
)

// Trial is one run of the lab.
type Trial struct {
	Seed    uint64   `json:"seed"`
	Designs []string `json:"designs"` // that take part
	Fault   string   `json:"fault"`   // the lab's name for it; or a schedule, as catalog.ParseSchedule reads it
	Weather bool     `json:"weather"` // Fault is a schedule
}

// Try carries out a trial. The same trial gives the same result. It is called from several goroutines at
// once.
type Try func(ctx context.Context, t Trial) (*run.Result, error)
