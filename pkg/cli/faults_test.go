package cli

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/catalog"
	"github.com/crashlab/crashlab/pkg/lab"
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

// What the lab can't carry out is refused before anything is started.
func TestAScheduleThatTheLabCannotCarryOut(t *testing.T) {
	talks := (&toy{}).spec()
	mute := talks
	mute.Data = nil
	grows := talks
	grows.Faults = append(slices.Clone(talks.Faults), lab.Fault{Name: "growth", Fault: fault.Switch{Name: "add-shard"}})
	grows.Expect = maps.Clone(talks.Expect)
	grows.Expect["growth"] = talks.Expect["nothing"]
	const faults = "its faults are amnesia, nothing, refused, wakes, wrong"
	for _, c := range []struct {
		lab      lab.Spec
		schedule string
		says     string
	}{
		{mute, "poison=8@50ms..150ms", "toy can't carry out poison: its client sends no messages to spoil; " + faults},
		{talks, "corrupt=8@50ms..150ms", "toy can't carry out corrupt; of data faults it can carry out poison, duplicate"},
		{talks, "redis:cut@10ms..20ms; reorder=8@50ms..150ms",
			"toy can't carry out reorder; of data faults it can carry out poison, duplicate"},
		{talks, "add-shard:switch@50ms..150ms", "toy has no switch add-shard, nor any other; " + faults},
		{grows, "add-shrd:switch@50ms..150ms", "toy has no switch add-shrd; did you mean add-shard?"},
	} {
		var out, err bytes.Buffer
		exit := Main([]lab.Spec{c.lab}, []string{"run", "toy", "--backend", "embedded", "--fault", c.schedule}, &out, &err)
		if exit != ExitCouldNotRun || err.String() != "crashlab: "+c.says+"\n" {
			t.Errorf("%s: exit %d, %q; want 3 and %q", c.schedule, exit, err.String(), c.says)
		}
	}
}

// A lab that contradicts itself does not run: its verdict would mean nothing.
func TestALabThatContradictsItselfIsRefused(t *testing.T) {
	l := (&toy{}).spec()
	l.Expect = maps.Clone(l.Expect)
	l.Expect["amnsia"] = l.Expect["amnesia"]
	delete(l.Expect, "amnesia")
	for _, command := range []string{"run", "smoke", "explain", "hunt"} {
		var out, err bytes.Buffer
		exit := Main([]lab.Spec{l}, []string{command, "toy"}, &out, &err)
		if exit != ExitCouldNotRun || out.Len() > 0 || strings.Count(err.String(), "\n") != 1 ||
			!strings.Contains(err.String(), "expects nothing under fault amnesia") {
			t.Errorf("%s: exit %d, %q, %q", command, exit, out.String(), err.String())
		}
	}
}
