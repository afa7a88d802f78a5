package process

import (
	"context"
	"errors"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/probe"
	"github.com/crashlab/crashlab/pkg/link"
)

// maxAskers is over how many links a process is asked before it counts as gone.
const maxAskers = 3

var errNobodyAsks = errors.New("nobody has a link to it")

// works checks that a process works: it answers a ping from an instance that has dialed it, or from any other
// instance, or it reports its own health. Nil means that it does.
func works(ctx context.Context, s *fault.Surface, name string) error {
	if p, ok := s.Processes[name].(fault.Prober); ok {
		one, cancel := context.WithTimeout(ctx, probe.Timeout)
		defer cancel()
		return p.Probe(one)
	}
	if s.Ping == nil {
		return errNobodyAsks
	}
	err := errNobodyAsks
	for _, p := range askers(s, name) {
		r := probe.Ping(ctx, s, p, probe.Timeout)
		if r.Err == nil {
			return nil
		}
		err = r.Err // the asking instance itself may be cut off: use another
	}
	return err
}

// askers returns the links over which a process can be pinged, used links first.
func askers(s *fault.Surface, name string) []probe.Pair {
	var pairs []probe.Pair
	if s.Links != nil {
		for _, l := range s.Links.Links(link.Pattern{To: name}) {
			pairs = append(pairs, probe.Pair{From: l.From, To: l.To})
		}
	}
	for _, from := range s.Instances {
		if from != name {
			pairs = append(pairs, probe.Pair{From: from, To: name})
		}
	}
	return pairs[:min(len(pairs), maxAskers)]
}

// answer pings a process once, and returns how long it took to answer, or 0 if it did not.
func answer(ctx context.Context, s *fault.Surface, name string, patient time.Duration) (took time.Duration, err error) {
	if p, ok := s.Processes[name].(fault.Prober); ok {
		return probe.Timed(ctx, patient, p.Probe)
	}
	err = errNobodyAsks
	if s.Ping == nil {
		return 0, err
	}
	for _, p := range askers(s, name) {
		took, err = probe.Timed(ctx, patient, func(ctx context.Context) error { return s.Ping(ctx, p.From, p.To) })
		if err == nil {
			return took, nil
		}
	}
	return 0, err
}
