package network

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/probe"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

// maxPinged is how many links a measurement pings.
const maxPinged = 32

// onLinks is an active network fault: a toxic on links, and the pings that measure it.
type onLinks struct {
	asked
	surface *fault.Surface
	pattern link.Pattern
	applied *link.Applied
	pairs   []probe.Pair // pinged before the fault, and again to measure it
	before  []probe.Reading
	linksAt []link.Link // state at the injection
}

// asked is what a network fault requests.
type asked struct {
	toxic   link.Toxic
	patient time.Duration // how long a ping may take because of the fault
	judge   func(ctx context.Context, o *onLinks) (fault.Measurement, error)
}

// inject lays the toxic on the links.
func inject(ctx context.Context, s *fault.Surface, pattern link.Pattern, a asked) (fault.Injection, error) {
	if s.Links == nil {
		return nil, errors.New("inject network fault: there are no links here")
	}
	a.toxic.Seed = s.Seed
	o := &onLinks{asked: a, surface: s, pattern: pattern, pairs: pairs(s, pattern)}
	o.before = o.ping(ctx)
	o.linksAt = s.Links.Links(pattern)
	applied, err := s.Links.Apply(pattern, a.toxic)
	if err != nil {
		return nil, err
	}
	o.applied = applied
	return o, nil
}

func (o *onLinks) Measure(ctx context.Context) (fault.Measurement, error) {
	if len(o.pairs) == 0 {
		o.pairs = pairs(o.surface, o.pattern) // a link may have been dialed meanwhile
		o.before = make([]probe.Reading, len(o.pairs))
	}
	if len(o.pairs) == 0 {
		return fault.Measurement{Text: o.missed()}, nil
	}
	return o.judge(ctx, o)
}

// missed says that the pattern matches no link, and which links there are.
func (o *onLinks) missed() string {
	var all []string
	for _, p := range pairs(o.surface, link.Pattern{}) {
		all = append(all, link.Pattern(p).String())
	}
	return fmt.Sprintf("no link matches %v; there are %s", o.pattern, strings.Join(all, ", "))
}

func (o *onLinks) Revert(ctx context.Context) error { return o.applied.Revert(ctx) }

// ping returns the current reading of each pair.
func (o *onLinks) ping(ctx context.Context) []probe.Reading {
	readings := make([]probe.Reading, len(o.pairs))
	if o.surface.Ping == nil {
		return readings
	}
	var all sync.WaitGroup
	for i, p := range o.pairs {
		all.Go(func() { readings[i] = probe.Ping(ctx, o.surface, p, o.patient+probe.Timeout) })
	}
	all.Wait()
	return readings
}

// pairs returns the links that match p and have been dialed. If there are none, it returns those from an
// instance to anything that can be dialed.
func pairs(s *fault.Surface, p link.Pattern) []probe.Pair {
	var pairs []probe.Pair
	for _, l := range s.Links.Links(p) {
		pairs = append(pairs, probe.Pair{From: l.From, To: l.To})
	}
	if len(pairs) == 0 {
		for _, from := range s.Instances {
			for _, to := range targets(s) {
				if from != to && p.Match(from, to) {
					pairs = append(pairs, probe.Pair{From: from, To: to})
				}
			}
		}
	}
	slices.SortFunc(pairs, func(a, b probe.Pair) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	pairs = slices.Compact(pairs)
	return pairs[:min(len(pairs), maxPinged)]
}

// targets returns what can be dialed: the dependencies and the processes, including instances.
func targets(s *fault.Surface) []string {
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

// since returns how much a counter of the links has grown since the injection.
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
