package fault

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// asked is how long a process takes to answer, by comparison.
type asked struct {
	surface *Surface
	name    string
	before  time.Duration // the fastest of a few answers before the fault; 0 if none came
}

// askBefore asks a process before a fault.
func (s *Surface) askBefore(ctx context.Context, name string) asked {
	a := asked{surface: s, name: name}
	for range probes {
		took, err := s.ask(ctx, name, probeTimeout)
		if err == nil && (a.before == 0 || took < a.before) {
			a.before = took
		}
	}
	return a
}

// now asks n times and returns the slowest answer, 0 if none came, and what there is to say of it.
// An answer may take so much longer than otherwise.
func (a asked) now(ctx context.Context, n int, longer time.Duration) (took time.Duration, text string) {
	var err error
	for range n {
		one, failed := a.surface.ask(ctx, a.name, longer+probeTimeout)
		took, err = max(took, one), errors.Join(err, failed)
	}
	switch {
	case a.before == 0:
		text = "did not answer before either, or nobody can ask"
	case took == 0:
		text = reason(err)
	default:
		text = fmt.Sprintf("took %s to answer (was %s)", ms(took), ms(a.before))
	}
	return took, text
}

// ask has a process answer once, and returns how long that took: more than 0 where it answered.
func (s *Surface) ask(ctx context.Context, name string, patient time.Duration) (took time.Duration, err error) {
	if p, ok := s.Processes[name].(Prober); ok {
		return timed(ctx, patient, p.Probe)
	}
	err = errNobodyAsks
	if s.Ping == nil {
		return 0, err
	}
	for _, p := range s.askers(name) {
		took, err = timed(ctx, patient, func(ctx context.Context) error { return s.Ping(ctx, p.from, p.to) })
		if err == nil {
			return took, nil
		}
	}
	return 0, err
}

// timed returns how long something took that succeeded, at least 1 ns.
func timed(ctx context.Context, patient time.Duration, do func(context.Context) error) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, patient)
	defer cancel()
	start := time.Now()
	if err := do(ctx); err != nil {
		return 0, err
	}
	return max(time.Since(start), 1), nil
}

// shows tells whether an answer took at least least longer because of a fault. What holds answers
// back for least lets none come sooner, and a busy machine only adds to it: so an answer that took
// least shows it, unless answers took as long before; then it must have taken least longer.
func shows(before, during, least time.Duration) bool {
	if before >= least {
		return during-before >= least
	}
	return during >= least
}
