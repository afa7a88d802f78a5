package fault

import (
	"context"
	"strings"
	"testing"
)

func TestSwitch(t *testing.T) {
	ctx, on := context.Background(), false
	s := &Surface{Switches: map[string]Switchable{"bad-deploy": {
		On:      func(context.Context) error { on = true; return nil },
		Off:     func(context.Context) error { on = false; return nil },
		Measure: func(context.Context) (Measurement, error) { return Measurement{Acted: on}, nil },
	}}}
	injection, err := Switch{Name: "bad-deploy"}.Inject(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := injection.Measure(ctx); err != nil || !m.Acted {
		t.Errorf("%+v, %v: want it to act", m, err)
	}
	if err := injection.Revert(ctx); err != nil || on {
		t.Errorf("still on after revert: %v", err)
	}
	if got := (Switch{Name: "bad-deploy"}).Requested(); got != "bad-deploy: on" {
		t.Error(got)
	}
	if _, err := (Switch{Name: "bad-deploy"}).Inject(ctx, &Surface{}); err == nil ||
		err.Error() != "switch bad-deploy: the design has no switches" {
		t.Error(err)
	}
	if _, err := (Switch{Name: "bad-deplo"}).Inject(ctx, s); err == nil ||
		!strings.Contains(err.Error(), "did you mean bad-deploy?") {
		t.Errorf("%v, want a suggestion", err)
	}
}

func TestASwitchWithoutAMeasurementHasNotActed(t *testing.T) {
	s := &Surface{Switches: map[string]Switchable{"empty": {On: func(context.Context) error { return nil }}}}
	injection, err := Switch{Name: "empty"}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := injection.Measure(t.Context()); err != nil || m.Acted || m.Text != "the design does not measure it" {
		t.Errorf("%+v, %v", m, err)
	}
}

// What can be switched off must still act at the end, and what can't has acted for good.
func TestOnlyASwitchThatStaysHasActedForGood(t *testing.T) {
	for stays, acted := range map[bool]bool{true: true, false: false} {
		acts := true
		sw := Switchable{
			On:      func(context.Context) error { return nil },
			Measure: func(context.Context) (Measurement, error) { return Measurement{Acted: acts}, nil },
		}
		if !stays {
			sw.Off = func(context.Context) error { return nil }
		}
		injection, err := Switch{Name: "s"}.Inject(t.Context(), &Surface{Switches: map[string]Switchable{"s": sw}})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if m, err := injection.Measure(t.Context()); err != nil || m.Acted != (acts || acted) {
				t.Errorf("stays: %t, acts now: %t: measured %+v, %v", stays, acts, m, err)
			}
			acts = false
		}
	}
}
