package hunt

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/catalog"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/run"
)

func parse(t *testing.T, text string) fault.Schedule {
	t.Helper()
	s, err := catalog.ParseSchedule(text, 0)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rare reports whether a schedule triggers the toy's rare bug: a cut from the workers to Redis that is active
// at 300 ms.
func rare(s fault.Schedule) bool {
	for _, w := range s {
		cut, ok := w.Fault.(network.Cut)
		if ok && cut.OneWay == network.BothWays && cut.Link.Match("worker-1", "redis") && w.From <= 300*time.Millisecond &&
			w.To > 300*time.Millisecond {
			return true
		}
	}
	return false
}

func TestShrink(t *testing.T) {
	s := parse(t, "kafka-1:pause@100ms..900ms; redis:cut@117ms..1s; intake:kill@50ms..200ms; redis:latency=5ms@1s..2s")
	tries := 0
	small := Shrink(s, 100, func(s fault.Schedule) bool {
		if tries++; len(s) == 0 {
			t.Error("asked for a run without a fault")
		}
		return rare(s)
	})
	if got := Text(small); got != "redis:cut@300ms..301ms" {
		t.Errorf("%s after %d tries", got, tries)
	}
	tries = 0
	small = Shrink(s, 5, func(s fault.Schedule) bool { tries++; return rare(s) })
	if tries != 5 || !rare(small) {
		t.Errorf("%s after %d tries, of 5", Text(small), tries)
	}
}

// If two faults must overlap, both stay, and so does the overlap.
func TestShrinkKeepsWhatIsNeeded(t *testing.T) {
	s := parse(t, "redis:cut@100ms..1s; kafka-1:pause@500ms..900ms; intake:kill@50ms..200ms")
	small := Shrink(s, 100, func(s fault.Schedule) bool {
		cut, pause := fault.Window{}, fault.Window{}
		for _, w := range s {
			switch w.Fault.(type) {
			case network.Cut:
				cut = w
			case process.Pause:
				pause = w
			}
		}
		return min(cut.To, pause.To)-max(cut.From, pause.From) >= 20*time.Millisecond
	})
	if len(small) != 2 || small[0].To-small[0].From > 25*time.Millisecond ||
		small[1].To-small[1].From > 25*time.Millisecond {
		t.Error(Text(small))
	}
}

// fake carries out trials on the toy.
type fake struct {
	mu     sync.Mutex
	trials map[string]int
	at     int // trials at work
	most   int
	do     func(t Trial) (*run.Result, error)
}

func (f *fake) try(_ context.Context, t Trial) (*run.Result, error) {
	f.mu.Lock()
	if f.trials == nil {
		f.trials = map[string]int{}
	}
	f.trials[fmt.Sprint(t)]++
	f.at++
	f.most = max(f.most, f.at)
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		f.at--
		f.mu.Unlock()
	}()
	return f.do(t)
}

// toy keeps its promises, except under schedules of the rare bug.
func toy(t Trial) (*run.Result, error) {
	r := &run.Result{Seed: t.Seed}
	for _, name := range t.Designs {
		c := plain(name)
		c.Digest = fmt.Sprint(t.Seed%3, name)
		if t.Weather {
			s, err := catalog.ParseSchedule(t.Fault, t.Seed)
			if err != nil {
				return nil, err
			}
			c.Verdict = run.Unknown
			if name == "sound" && rare(s) {
				c.Invariants[0].Got = violated
			}
		}
		r.Cases = append(r.Cases, c)
	}
	return r, nil
}

func config(f *fake) Config {
	l := spec()
	return Config{
		Lab: l, Designs: l.Designs, Faults: l.Faults[:2], First: 10, Seeds: 400, Weather: true, Load: 2 * time.Second,
		Parallel: 4, Try: f.try,
	}
}

// A bug that shows only under a cut of one link at one time is found by chance and shrunk. The report is the
// same however the trials were spread.
func TestHuntFindsARareBug(t *testing.T) {
	var reports []*Report
	for _, parallel := range []int{1, 4} {
		f := &fake{do: toy}
		cfg := config(f)
		cfg.Parallel = parallel
		last := Counts{}
		cfg.Progress = func(c Counts) {
			if c.Runs != last.Runs+1 && c.Runs != 400*4 {
				t.Errorf("%d runs, then %d", last.Runs, c.Runs)
			}
			last = c
		}
		r, err := Run(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if f.most > parallel {
			t.Errorf("%d trials at once, of %d", f.most, parallel)
		}
		if r.Runs != 400*4 || r.Told != 400*3 || r.Seeds != 400 || r.Failed != 0 || r.Histories != 6 || last.Found != 1 ||
			last.Confirming != 0 {
			// broken's order is not judged
			t.Errorf("counts: %+v", r.Counts)
		}
		if len(r.Findings) != 1 {
			t.Fatalf("found %+v", r.Findings)
		}
		got := r.Findings[0]
		if got.Design != "sound" || got.Invariant != "loss" || got.Seeds < 2 || !got.Repeats ||
			!strings.HasSuffix(got.Fault, "cut@300ms..301ms") || !rare(parse(t, got.Composed)) {
			t.Errorf("%+v", got)
		}
		if fmt.Sprint(r.Claims) != "map[broken:[order] sound:[loss]]" {
			t.Error(r.Claims)
		}
		r.Seconds = 0
		reports = append(reports, r)
	}
	if !reflect.DeepEqual(reports[0], reports[1]) {
		t.Errorf("one at a time: %+v\nfour: %+v", reports[0], reports[1])
	}
}

// Every seed is tried under every fault with all designs. A contradiction is one finding, however many seeds
// show it. It is repeated with the fewest designs that show it.
func TestHuntPlain(t *testing.T) {
	f := &fake{do: func(tr Trial) (*run.Result, error) {
		r, err := toy(tr)
		for i := range r.Cases {
			c := &r.Cases[i]
			if c.Design == "broken" && tr.Fault == "cut" && tr.Seed >= 12 && len(tr.Designs) == 2 {
				c.Verdict = run.Fail
				c.Invariants = []run.Judgement{{Name: "loss", Expected: violated, Got: holds}}
			}
			if c.Design == "sound" && tr.Fault == "crash" && tr.Seed == 13 {
				c.Verdict = run.Fail
				c.Invariants = []run.Judgement{{Name: "speed", Expected: holds, Got: violated}}
			}
		}
		return r, err
	}}
	cfg := config(f)
	cfg.Weather, cfg.Seeds = false, 5
	r, err := Run(t.Context(), cfg)
	if err != nil || r.Runs != 10 || len(f.trials) != 12 { // and two that repeat with one design alone
		t.Errorf("%v, %d runs, %v", err, r.Runs, f.trials)
	}
	var got []string
	for _, f := range r.Findings {
		got = append(got,
			fmt.Sprintf("%s %s %s seed %d, %d seeds, %v, repeats %v", f.Design, f.Invariant, f.Fault, f.Seed, f.Seeds, f.Designs,
				f.Repeats))
	}
	want := []string{
		"sound speed crash seed 13, 1 seeds, [sound], repeats true",
		"broken loss cut seed 12, 3 seeds, [broken sound], repeats true",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A lab that can't be run at all is an error; single failed trials are counted, and reported once.
func TestTrialsThatFail(t *testing.T) {
	broken := errors.New("no variant")
	if _, err := Run(t.Context(), config(&fake{
		do: func(Trial) (*run.Result, error) { return nil, broken },
	})); !errors.Is(err, broken) {
		t.Error(err)
	}
	cfg := config(&fake{do: func(tr Trial) (*run.Result, error) {
		if tr.Seed > 10 {
			return nil, errors.New("it hangs")
		}
		return toy(tr)
	}})
	cfg.Seeds = 20
	r, err := Run(t.Context(), cfg)
	if err != nil || r.Failed != 19*4 || len(r.Failures) != mostFailures || r.Failures[0].Error != "it hangs" ||
		r.Failures[0].Seed == 10 {
		t.Errorf("%v: %+v", err, r)
	}
}

func TestHuntEndsInTime(t *testing.T) {
	cfg := config(&fake{do: toy})
	cfg.Seeds, cfg.For = 0, 50*time.Millisecond
	r, err := Run(t.Context(), cfg)
	if err != nil || r.Runs == 0 || r.Seconds > 10 {
		t.Errorf("%v: %+v", err, r.Counts)
	}
}

// A hunt that is interrupted returns what it has.
func TestHuntIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cfg := config(&fake{do: toy})
	cfg.Seeds = 0
	cfg.Progress = func(c Counts) {
		if c.Found > 0 {
			cancel()
		}
	}
	r, err := Run(ctx, cfg)
	if !errors.Is(err, context.Canceled) || len(r.Findings) != 1 {
		t.Errorf("%v: %+v", err, r)
	}
}
