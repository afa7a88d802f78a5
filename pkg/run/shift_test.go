package run

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// A switch of the traffic turns on the design's switch of that name first, and off last: the design's change
// lasts as long as the traffic.
func TestASwitchOfTheTrafficTurnsTheDesignsToo(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	cfg.Lab.Workload.Mix = []load.Kind{{Name: "put", Weight: 1}, {Name: "burst", Weight: 1, During: "burst"}}
	cfg.Fault = lab.Fault{Name: "burst", Fault: fault.Switch{Name: "burst"}}
	cfg.Lab.Expect = lab.Expectations{"burst": {"store": lab.AllHold}}
	cfg.Duration = 400 * time.Millisecond
	also(&cfg, func(b *lab.Builder) {
		mark := func(name string) func(context.Context) error {
			return func(context.Context) error { b.History.Mark(name, ""); return nil }
		}
		b.Switch("burst", fault.Switchable{On: mark("design on"), Off: mark("design off")})
	})
	r := mustRun(t, cfg)
	want(t, r, Pass, "")
	h := r.Cases[0].History
	at := func(name string) time.Duration {
		n := slices.IndexFunc(h, func(e history.Event) bool { return e.Kind == history.Mark && e.Name == name })
		if n < 0 {
			t.Fatalf("no mark %q", name)
		}
		return h[n].At
	}
	bursts := invariant.NewView(h).Ops("burst")
	if len(bursts) == 0 || bursts[0].Invoke.At < at("design on") || bursts[len(bursts)-1].Invoke.At > at("design off") {
		t.Errorf("%d bursts, not all of them between the design's on and off", len(bursts))
	}
}
