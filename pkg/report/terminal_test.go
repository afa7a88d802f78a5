package report

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
)

var update = flag.Bool("update", false, "write the golden files anew")

// spec is a lab for the pages.
func spec() lab.Spec {
	return lab.Spec{
		Name: "toy", Title: "a queue that meets messages nobody can read", Diagram: "\nclient ─▶ queue ─▶ worker\n",
		Lesson:   "A message that can never succeed must leave the queue after a few tries, or it starves the others.",
		Workload: lab.Workload{Operation: "order"},
		Faults: []lab.Fault{
			{Name: "poison", Summary: "1 order in 8 has an amount that no worker can parse"},
			{Name: "worker-crash", Summary: "a worker dies between charging an order and deleting its message"},
		},
		Invariants: []invariant.Invariant{
			{Name: "progress", Claim: "every good operation that was accepted is done in the end"},
			{Name: "conservation", Claim: "every accepted operation is done, dead-lettered or in flight, and nothing else is"},
			{Name: "order", Claim: "is not judged here"},
		},
		Expect: lab.Expectations{"poison": {
			"dlq": lab.NotJudged("messages are taken in turns", invariant.Invariant{Name: "order"}),
		}},
		Picture: func(_ history.History, columns int) string { return "fits " + strings.Repeat("█", columns-5) + "\n" },
	}
}

// passing is a result in which the broken design breaks as predicted and the sound one holds.
func passing() *run.Result {
	of := func(design string, progress invariant.Status, ops run.Operations, backlog ...run.Sample) run.Case {
		return run.Case{
			Design: design, Verdict: run.Pass, Operations: ops,
			Fault: run.Injection{
				Name: "poison", State: run.Installed, Requested: "1 operation in 8 can't be parsed (12.5 %)",
				Measured: "12.2 % (5 of 41 operations)",
			},
			Invariants: []run.Judgement{
				{
					Name: "conservation", Expected: invariant.Holds, Got: invariant.Holds,
					Evidence: "102 accepted = 53 done + 0 dead-lettered + 49 in flight",
				},
				{
					Name: "progress", Expected: progress, Got: progress,
					Evidence: "53 of 96 good operations done, 43 starve; p50 17 ms, p99 18 ms before, p50 47 ms, p99 ≥ 1.9 s during " +
						"the fault; 6 poison received 750 times",
				},
			},
			Timeline: run.Timeline{From: 2, To: 6, LoadEnd: 8, End: 9, Backlog: backlog},
		}
	}
	r := &run.Result{
		Lab: "toy", Seed: 42, Backend: map[string]string{
			"aws": "embedded", "kafka": "embedded", "redis": "embedded",
		}, Time: "virtual",
		Verdict: run.Pass, Timings: run.Timings{StackReady: 38, Total: 9400},
		Cases: []run.Case{
			of("no-dlq", invariant.Violated, run.Operations{Total: 1000, OK: 1000}, run.Sample{At: 1, N: 1},
				run.Sample{At: 5, N: 1700}, run.Sample{At: 9, N: 1700}),
			of("dlq", invariant.Holds, run.Operations{Total: 1000, OK: 960, Failed: 30, Unknown: 10}, run.Sample{At: 1, N: 1},
				run.Sample{At: 5, N: 70}, run.Sample{At: 9, N: 0}),
		},
	}
	r.Cases[1].Phases = run.Phases{
		Before: run.Operations{Total: 250, OK: 250}, During: run.Operations{Total: 500, OK: 460, Failed: 30, Unknown: 10},
		After: run.Operations{Total: 250, OK: 250},
	}
	return r
}

// failing is a result in which the sound design breaks and the broken one is not caught.
func failing() *run.Result {
	r := passing()
	r.Verdict = run.Fail
	for i, got := range []invariant.Status{invariant.Holds, invariant.Violated} {
		c := &r.Cases[i]
		c.Verdict, c.Invariants[1].Got = run.Fail, got
		c.Reason = run.Reason{
			Kind: run.Contradicted, Text: "progress: expected " + string(c.Invariants[1].Expected) + ", got " + string(got),
		}
	}
	r.Cases[1].Fault.Measured = "none, of 40 operations"
	return r
}

// undecided is a result that proves nothing: one case's history does not contain enough, and the other's
// fault is the user's own.
func undecided() *run.Result {
	r := passing()
	r.Verdict = run.Unknown
	c := &r.Cases[0]
	c.Verdict, c.Reason, c.Invariants[1].Got = run.Unknown, run.Reason{
		Kind: run.Unproven, Text: "progress: expected violated, but the history does not say",
	}, invariant.Unknown
	c = &r.Cases[1]
	c.Verdict, c.Reason = run.Unknown, run.Reason{
		Kind: run.Unpredicted, Text: "nothing is predicted of this fault; the findings stand for themselves",
	}
	for i := range c.Invariants {
		c.Invariants[i].Expected = ""
	}
	for i := range r.Cases {
		r.Cases[i].Fault.Name = "redis:latency=200ms@2s..6s"
	}
	return r
}

// How a page looks is a matter of taste; this test makes every change of it deliberate.
func TestPages(t *testing.T) {
	for _, c := range []struct {
		name   string
		style  Style
		result *run.Result
	}{
		{"pass", Plain, passing()},
		{"fail", Plain, failing()},
		{"unknown", Plain, undecided()},
		{"narrow", Style{width: 60}, passing()},
		{"color", Style{width: 120, color: true}, failing()},
		{"verbose", Style{width: 80, Verbose: true}, passing()},
		{"nothing", Plain, &run.Result{
			Lab: "toy", Verdict: run.Unknown, Cases: []run.Case{
				{Design: "dlq", Verdict: run.Unknown, Reason: run.Reason{Kind: run.Unproven, Text: "there were no operations"}},
			},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			if err := Terminal(&b, c.style, spec(), c.result); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", c.name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if b.String() != string(want) {
				t.Errorf("the page is not that of %s; if it is better, go test -update keeps it:\n%s", golden, &b)
			}
			if strings.Contains(b.String(), "\x1b") != c.style.color {
				t.Errorf("color is %v, and the page has it or lacks it", c.style.color)
			}
			for line := range strings.Lines(b.String()) {
				line = strings.TrimSuffix(line, "\n")
				if n := utf8.RuneCountInString(line); !c.style.color && n > max(c.style.width, 80) {
					t.Errorf("%d columns: %q", n, line)
				}
				if strings.TrimRight(line, " ") != line {
					t.Errorf("spaces at the end of %q", line)
				}
			}
		})
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text    string
		columns int
		want    string
	}{
		{"all of it", 9, "all of it"},
		{"43 starve; p50 17 ms, p99 18 ms before", 30, "43 starve; p50 17 ms …"},
		{"43 starve; and much more to say of it", 17, "43 starve …"},
		{"one; two three four five six", 22, "one; two three four …"},
		{"unbreakable", 5, "unbr…"},
		{"", 5, ""},
		{"ab", 1, "…"},
	} {
		if got := cut(c.text, c.columns); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.text, c.columns, got, c.want)
		}
	}
}

func TestHang(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"a  b", []string{"is a  b"}},
		{"twenty columns long, and more", []string{"is twenty columns long,", "   and more"}},
		{"", []string{"is"}},
	} {
		if got := hang("is ", c.text, 5); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// Without a fault none is said to have acted, and the lesson is not shown.
func TestAPageWithoutAFault(t *testing.T) {
	r := passing()
	for n := range r.Cases {
		r.Cases[n].Fault = run.Injection{Name: lab.None, State: run.NoFault}
	}
	var page strings.Builder
	if err := Terminal(&page, Plain, spec(), r); err != nil {
		t.Fatal(err)
	}
	for says, want := range map[string]bool{"no fault": true, "without a fault": true, "seen to act": false,
		"lesson": false} {
		if strings.Contains(page.String(), says) != want {
			t.Errorf("%q: want %t in\n%s", says, want, page.String())
		}
	}
}
