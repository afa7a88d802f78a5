package fault

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

const (
	maxProbes    = 32                     // links that a measurement pings
	probes       = 3                      // pings of each; the fastest counts
	probeTimeout = 500 * time.Millisecond // of one ping beyond what the fault asks for
)

// onLinks is a network fault at work: toxics on links, and what pings tell of them.
type onLinks struct {
	surface *Surface
	pattern link.Pattern
	applied *link.Applied
	pairs   []pair // that were pinged before, and are pinged to measure
	before  []reading
	linksAt []link.Link // as they stood at the injection
	patient time.Duration
	judge   func(ctx context.Context, o *onLinks) (Measurement, error)
}

// pair is the two names of a link.
type pair struct{ from, to string }

// reading is what the pings of a pair found.
type reading struct {
	took    time.Duration // the fastest; 0 if none came back
	slowest time.Duration // of those that came back
	err     error         // of the last, where none came back
}

// networkFault is what the network faults have in common.
type networkFault struct {
	pattern link.Pattern
	share   float64
	toxics  []link.Toxic
	patient time.Duration // how long a ping may take because of the fault
	judge   func(ctx context.Context, o *onLinks) (Measurement, error)
}

// inject lays the toxics on the links.
func (f networkFault) inject(ctx context.Context, s *Surface) (Injection, error) {
	if s.Links == nil {
		return nil, errors.New("inject network fault: there are no links here")
	}
	toxics := slices.Clone(f.toxics)
	if f.share != 0 {
		for i, t := range toxics {
			toxics[i] = link.Share{Of: f.share, Seed: int64(s.Seed), Toxic: t}
		}
	}
	o := &onLinks{surface: s, pattern: f.pattern, pairs: s.pairs(f.pattern), patient: f.patient, judge: f.judge}
	o.before = o.ping(ctx)
	o.linksAt = s.Links.Links(f.pattern)
	applied, err := s.Links.Apply(f.pattern, toxics...)
	if err != nil {
		return nil, err
	}
	o.applied = applied
	return o, nil
}

func (o *onLinks) Measure(ctx context.Context) (Measurement, error) {
	if len(o.pairs) == 0 {
		o.pairs = o.surface.pairs(o.pattern) // a link may have been dialled meanwhile
		o.before = make([]reading, len(o.pairs))
	}
	if len(o.pairs) == 0 {
		return Measurement{Text: fmt.Sprintf("no link matches %v", o.pattern)}, nil
	}
	return o.judge(ctx, o)
}

func (o *onLinks) Revert(ctx context.Context) error { return o.applied.Revert(ctx) }

// ping returns what each pair says now.
func (o *onLinks) ping(ctx context.Context) []reading {
	readings := make([]reading, len(o.pairs))
	if o.surface.Ping == nil {
		return readings
	}
	var all sync.WaitGroup
	for i, p := range o.pairs {
		all.Go(func() { readings[i] = o.surface.ping(ctx, p, o.patient+probeTimeout) })
	}
	all.Wait()
	return readings
}

// ping makes a few round trips over one link.
func (s *Surface) ping(ctx context.Context, p pair, patient time.Duration) (r reading) {
	for range probes {
		one, cancel := context.WithTimeout(ctx, patient)
		start := time.Now()
		err := s.Ping(one, p.from, p.to)
		took := time.Since(start)
		cancel()
		if err != nil {
			r.err = err
			if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
				break // the others would take as long
			}
			continue
		}
		took = max(took, 1)
		if r.took == 0 || took < r.took {
			r.took = took
		}
		r.slowest = max(r.slowest, took)
	}
	if r.took > 0 {
		r.err = nil
	}
	return r
}

// pairs returns the links that p means: those that have been dialled, or where there are none,
// those from an instance to anything that could be dialled.
func (s *Surface) pairs(p link.Pattern) []pair {
	var pairs []pair
	for _, l := range s.Links.Links(p) {
		pairs = append(pairs, pair{l.From, l.To})
	}
	if len(pairs) == 0 {
		for _, from := range s.Instances {
			for _, to := range s.targets() {
				if from != to && p.Match(from, to) {
					pairs = append(pairs, pair{from, to})
				}
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if a.from != b.from {
			return strings.Compare(a.from, b.from)
		}
		return strings.Compare(a.to, b.to)
	})
	pairs = slices.Compact(pairs)
	return pairs[:min(len(pairs), maxProbes)]
}

// targets returns what can be dialled: the dependencies and the processes, instances among them.
func (s *Surface) targets() []string {
	names := []string{stack.AWS, stack.Redis}
	for name := range s.Processes {
		names = append(names, name)
	}
	if !slices.ContainsFunc(names, func(n string) bool { return link.MatchName(stack.Kafka, n) }) {
		names = append(names, stack.Kafka)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// since returns how much a count of the links has grown since the injection.
func (o *onLinks) since(count func(link.Link) int64) int64 {
	var n int64
	for _, l := range o.surface.Links.Links(o.pattern) {
		n += count(l)
	}
	for _, l := range o.linksAt {
		n -= count(l)
	}
	return n
}

// ms writes a duration in the unit in which round trips are compared.
func ms(d time.Duration) string {
	switch {
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%.0f ms", float64(d)/1e6)
	case d >= time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.2f ms", float64(d)/1e6)
}

// on names the links of a fault, for Requested.
func on(p link.Pattern, what string) string {
	if p.From == "" && p.To != "" {
		return p.To + ": " + what
	}
	return p.String() + ": " + what
}

// ofShare names the share of connections, for Requested.
func ofShare(share float64) string {
	if share == 0 || share == 1 {
		return ""
	}
	return fmt.Sprintf(" on %.4g %% of connections", 100*share)
}
