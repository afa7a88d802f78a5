package cli

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/fault/catalog"
)

func TestFaultsListsEveryKindWithWhatItNeeds(t *testing.T) {
	exit, out, _ := crashlab(t, &toy{}, "faults")
	if exit != 0 {
		t.Fatalf("exit %d", exit)
	}
	needs := map[string]string{}
	for line := range strings.Lines(out) {
		if words := strings.Fields(line); len(words) > 2 {
			needs[words[0]] = words[1]
		}
	}
	for _, k := range catalog.Kinds() {
		if needs[k.Name] != k.Needs || !strings.Contains(out, k.Example) {
			t.Errorf("%s needs %q in\n%s", k.Name, needs[k.Name], out)
		}
	}
	for _, name := range []string{"slow", "memory"} {
		if needs[name] != "process" {
			t.Errorf("%s needs %q, want process", name, needs[name])
		}
	}
}
