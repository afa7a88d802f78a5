package hunt

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/catalog"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
)

// Config describes a hunt.
type Config struct {
	Lab      lab.Spec
	Designs  []lab.Design  // at least one
	Faults   []lab.Fault   // of the lab, each tried with every seed; at least one
	First    uint64        // seed; the others follow it
	Seeds    int           // how many; 0 means no limit
	For      time.Duration // no trial begins after that long; 0 means no limit
	Weather  bool          // also compose schedules by chance
	Load     time.Duration // the length of a trial's load, for those
	Parallel int           // trials at once, at least 1
	Try      Try
	Progress func(Counts) // is told after every trial and every finding that was confirmed; one call at a time. Optional
}

const (
	// shrinkTries is the maximum number of trials to shrink a finding's schedule.
	shrinkTries = 100
	// mostFailures is how many failed trials are kept.
	mostFailures = 10
)

// Run hunts, and returns its report after every finding was confirmed and its schedule shrunk. It fails if
// the first trial does: a lab that can't be run is not a finding. If ctx ends it returns what it has found,
// unconfirmed, and ctx's error.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	h := &hunter{
		cfg: cfg, began: time.Now(), seq: newSequence(cfg), claims: map[string][]string{}, found: map[key]*Finding{},
		histories: map[string]bool{},
	}
	first := h.seq.first()
	r, err := cfg.Try(ctx, first)
	if err != nil {
		return nil, fmt.Errorf("hunt %s: %w", cfg.Lab.Name, err)
	}
	h.learn(r)
	h.take(0, first, r, nil)
	h.search(ctx)
	report := h.report()
	h.confirm(ctx, report.Findings)
	return report, ctx.Err()
}

// hunter is a running hunt.
type hunter struct {
	cfg   Config
	began time.Time

	mu        sync.Mutex
	seq       *sequence
	order     int // of the last trial that was begun
	counts    Counts
	claims    map[string][]string // of the designs that have weather
	found     map[key]*Finding
	histories map[string]bool // digests
	failures  []Failure
}

// learn takes the targets of random schedules from the first result.
func (h *hunter) learn(r *run.Result) {
	if !h.cfg.Weather {
		return
	}
	for _, c := range r.Cases {
		d, _ := h.cfg.Lab.Design(c.Design)
		if claims := Claims(h.cfg.Lab, d); len(claims) > 0 {
			h.seq.weather = append(h.seq.weather, place{c.Design, SurfaceOf(h.cfg.Lab, c)})
			h.claims[c.Design] = slices.Sorted(maps.Keys(claims))
		}
	}
}

// search carries out the trials, several at once.
func (h *hunter) search(ctx context.Context) {
	h.parallel(func() {
		for ctx.Err() == nil {
			order, t, ok := h.next()
			if !ok {
				return
			}
			r, err := h.cfg.Try(ctx, t)
			if ctx.Err() == nil {
				h.take(order, t, r, err)
			}
		}
	})
}

// parallel does work in as many goroutines as trials run at once.
func (h *hunter) parallel(work func()) {
	var wg sync.WaitGroup
	for range h.cfg.Parallel {
		wg.Go(func() {
			defer crash.Guard()
			work()
		})
	}
	wg.Wait()
}

func (h *hunter) next() (order int, t Trial, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cfg.For > 0 && time.Since(h.began) >= h.cfg.For {
		return 0, t, false
	}
	if t, ok = h.seq.next(); ok {
		h.order++
		h.counts.Seeds = h.seq.seeds()
	}
	return h.order, t, ok
}

// take counts a trial and keeps its findings.
func (h *hunter) take(order int, t Trial, r *run.Result, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts.Seeds = max(h.counts.Seeds, 1)
	h.counts.Runs++
	h.counts.Seconds = time.Since(h.began).Seconds()
	if err != nil {
		h.counts.Failed++
		if len(h.failures) < mostFailures {
			h.failures = append(h.failures, Failure{Trial: t, Error: err.Error()})
		}
	} else {
		h.judge(order, t, r)
	}
	h.counts.Histories, h.counts.Found = len(h.histories), len(h.found)
	h.tell()
}

// tell reports the hunt's progress. The caller holds h.mu.
func (h *hunter) tell() {
	if h.cfg.Progress != nil {
		h.cfg.Progress(h.counts)
	}
}

func (h *hunter) judge(order int, t Trial, r *run.Result) {
	for _, c := range r.Cases {
		if c.Digest != "" {
			h.histories[c.Digest] = true
		}
	}
	all, told := contradictions(h.cfg.Lab, t, r)
	if told {
		h.counts.Told++
	}
	for _, c := range all {
		f := Finding{Design: c.design, Invariant: c.Name, Expected: c.Expected, Got: c.Got, Evidence: c.Evidence,
			Seed: t.Seed, Designs: t.Designs, Weather: t.Weather, Fault: t.Fault, order: order}
		k := key{c.design, c.Name, t.Fault}
		if t.Weather {
			f.Composed, k.fault = t.Fault, ""
		}
		before := h.found[k]
		if before != nil {
			f.Seeds = before.Seeds
		}
		f.Seeds++
		if before != nil && before.order < order { // trials end in any order, and the first is to be the first
			before.Seeds = f.Seeds
			continue
		}
		h.found[k] = &f
	}
}

func (h *hunter) report() *Report {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := &Report{
		Lab: h.cfg.Lab.Name, First: h.cfg.First, Findings: []Finding{}, Counts: h.counts, Claims: h.claims,
		Failures: h.failures,
	}
	for _, f := range h.found {
		r.Findings = append(r.Findings, *f)
	}
	sortFindings(r.Findings)
	return r
}

// confirm repeats each finding and shrinks its schedule, several at once.
func (h *hunter) confirm(ctx context.Context, all []Finding) {
	todo := make(chan *Finding, len(all))
	for i := range all {
		todo <- &all[i]
	}
	close(todo)
	h.confirming(len(all))
	h.parallel(func() {
		for f := range todo {
			h.repeat(ctx, f)
			if f.Repeats && f.Weather {
				h.shrink(ctx, f)
			}
			h.confirming(-1)
		}
	})
}

// confirming adds to the findings that are being confirmed.
func (h *hunter) confirming(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts.Confirming += n
	h.tell()
}

// repeat carries out a finding's trial again, with only the finding's design if that is enough.
func (h *hunter) repeat(ctx context.Context, f *Finding) {
	all := f.Designs
	if len(all) > 1 {
		f.Designs = []string{f.Design}
		if f.Repeats = h.shows(ctx, f, f.Fault); f.Repeats {
			return
		}
		f.Designs = all
	}
	f.Repeats = h.shows(ctx, f, f.Fault)
}

func (h *hunter) shrink(ctx context.Context, f *Finding) {
	composed, err := catalog.ParseSchedule(f.Composed, f.Seed)
	if err != nil {
		return // it was run, so it can be read
	}
	smallest := Shrink(composed, shrinkTries, func(s fault.Schedule) bool { return h.shows(ctx, f, Text(s)) })
	f.Fault = Text(smallest)
}

// shows reports whether the finding still shows under a fault, and then keeps the evidence.
func (h *hunter) shows(ctx context.Context, f *Finding, under string) bool {
	t := Trial{Seed: f.Seed, Designs: f.Designs, Fault: under, Weather: f.Weather}
	r, err := h.cfg.Try(ctx, t)
	if err != nil {
		return false
	}
	all, _ := contradictions(h.cfg.Lab, t, r)
	for _, c := range all {
		if c.design == f.Design && c.Name == f.Invariant && c.Got == f.Got {
			f.Evidence = c.Evidence
			return true
		}
	}
	return false
}
