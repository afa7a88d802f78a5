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
	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
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

	shown       bool  // pings have shown the effect
	seen, quiet int64 // a counter's growth, and how many connections have been dialed, when it was last seen to grow
}

// asked is what a network fault requests.
type asked struct {
	toxic   link.Toxic
	patient time.Duration // how long a ping may take because of the fault
	slow    time.Duration // by which the fault slows a ping; 0 if it does not
	within  time.Duration // how long it may take until the fault shows on pings; 0 if each shows it
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

// For a fault that does not show at once, Left pings for longestWatch at most: one that takes longer may be missed. It
// pings fewestLooks times at least, since on a busy machine two pings can be further apart than a flap's phases.
const (
	longestWatch = 2 * time.Second
	fewestLooks  = 16
)

// Left pings every link that worked before, for as long as it may take until the fault shows. Each link must work
// again, as fast as before, and nothing of what a toxic counts may happen to it.
func (o *onLinks) Left(ctx context.Context) (fault.Measurement, error) {
	done := o.since(harm)
	worked, whole := o.asBefore(ctx)
	watch := min(o.within, longestWatch)
	over := time.Now().Add(watch)
	for look := 1; watch > 0 && (look < fewestLooks || time.Now().Before(over)); look++ {
		if whole < worked || ctx.Err() != nil {
			break
		}
		pause(ctx, max(watch/fewestLooks, time.Millisecond))
		worked, whole = o.asBefore(ctx)
	}
	done = o.since(harm) - done
	m := fault.Measurement{Acted: whole < worked || done > 0, Text: fmt.Sprintf("%d of %d links as before", whole, worked)}
	if done > 0 {
		m.Text += ", but the fault still acts on connections"
	}
	return m, nil
}

// asBefore pings every link that worked before, and returns how many there are and how many work as they did.
func (o *onLinks) asBefore(ctx context.Context) (worked, whole int) {
	for i, r := range o.ping(ctx) {
		if o.before[i].Took == 0 {
			continue
		}
		worked++
		if r.Took > 0 && (o.slow == 0 || !probe.Shows(o.before[i].Took, r.Took, o.slow)) {
			whole++
		}
	}
	return worked, whole
}

// harm is all that a toxic counts, beside resets, which crashes cause as well.
func harm(l link.Link) int64 {
	return l.Refused + l.Closed + l.Swallowed + l.LateCloses + l.Delayed + int64(l.Held)
}

// carried returns the bytes that a link has carried in the directions of the toxic.
func (o *onLinks) carried(l link.Link) int64 {
	switch o.toxic.Direction {
	case link.Requests:
		return l.Sent
	case link.Both:
		return l.Sent + l.Got
	}
	return l.Got
}

// lasts reports whether a counter has grown, and chance explains that it has not grown since: each connection that
// was dialed meanwhile, such as a ping's, is hit with the probability of the toxic's share.
func (o *onLinks) lasts(count func(link.Link) int64) (n int64, acts bool) {
	n = o.since(count)
	dials := o.since(func(l link.Link) int64 { return l.Dials })
	if n > o.seen {
		o.seen, o.quiet = n, dials
	}
	share := o.toxic.Share
	if share == 0 {
		share = 1
	}
	return n, n > 0 && chance.MayMiss(share, int(dials-o.quiet))
}

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
