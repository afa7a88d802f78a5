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

// resolution is the least offset. Less is the error of a good clock, and no reading can tell it from the time that
// passes between two readings.
const resolution = time.Millisecond

// Validate returns an error for settings without an effect.
func (f ClockSkew) Validate() error {
	switch {
	case f.Offset == 0 && f.Drift == 0:
		return errors.New("skew clocks: neither offset nor drift")
	case f.Offset != 0 && f.Offset.Abs() < resolution:
		return fmt.Errorf("skew clocks: offset %v: want at least %v, or none and a drift", f.Offset, resolution)
	}
	return nil
}

func (f ClockSkew) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	if s.Clocks == nil {
		return nil, errors.New("skew clocks: instances have no clocks of their own here")
	}
	if err := f.Validate(); err != nil {
		return nil, err
	}
	return &skewing{f, s, s.Clocks.Now(), s.Clocks.Skew(f.Instance, f.Offset, f.Drift)}, nil
}

// skewing is an active ClockSkew.
type skewing struct {
	fault   ClockSkew
	surface *fault.Surface
	since   time.Time
	remove  func()
}

// Measure reads the clocks of the matching instances. Each must be off by nine tenths of what is requested, and by at
// least the resolution, and the instances must have read them.
func (k *skewing) Measure(context.Context) (fault.Measurement, error) {
	want := k.fault.Offset + time.Duration(k.fault.Drift*float64(k.surface.Clocks.Now().Sub(k.since)))
	n, most, all := 0, time.Duration(0), want.Abs() >= resolution
	for _, off := range k.offsets() {
		n++
		if off.Abs() > most.Abs() {
			most = off
		}
		all = all && off.Abs() >= want.Abs()*9/10 && (off > 0) == (want > 0)
	}
	read := k.surface.Clocks.Read(k.fault.Instance)
	return fault.Measurement{
		Acted: n > 0 && all && read > 0,
		Text:  fmt.Sprintf("%d instances off by up to %v, clock read %d times", n, most.Round(time.Millisecond), read),
	}, nil
}

// offsets returns how wrong the clock of each matching instance is.
func (k *skewing) offsets() (offs []time.Duration) {
	for _, name := range k.surface.Instances {
		if link.MatchName(k.fault.Instance, name) {
			offs = append(offs, k.surface.Clocks.Offset(name))
		}
	}
	return offs
}

// Left reads the clocks again. Each must be right.
func (k *skewing) Left(context.Context) (fault.Measurement, error) {
	wrong, offs := 0, k.offsets()
	for _, off := range offs {
		if off != 0 {
			wrong++
		}
	}
	return fault.Measurement{
		Acted: wrong > 0, Text: fmt.Sprintf("%d of %d clocks right", len(offs)-wrong, len(offs)),
	}, nil
}

func (k *skewing) Revert(context.Context) error {
	k.remove()
	return nil
}
