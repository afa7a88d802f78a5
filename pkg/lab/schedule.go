package lab

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/catalog"
	"github.com/crashlab/crashlab/pkg/nearest"
)

// ParseSchedule reads a schedule for the lab, as [fault.ParseSchedule] does. It refuses what the lab can't
// carry out: a taint that its client does not support, and a switch that none of its faults has.
func (s *Spec) ParseSchedule(text string, seed uint64) (fault.Schedule, error) {
	schedule, err := catalog.ParseSchedule(text, seed)
	if err != nil {
		return nil, err
	}
	for _, w := range schedule {
		if err := s.canCarryOut(w.Fault); err != nil {
			return nil, err
		}
	}
	return schedule, nil
}

// canCarryOut returns nil if the lab can carry out the fault, and otherwise an error with the alternatives.
func (s *Spec) canCarryOut(f fault.Fault) error {
	switch f := f.(type) {
	case fault.OnData:
		switch {
		case len(s.Data) == 0:
			return fmt.Errorf("%s can't carry out %s: its client sends no messages to spoil; its faults are %s", s.Name,
				f.Taint(), s.faultNames())
		case !slices.Contains(s.Data, f.Taint()):
			return fmt.Errorf("%s can't carry out %s; of data faults it can carry out %s", s.Name, f.Taint(), list(s.Data))
		}
	case fault.Switch:
		switches := s.switches()
		switch {
		case len(switches) == 0:
			return fmt.Errorf("%s has no switch %s, nor any other; its faults are %s", s.Name, f.Name, s.faultNames())
		case !slices.Contains(switches, f.Name):
			return fmt.Errorf("%s has no switch %s; %s", s.Name, f.Name, nearest.Suggest(f.Name, switches))
		}
	}
	return nil
}

func (s *Spec) faultNames() string {
	var names []string
	for _, f := range s.Faults {
		names = append(names, f.Name)
	}
	return list(names)
}

// list writes names for a sentence.
func list[S ~string](names []S) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(n))
	}
	return b.String()
}

// switches returns the names of the switches that users can name: those of the lab's faults. A fault of the lab's own
// that turns some on beside what else it does says which.
func (s *Spec) switches() (names []string) {
	for _, f := range s.Faults {
		switch f := f.Fault.(type) {
		case fault.Switch:
			names = append(names, f.Name)
		case interface{ Switches() []string }:
			names = append(names, f.Switches()...)
		}
	}
	return names
}
