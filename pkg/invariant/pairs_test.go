package invariant

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/history"
)

// expectation is the header of a file in testdata: its checker, and the operations that the checker must
// name.
type expectation struct {
	Check string   `json:"check"`
	Ops   []string `json:"ops"`
}

func load(t *testing.T, path string) (expectation, history.History) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	header, h, err := history.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	var want expectation
	if err := json.Unmarshal(header.Meta, &want); err != nil {
		t.Fatal(err)
	}
	return want, h
}

// TestPairs runs every checker over a history that keeps its claim and one that breaks it.
func TestPairs(t *testing.T) {
	for _, c := range All {
		for suffix, status := range map[string]Status{"ok": Holds, "bad": Violated} {
			t.Run(c.Name+"-"+suffix, func(t *testing.T) {
				want, h := load(t, filepath.Join("testdata", c.Name+"-"+suffix+".jsonl"))
				check, err := ByName(want.Check)
				if err != nil {
					t.Fatal(err)
				}
				if check.Name != c.Name {
					t.Fatalf("checked by %s", check.Name)
				}
				f := check.Of(h)
				if f.Status != status || !slices.Equal(f.Ops, want.Ops) && len(f.Ops)+len(want.Ops) > 0 {
					t.Errorf("got %s %q %q, want %s %q", f.Status, f.Evidence, f.Ops, status, want.Ops)
				}
				t.Log(f.Evidence)
			})
		}
	}
}

func TestEveryCheckerIsDescribed(t *testing.T) {
	names := map[string]bool{}
	for _, c := range All {
		check, err := ByName(c.Example)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		if !check.Registered() {
			t.Errorf("%s is not marked as one of the registry", c.Name)
		}
		if check.Name != c.Name || names[c.Name] {
			t.Errorf("%s is called %s, or twice", c.Name, check.Name)
		}
		names[c.Name] = true
		if check.Claim == "" || strings.Contains(check.Claim, "\n") {
			t.Errorf("%s claims %q", c.Name, check.Claim)
		}
		p := parseParams("")
		c.build(p)
		if got := strings.Join(p.asked, ", "); !sameWords(got, c.Params) {
			t.Errorf("%s takes %s, and says %s", c.Name, got, c.Params)
		}
	}
}

func sameWords(a, b string) bool {
	x, y := strings.Split(a, ", "), strings.Split(b, ", ")
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// TestNothingIsKnownOfNothing: a history without operations, or one that contradicts itself, never holds.
func TestNothingIsKnownOfNothing(t *testing.T) {
	for name, h := range map[string]history.History{
		"empty": nil,
		"marks only": {mark(0, history.LoadStart), mark(1, "lag"), mark(2, history.FaultInjected),
			mark(3, history.FaultReverted), mark(4, history.Drained)},
		"effects only": {effect(1, "done", "a", ""), effect(2, "applied", "a", ""), effect(3, "call", "", ""),
			effect(4, "lag", "", ""), effect(5, "get", "", "")},
		"contradiction": {invoke(0, "a"), invoke(1, "a"), effect(2, "lag", "a", "")},
		"second end":    {invoke(0, "a"), ok(1, "a"), lapsed(1, "a"), effect(2, "done", "a", "")},
	} {
		for _, c := range All {
			check, err := ByName(c.Example)
			if err != nil {
				t.Fatal(err)
			}
			if f := check.Of(h); f.Status != Unknown || f.Evidence == "" {
				t.Errorf("%s of %s: %s %q", c.Name, name, f.Status, f.Evidence)
			}
		}
	}
}

func TestByNameSaysWhatIsWrong(t *testing.T) {
	for spec, want := range map[string]string{
		"conservaton":                       `no invariant "conservaton": did you mean conservation?`,
		"Exactly-Once":                      "did you mean exactly-once?",
		"loss:branch=a":                     `invariant loss: no parameter "branch": did you mean branches? (as in loss)`,
		"max-receives":                      "needs n (as in max-receives:n=3)",
		"max-receives:n=three":              `n: want a whole number that is not negative, got "three"`,
		"max-receives:n=-1":                 `got "-1"`,
		"max-receives:m=1":                  `no parameter "m": did you mean n?`,
		"loss:done":                         `want name=value, got "done"`,
		"loss:done=a,done=b":                "done is given twice",
		"latency-slo:quantile=x,limit=1s":   `quantile: want a number that is not negative, got "x"`,
		"latency-slo:quantile=.9":           "needs limit",
		"latency-slo:quantile=.9,limit=10":  `limit: want a time like 200ms, got "10"`,
		"latency-slo:quantile=.9,limit=-1s": `limit: want a time like 200ms`,
		"order:versions=perhaps":            `versions: want true or false, got "perhaps"`,
		"blast-radius:keys=NaN,requests=1":  `keys: want a number`,
	} {
		if _, err := ByName(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", spec, err, want)
		}
	}
}
