package hunt

import "github.com/crashlab/crashlab/pkg/lab"

// sequence yields the trials in order: each seed under each fault, and then, design by design, under a random
// schedule.
type sequence struct {
	cfg     Config
	all     []string // names of the designs
	weather []place  // designs that claim something
	seed    uint64
	n       int // of the next trial of the seed
}

// place is a design for random schedules.
type place struct {
	design  string
	surface Surface
}

func newSequence(cfg Config) *sequence {
	s := &sequence{cfg: cfg, seed: cfg.First}
	for _, d := range cfg.Designs {
		s.all = append(s.all, d.Name)
	}
	return s
}

// first is the trial that also reveals the targets.
func (s *sequence) first() Trial { return s.plain(s.cfg.Faults[0]) }

// next returns the next trial; ok is false after the last seed. It skips a design for which no schedule could
// be composed.
func (s *sequence) next() (t Trial, ok bool) {
	for {
		if s.n++; s.n >= len(s.cfg.Faults)+len(s.weather) {
			s.seed, s.n = s.seed+1, 0
		}
		switch {
		case s.cfg.Seeds > 0 && s.seeds() > s.cfg.Seeds:
			return t, false
		case s.n < len(s.cfg.Faults):
			return s.plain(s.cfg.Faults[s.n]), true
		}
		at := s.weather[s.n-len(s.cfg.Faults)]
		if schedule := Compose(at.surface, at.design, s.cfg.Load, s.seed); len(schedule) > 0 {
			return Trial{Seed: s.seed, Designs: []string{at.design}, Fault: Text(schedule), Weather: true}, true
		}
	}
}

// seeds returns how many seeds were begun.
func (s *sequence) seeds() int { return int(s.seed-s.cfg.First) + 1 }

func (s *sequence) plain(f lab.Fault) Trial {
	return Trial{Seed: s.seed, Designs: s.all, Fault: f.Name}
}
