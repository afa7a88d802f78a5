package report

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/run"
)

// result has a case of each verdict.
func result() *run.Result {
	of := func(design string, v run.Verdict, reason string, got invariant.Status) run.Case {
		return run.Case{
			Design: design, Verdict: v, Reason: run.Reason{Text: reason},
			Fault: run.Injection{Name: "cut", State: run.Installed, Requested: "redis: cut", Measured: "3 refused"},
			Invariants: []run.Judgement{
				{Name: "loss", Expected: invariant.Holds, Got: got, Evidence: strings.Repeat("much to say ", 20)},
			},
			Timeline: run.Timeline{
				From: 2, To: 6, LoadEnd: 8, End: 9, Backlog: []run.Sample{{At: 1, N: 1}, {At: 5, N: 700}, {At: 9, N: 0}},
			},
		}
	}
	return &run.Result{
		Lab: "toy", Seed: 42, Backend: map[string]string{"redis": "embedded"}, Verdict: run.Fail, Attempts: 2,
		Cases: []run.Case{
			of("good", run.Pass, "", invariant.Holds),
			of("bad", run.Fail, "loss: expected holds, got violated", invariant.Violated),
			of("mute", run.Unknown, "the history does not say", invariant.Unknown),
		},
	}
}

func TestLine(t *testing.T) {
	var b strings.Builder
	if err := Line(&b, Plain, result()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines, want one, and one for each case that did not pass:\n%s", len(lines), b.String())
	}
	for i, wants := range [][]string{
		{"fail ", "toy", "1 of 3 findings", "3 of 3 designs", "seed 42 · attempt 2"},
		{"bad: fail: loss: expected holds, got violated"},
		{"mute: unknown: the history does not say"},
	} {
		for _, want := range wants {
			if !strings.Contains(lines[i], want) {
				t.Errorf("no %q in %q", want, lines[i])
			}
		}
	}
}

// A failed case is a failure, and an inconclusive one an error: neither can pass for a success.
func TestJUnitTellsFailuresFromErrors(t *testing.T) {
	var b strings.Builder
	if err := JUnit(&b, []*run.Result{result()}); err != nil {
		t.Fatal(err)
	}
	var doc junitSuites
	if err := xml.Unmarshal([]byte(b.String()), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Tests != 3 || doc.Failures != 1 || doc.Errors != 1 || len(doc.Suites) != 1 {
		t.Fatalf("%+v", doc)
	}
	for i, c := range doc.Suites[0].Cases {
		if failed, broken := i == 1, i == 2; (c.Failure != nil) != failed || (c.Error != nil) != broken ||
			!strings.Contains(c.Output, "seed 42; fault cut installed") {
			t.Errorf("%+v", c)
		}
	}
}
