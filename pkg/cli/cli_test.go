package cli

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("os/signal.loop")) }

func crashlab(t *testing.T, lt *toy, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	exit = Main([]lab.Spec{lt.spec()}, args, &out, &err)
	return exit, out.String(), err.String()
}

// inPeace runs crashlab, and again if a busy machine leaves a verdict unknown that is to be known.
func inPeace(t *testing.T, lt *toy, want int, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	for range 5 {
		lt.woken.Store(0) // each try is the first
		exit, stdout, stderr = crashlab(t, lt, args...)
		if exit == want || exit != ExitUnknown {
			break
		}
	}
	return exit, stdout, stderr
}

func TestTheToyIsALab(t *testing.T) {
	s := (&toy{}).spec()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
}

// Any mistake of the user is answered in one line that helps, with exit code 3.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	for args, want := range map[string]string{
		"rn toy":                            `unknown command "rn"; did you mean run?`,
		"run":                               "run takes 1 lab, not 0",
		"run toys":                          `unknown lab "toys"; did you mean toy?`,
		"explain toys":                      `unknown lab "toys"; did you mean toy?`,
		"explain toy --interview":           "its README has no question",
		"explain toy --interview --numbers": "interview numbers",
		"smoke --attempts 0":                "--attempts 0",
		"smoke toys":                        `unknown lab "toys"; did you mean toy?`,
		"run toy --design keep":             `unknown design "keep"; did you mean keeps?`,
		"run toy --without stor":            `unknown guard "stor"; did you mean store?`,
		"run toy --without store --design forgets":    "design forgets has no guard",
		"run toy --fault amnesi":                      `unknown fault "amnesi"; did you mean amnesia?`,
		"smoke --fault amnesi":                        `unknown fault of toy "amnesi"; did you mean amnesia?`,
		"smoke toy --fault wrong --all-faults":        "none of the others can be",
		"run toy --arrivals poison":                   `unknown arrivals "poison"; did you mean poisson?`,
		"run toy --backend embeded":                   `unknown backend "embeded"; did you mean embedded?`,
		"run toy --rate -1":                           "can't be negative",
		"run toy --duration -1s":                      "can't be negative",
		"run toy --seed x":                            `invalid argument "x" for "--seed"`,
		"run toy --sed 1":                             `unknown flag "--sed"; did you mean --seed?`,
		"run toy --junit " + dir:                      "it is a directory",
		"run toy --junit " + dir + "/no/such.xml":     "no such file or directory",
		"smoke --junit " + dir + "/no/such.xml":       "no such file or directory",
		"run toy --short --duration 1s":               "none of the others can be",
		"up --kafka-nodes 0":                          "must be at least 1",
		"up --detach --backend embedded":              "works only with --backend containers",
		"up --throttle --backend containers":          "LocalStack has no limits of throughput",
		"up --verify-signatures --backend containers": "LocalStack does not verify them",
		"up --functions --backend containers":         "LocalStack has no engine for them",
		"up --verify-signatures --backend external":   "only real AWS is known to verify them",
		"run toy --backend external --redis-addr 127.0.0.1:1 " +
			"--kafka-brokers 127.0.0.1:1 --aws-endpoint http://127.0.0.1:1": "Redis does not answer at 127.0.0.1:1",
	} {
		exit, stdout, stderr := crashlab(t, &toy{}, strings.Fields(args)...)
		lines := strings.Split(strings.TrimSpace(stderr), "\n")
		last := lines[len(lines)-1]
		if exit != ExitCouldNotRun || !strings.HasPrefix(last, "crashlab: ") || !strings.Contains(last, want) {
			t.Errorf("crashlab %s: exit %d, %q; want exit 3 and %q", args, exit, stderr, want)
		}
		if stdout != "" || len(lines) > 2 { // the seed may come before
			t.Errorf("crashlab %s: more than one line: %q %q", args, stdout, stderr)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestExitCodesSayTheVerdict(t *testing.T) {
	for fault, want := range map[string]int{
		"amnesia": ExitPass, "wrong": ExitFail, "nothing": ExitUnknown, "refused": ExitUnknown,
	} {
		lt := &toy{}
		exit, out, stderr := inPeace(t, lt, want, "run", "toy", "--backend", "embedded", "--fault", fault, "--duration", "1s",
			"--seed", "7", "--json")
		if exit != want {
			t.Errorf("%s: exit %d, want %d; %s %s", fault, exit, want, out, stderr)
		}
		var r run.Result
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Errorf("%s: stdout is not one JSON document: %v", fault, err)
		}
		if r.Seed != 7 || len(r.Cases) != 2 || r.Backend["kafka"] != "embedded" || r.Timings.StackReady <= 0 {
			t.Errorf("%s: %+v", fault, r)
		}
		if lt.injected.Load() != lt.reverted.Load() {
			t.Errorf("%s: injected %d times, reverted %d times", fault, lt.injected.Load(), lt.reverted.Load())
		}
	}
}

// A plan starts nothing, is the same to the byte for a seed, and is what the run then does.
func TestPlan(t *testing.T) {
	plan := func(more ...string) string {
		lt := &toy{}
		exit, out, stderr := crashlab(t, lt, append([]string{"run", "toy", "--plan", "--seed", "7", "--duration", "200ms"},
			more...)...)
		if exit != ExitPass || lt.injected.Load() != 0 {
			t.Fatalf("exit %d, %d injected: %s", exit, lt.injected.Load(), stderr)
		}
		return out
	}
	first := plan()
	if again := plan(); again != first || !strings.Contains(first, "stores forget") {
		t.Errorf("not the same plan again, or none:\n%s\n%s", first, again)
	}
	if plan("--seed", "8") == first || plan("--arrivals", "even") == first {
		t.Error("the seed or the arrivals change nothing")
	}
	var o run.Outline
	poisoned := []string{"--json", "--fault", "poison=4@50ms..150ms"}
	if err := json.Unmarshal([]byte(plan(poisoned...)), &o); err != nil {
		t.Fatal(err)
	}
	tainted := 0
	for _, op := range o.Operations {
		if op.Taint != "" {
			tainted++
			if op.At < 0.05 || op.At >= 0.15 {
				t.Errorf("%s is due at %g s, outside the fault, and %s", op.ID, op.At, op.Taint)
			}
		}
	}
	if len(o.Operations) != 100 || len(o.Schedule) != 1 || tainted < 5 {
		t.Errorf("%d operations, %d of them tainted, schedule %v", len(o.Operations), tainted, o.Schedule)
	}
}

// With a guard off the design runs twice, with it and without, under a fault that shows what falls.
func TestWithoutAGuard(t *testing.T) {
	exit, out, stderr := inPeace(t, &toy{}, ExitPass, "run", "toy", "--backend", "embedded", "--without", "store",
		"--duration", "1s", "--json")
	var r run.Result
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("exit %d: %v: %s", exit, err, stderr)
	}
	var got []string
	for _, c := range r.Cases {
		got = append(got, c.Label()+": "+string(c.Invariants[0].Got))
	}
	want := []string{"keeps: holds", "keeps without store: violated"}
	if exit != ExitPass || !slices.Equal(got, want) {
		t.Errorf("exit %d, %q, want %q", exit, got, want)
	}
}

// The names in the JSON are a contract with scripts.
func TestJSONDocument(t *testing.T) {
	_, out, _ := crashlab(t, &toy{}, "run", "toy", "--backend", "embedded", "--duration", "200ms", "--json")
	var doc map[string]any
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"lab", "seed", "backend.aws", "backend.kafka", "backend.redis", "verdict", "timings_ms.stack_ready",
		"timings_ms.total",
		"cases.design", "cases.verdict", "cases.fault.name", "cases.fault.state", "cases.fault.requested",
		"cases.fault.measured",
		"cases.invariants.name", "cases.invariants.expected", "cases.invariants.got", "cases.invariants.evidence",
		"cases.operations.total", "cases.operations.ok", "cases.operations.failed", "cases.operations.unknown",
		"cases.phases.before.total", "cases.phases.during.ok", "cases.phases.after.failed",
		"cases.latency_ms.p50", "cases.latency_ms.p99", "cases.latency_ms.max",
	} {
		var at any = doc
		for _, name := range strings.Split(path, ".") {
			if list, ok := at.([]any); ok {
				at = list[0]
			}
			member, ok := at.(map[string]any)[name]
			if !ok {
				t.Errorf("no %s in %s", path, out)
				break
			}
			at = member
		}
	}
}

func TestReportForPeople(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	_, out, stderr := crashlab(t, &toy{}, "run", "toy", "--backend", "embedded", "--duration", "200ms", "--seed", "7")
	for _, want := range []string{
		"client ─▶ store", "asked    stores forget", "measured looked", "forgets", "violated", "PASS", "seed 7", "next",
		"crashlab explain toy",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out+stderr, "\x1b") || strings.Contains(out+stderr, "\r") {
		t.Error("control codes where there is no terminal")
	}
	if !strings.HasPrefix(stderr, "seed 7\n") {
		t.Errorf("the seed does not come first: %q", stderr)
	}
}

func TestJUnit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "junit.xml")
	// they share a store
	exit, out, _ := inPeace(t, &toy{}, ExitFail, "smoke", "--backend", "embedded", "--short", "--all-faults", "--parallel",
		"1", "--attempts", "2", "--junit", file)
	if exit != ExitFail {
		t.Errorf("exit %d, want %d: one lab fails", exit, ExitFail)
	}
	if n := strings.Count(out, " toy "); n != 5 {
		t.Errorf("%d lines, want one a fault:\n%s", n, out)
	}
	for _, line := range strings.Split(out, "\n") {
		for fault, attempt := range map[string]string{" amnesia ": "", " nothing ": "attempt 2", " wakes ": "attempt 2"} {
			if strings.Contains(line, fault) &&
				(!strings.HasSuffix(line, attempt) || attempt == "" && strings.Contains(line, "attempt")) {
				t.Errorf("%q; want it to end with %q: what is unknown is run again, and nothing else", line, attempt)
			}
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suites   []struct {
			Cases []struct {
				Name string `xml:"name,attr"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Tests != 10 || doc.Failures != 1 || doc.Errors != 4 {
		t.Errorf("%d tests, %d failures, %d errors; want 10, 1, 4\n%s", doc.Tests, doc.Failures, doc.Errors, data)
	}
}

func TestSmokeRunsTheFaultsAskedFor(t *testing.T) {
	exit, out, _ := inPeace(t, &toy{}, ExitFail, "smoke", "--backend", "embedded", "--short", "--fault", "amnesia,wrong",
		"--parallel", "1")
	if exit != ExitFail || strings.Count(out, " toy ") != 2 || !strings.Contains(out, " amnesia ") ||
		!strings.Contains(out, " wrong ") {
		t.Errorf("exit %d; want a line for each of two faults:\n%s", exit, out)
	}
}

// Ctrl-C during the fault restores everything.
func TestInterruptDuringTheFault(t *testing.T) {
	dir := t.TempDir()
	// Once, though every design measures its fault: a second interrupt may come when no handler is left, and
	// would end the test itself.
	interrupt := sync.OnceFunc(func() { _ = syscall.Kill(os.Getpid(), syscall.SIGINT) })
	lt := &toy{whenOn: interrupt}
	exit, out, stderr := crashlab(t, lt, "run", "toy", "--backend", "embedded", "--junit", dir+"/junit.xml")
	if exit != ExitInterrupted || out != "" || !strings.Contains(stderr, "interrupted") {
		t.Errorf("exit %d, %q %q; want 130", exit, out, stderr)
	}
	if lt.injected.Load() == 0 || lt.injected.Load() != lt.reverted.Load() || lt.on.Load() != 0 {
		t.Errorf("injected %d times, reverted %d times", lt.injected.Load(), lt.reverted.Load())
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestListAndExplain(t *testing.T) {
	exit, out, _ := crashlab(t, &toy{}, "list")
	for _, want := range []string{"toy", "forgets", "must fail", "keeps", "must hold", "amnesia", "signature"} {
		if exit != 0 || !strings.Contains(out, want) {
			t.Errorf("exit %d, no %q in %q", exit, want, out)
		}
	}
	if exit, out, _ := crashlab(t, &toy{}, "explain", "toy"); exit != 0 || out != "# Stores\n" {
		t.Errorf("exit %d, %q", exit, out)
	}
}

// A kept run replays the same without a stack, and can be checked by any checker.
func TestArtifacts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	exit, _, stderr := crashlab(t, &toy{}, "run", "toy", "--backend", "embedded", "--duration", "200ms", "--seed", "7",
		"--artifacts", dir)
	if exit != ExitPass {
		t.Fatalf("exit %d, %s", exit, stderr)
	}
	forgets, keeps := filepath.Join(dir, "toy-amnesia-7-forgets.jsonl"), filepath.Join(dir, "toy-amnesia-7-keeps.jsonl")
	exit, out, stderr := crashlab(t, &toy{}, "replay", "--json", forgets, keeps)
	var r run.Result
	if err := json.Unmarshal([]byte(out), &r); exit != ExitPass || err != nil || len(r.Cases) != 2 ||
		len(r.Cases[0].Invariants[0].Ops) == 0 {
		t.Errorf("replay: exit %d, %v, %s %s", exit, err, out, stderr)
	}
	for _, c := range []struct {
		file, spec string
		exit       int
		says       string
	}{
		{keeps, "conservation", ExitPass, "holds"},
		{forgets, "conservation", ExitFail, "operations: put-"},
		{forgets, "conservatio", ExitCouldNotRun, "did you mean conservation?"},
		{filepath.Join(dir, "none"), "conservation", ExitCouldNotRun, "no such file"},
	} {
		exit, out, stderr := crashlab(t, &toy{}, "check-history", c.file, "--invariant", c.spec)
		if exit != c.exit || !strings.Contains(out+stderr, c.says) {
			t.Errorf("check-history %s %s: exit %d, %s %s; want %d and %q", c.file, c.spec, exit, out, stderr, c.exit, c.says)
		}
	}
	data, err := os.ReadFile(keeps)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	lines[4] = lines[4][:len(lines[4])/2]
	damaged := filepath.Join(dir, "damaged.jsonl")
	if err := os.WriteFile(damaged, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"replay", damaged}, {"check-history", damaged, "--invariant", "loss"}} {
		if exit, _, stderr := crashlab(t, &toy{}, args...); exit != ExitCouldNotRun || !strings.Contains(stderr, "line 5") {
			t.Errorf("%v: exit %d, %q; want 3 and the line", args, exit, stderr)
		}
	}
}

func TestFaultsOfTheUsersOwn(t *testing.T) {
	exit, out, _ := crashlab(t, &toy{}, "faults")
	if exit != 0 || !strings.Contains(out, "redis:latency=200ms,jitter=20ms@2s..5s") {
		t.Errorf("exit %d, %s", exit, out)
	}
	exit, out, stderr := crashlab(t, &toy{}, "run", "toy", "--backend", "embedded", "--duration", "200ms", "--fault",
		"poison=10@50ms..150ms")
	if exit != ExitUnknown || !strings.Contains(out, "nothing is predicted") || !strings.Contains(out, "10 %") {
		t.Errorf("exit %d, %s %s", exit, out, stderr)
	}
	exit, _, stderr = crashlab(t, &toy{}, "run", "toy", "--backend", "embedded", "--fault", "poisn=10@50ms..150ms")
	if exit != ExitCouldNotRun || !strings.Contains(stderr, "did you mean poison?\n") ||
		!strings.HasSuffix(strings.TrimSpace(stderr), "^") {
		t.Errorf("exit %d, %q: want the character pointed at", exit, stderr)
	}
	rules := filepath.Join(t.TempDir(), "rules.json")
	if err := os.WriteFile(rules, []byte(`[{"service": "sqs", "probabilty": 0.5}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	exit, _, stderr = crashlab(t, &toy{}, "run", "toy", "--backend", "embedded", "--aws-rules", rules)
	if exit != ExitCouldNotRun || !strings.Contains(stderr, rules+":1:") {
		t.Errorf("exit %d, %q: want line and column", exit, stderr)
	}
}
