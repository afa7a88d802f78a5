// Package catalog lists every fault that schedules can name, in one table. A new fault is one file and one
// line here.
package catalog

import (
	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/data"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/fault/process"
)

// all has one fault of each kind, grouped by package.
var all = []fault.Named{
	network.Latency{},
	network.Bandwidth{},
	network.Cut{},
	network.Reset{},
	network.SlowClose{},
	network.Blackhole{},
	network.LimitData{},
	network.Flap{},

	awsapi.Error{},
	awsapi.Throttle{},
	awsapi.Latency{},
	awsapi.LostResponse{},
	awsapi.PartialBatch{},

	process.Kill{},
	process.Pause{},
	process.Restart{},
	process.Slow{},
	process.Memory{},
	process.CrashAt{},

	data.Poison{},
	data.Duplicates{},
	data.Reorder{},
	data.Oversize{},
	data.Corruption{},

	process.ClockSkew{},

	fault.Switch{},
}

// Kinds describes each kind, in the order of the table.
func Kinds() []fault.Kind {
	kinds := make([]fault.Kind, len(all))
	for i, f := range all {
		kinds[i] = f.Kind()
	}
	return kinds
}

// ParseSchedule reads a schedule of faults in the catalog: see [fault.ParseSchedule].
func ParseSchedule(text string, seed uint64, names ...string) (fault.Schedule, error) {
	return fault.ParseSchedule(text, all, seed, names...)
}
