package process

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/link"
)

// ClockSkew makes instances' clocks wrong: by Offset at once, and by Drift more for every second that passes.
type ClockSkew struct {
	Instance string        // glob, as in link.Pattern; empty means any
	Offset   time.Duration // positive is fast
	Drift    float64       // seconds gained per second; 0.01 gains 36 s per hour
}

// Kind returns the catalog's entry.
func (ClockSkew) Kind() fault.Kind {
	return fault.Kind{Name: "clock-skew", Needs: "clock", Says: "instances' clocks are wrong",
		Example: "billing-1:clock-skew=-5s,drift=0.01@2s..6s", Target: "Instance", Value: "Offset"}
}

func (f ClockSkew) Requested() string {
	who := f.Instance
	if who == "" {
		who = "*"
	}
	text := fmt.Sprintf("%s: clock off by %v", who, f.Offset)
	if f.Drift != 0 {
		text += fmt.Sprintf(", drifting %+g ms a second", 1000*f.Drift)
	}
	return text
}

func (f ClockSkew) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	switch {
	case s.Clocks == nil:
		return nil, errors.New("skew clocks: instances have no clocks of their own here")
	case f.Offset == 0 && f.Drift == 0:
		return nil, errors.New("skew clocks: neither offset nor drift")
	}
	return &skewing{f, s, s.Clocks.Skew(f.Instance, f.Offset, f.Drift)}, nil
}

// skewing is an active ClockSkew.
type skewing struct {
	fault   ClockSkew
	surface *fault.Surface
	remove  func()
}

// Measure reads the clocks of the matching instances.
func (k *skewing) Measure(context.Context) (fault.Measurement, error) {
	n, most := 0, time.Duration(0)
	for _, name := range k.surface.Instances {
		if !link.MatchName(k.fault.Instance, name) {
			continue
		}
		n++
		if off := k.surface.Clocks.Offset(name); off.Abs() > most.Abs() {
			most = off
		}
	}
	read := k.surface.Clocks.Read(k.fault.Instance)
	return fault.Measurement{
		Acted: n > 0 && most != 0 && read > 0,
		Text:  fmt.Sprintf("%d instances off by up to %v, clock read %d times", n, most.Round(time.Millisecond), read),
	}, nil
}

func (k *skewing) Revert(context.Context) error {
	k.remove()
	return nil
}
