package cli

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/hunt"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// A mistake of the user is answered before anything is run.
func TestHuntBadInput(t *testing.T) {
	for args, want := range map[string]string{
		"hunt":                           "hunt takes 1 lab, not 0",
		"hunt toys":                      `unknown lab "toys"; did you mean toy?`,
		"hunt toy --faults amnesi":       `unknown fault "amnesi"; did you mean amnesia?`,
		"hunt toy --design keep":         `unknown design "keep"; did you mean keeps?`,
		"hunt toy --time real":           "--time real: a finding in real time",
		"hunt toy --time vitual":         `unknown time "vitual"; did you mean virtual?`,
		"hunt toy --seeds 0":             "--seeds 0: it must be at least 1",
		"hunt toy --seeds -3":            "--seeds -3: it must be at least 1",
		"hunt toy --for -1m":             "--for -1m0s: it must be above zero",
		"hunt toy --for 0s":              "--for 0s: it must be above zero",
		"hunt toy --parallel 0":          "--parallel 0: it must be at least 1",
		"hunt toy --rate -1":             "can't be negative",
		"hunt toy --duration -1s":        "can't be negative",
		"hunt toy --weathr=false":        `unknown flag "--weathr"; did you mean --weather?`,
		"hunt toy --artifacts /dev/null": "can't keep artifacts in /dev/null",
	} {
		exit, stdout, stderr := crashlab(t, &toy{}, strings.Fields(args)...)
		lines := strings.Split(strings.TrimSpace(stderr), "\n")
		if exit != ExitCouldNotRun || stdout != "" || len(lines) != 1 || !strings.HasPrefix(lines[0], "crashlab: ") ||
			!strings.Contains(lines[0], want) {
			t.Errorf("crashlab %s: exit %d, %q; want exit 3 and %q", args, exit, stderr, want)
		}
	}
}

func TestHuntConfig(t *testing.T) {
	l := (&toy{}).spec()
	cfg, err := huntFlags{designs: []string{"keeps"}, faults: []string{"wrong", "amnesia"}, seed: 7, seeds: 3, parallel: 2,
		rate: 1000}.config(l)
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Designs) != 1 || len(cfg.Faults) != 2 || cfg.Faults[0].Name != "wrong" || cfg.First != 7 ||
		cfg.Seeds != 3 || cfg.Load != 1600*time.Millisecond {
		t.Errorf("%+v", cfg)
	}
	if cfg, err = (huntFlags{duration: 3 * time.Second}).config(l); err != nil || cfg.Load != 3*time.Second ||
		len(cfg.Designs) != 2 || len(cfg.Faults) != len(l.Faults) {
		t.Errorf("%v: %+v", err, cfg)
	}
}

// A trial is run with the arguments that a user would type.
func TestHuntArgs(t *testing.T) {
	l := (&toy{}).spec()
	for _, c := range []struct {
		flags huntFlags
		trial hunt.Trial
		want  string
	}{
		{huntFlags{}, hunt.Trial{Seed: 17, Designs: []string{"forgets", "keeps"}, Fault: "amnesia"},
			"toy --seed 17 --short --fault amnesia"},
		{huntFlags{rate: 2.5, duration: time.Second}, hunt.Trial{Designs: []string{"keeps"}, Fault: "wrong"},
			"toy --seed 0 --duration 1s --rate 2.5 --design keeps --fault wrong"},
		{huntFlags{}, hunt.Trial{Designs: []string{"keeps"}, Fault: "a→redis:cut@1ms..2ms; b:kill@1s..2s", Weather: true},
			"toy --seed 0 --short --design keeps --fault 'a→redis:cut@1ms..2ms; b:kill@1s..2s'"},
	} {
		if got := shellWords(c.flags.args(l, c.trial)); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
	if got := shellWord("it's"); got != `'it'\''s'` {
		t.Error(got)
	}
}

func huntReport() *hunt.Report {
	return &hunt.Report{
		Lab: "dlq", First: 1, Counts: hunt.Counts{
			Seeds: 10, Runs: 100, Told: 97, Failed: 1, Histories: 120, Found: 1, Seconds: 20,
		},
		Findings: []hunt.Finding{{
			Design: "dlq", Invariant: "exactly-once", Expected: invariant.Holds, Got: invariant.Violated,
			Evidence: "755 effects for 754 owed",
			Seed:     3, Seeds: 2, Weather: true, Fault: "redis:cut@300ms..301ms", Repeats: true,
			Command: "crashlab run --time virtual dlq --seed 3", Artifact: "kept/dlq 3.jsonl",
		}},
		Claims: map[string][]string{"dlq": {"conservation", "exactly-once"}},
		Failures: []hunt.Failure{
			{Trial: hunt.Trial{Seed: 9}, Error: "it took more than 1m0s", Command: "crashlab run --time virtual dlq --seed 9"},
		},
	}
}

func TestPrintHunt(t *testing.T) {
	nothing, mute := huntReport(), huntReport()
	nothing.Findings, nothing.Failures, nothing.Failed = []hunt.Finding{}, nil, 0
	mute.Findings, mute.Told, mute.Claims = []hunt.Finding{}, 0, nil
	for _, c := range []struct {
		report *hunt.Report
		exit   int
		want   []string
	}{
		{huntReport(), ExitFail, []string{
			"violated dlq exactly-once, expected holds, under redis:cut@300ms..301ms · 2 runs, first seed 3",
			"         755 effects for 754 owed",
			"         crashlab run --time virtual dlq --seed 3",
			"         crashlab replay 'kept/dlq 3.jsonl'",
			"could not run: it took more than 1m0s",
			"         crashlab run --time virtual dlq --seed 9",
			"found    1 contradiction · 100 runs of 10 seeds in 20 s, 5.0 per second, 120 distinct histories · 2 inconclusive " +
				"· 1 could not run · from seed 1",
			"weather  checked dlq: conservation, exactly-once",
		}},
		{nothing, ExitPass, []string{
			"nothing  every conclusive run was as the lab declares · 100 runs of 10 seeds in 20 s, 5.0 per second, 120 " +
				"distinct histories · 3 inconclusive · from seed 1",
		}},
		{mute, ExitUnknown, []string{"unknown  no run was conclusive · 100 runs", "weather  none: it is switched off"}},
	} {
		var out bytes.Buffer
		a := &app{out: &out}
		a.settleHunt(c.report)
		if err := a.printHunt(c.report, false); err != nil || a.exit != c.exit {
			t.Errorf("exit %d, want %d; %v", a.exit, c.exit, err)
		}
		lines := strings.Split(out.String(), "\n")
		for _, want := range c.want {
			if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, want) }) {
				t.Errorf("no line %q in\n%s", want, &out)
			}
		}
	}
}

func TestHuntJSON(t *testing.T) {
	var out bytes.Buffer
	if err := (&app{out: &out}).printHunt(huntReport(), true); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Runs     int
		Findings []struct {
			Invariant, Command, Fault string
			Seed                      uint64
		}
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil || doc.Runs != 100 || len(doc.Findings) != 1 ||
		doc.Findings[0].Seed != 3 || doc.Findings[0].Fault == "" {
		t.Errorf("%v: %s", err, &out)
	}
}
