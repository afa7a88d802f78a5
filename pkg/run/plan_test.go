package run

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/data"
	"github.com/crashlab/crashlab/pkg/load"
)

// A fault whose injection was slow still lasts as long as requested, as far as there is room.
func TestEndOf(t *testing.T) {
	const ms = time.Millisecond
	window := func(from, to time.Duration) fault.Window {
		return fault.Window{Fault: data.Poison{OneIn: 1}, From: from * ms, To: to * ms}
	}
	for name, c := range map[string]struct {
		faults      fault.Schedule
		since, want time.Duration
	}{
		"in time":                        {fault.Schedule{window(200, 600)}, 200, 600},
		"late":                           {fault.Schedule{window(200, 600)}, 350, 750},
		"so late that the load ends":     {fault.Schedule{window(200, 600)}, 700, 1000},
		"late, and another one follows":  {fault.Schedule{window(200, 600), window(700, 800)}, 350, 700},
		"late, beside another one":       {fault.Schedule{window(200, 600), window(300, 500)}, 350, 750},
		"late, and the next one is next": {fault.Schedule{window(200, 600), window(600, 800)}, 350, 600},
	} {
		p := plan{Load: load.Config{Duration: time.Second}, Faults: c.faults}
		if got := p.endOf(c.faults[0], c.since*ms); got != c.want*ms {
			t.Errorf("%s: ends at %v, want %v", name, got, c.want*ms)
		}
	}
}
