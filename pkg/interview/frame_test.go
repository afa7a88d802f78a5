package interview

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
)

// readme has every section that the frame needs but those that are left out.
func readme(without ...string) string {
	text := "# A shop\n\n> Design a shop\n> that sells.\n\nIntroduction.\n"
	for _, s := range steps {
		for _, from := range s.from {
			if !strings.Contains(strings.Join(without, "|"), from.heading) {
				text += "\n## " + from.heading + "\n\nAbout " + from.heading + ".\n"
			}
		}
	}
	return text + "\n## Sources\n\n- a book\n"
}

func shop(text string) lab.Spec {
	kept := invariant.Invariant{Name: "kept", Claim: "every order is kept"}
	return lab.Spec{
		Name: "shop", README: text, Invariants: []invariant.Invariant{kept},
		Designs: []lab.Design{{Name: "quick", Summary: "it forgets", Broken: true}, {Name: "sure", Summary: "it keeps"}},
		Faults:  []lab.Fault{{Name: "crash", Summary: "dies | ends"}, {Name: "slow", Summary: "waits"}},
		Expect: lab.Expectations{
			"crash": {"quick": lab.Violated(kept), "sure": lab.AllHold}, "slow": {"quick": lab.AllHold, "sure": lab.AllHold},
		},
	}
}

func TestFrame(t *testing.T) {
	text := strings.Replace(readme(), "About Failure modes.",
		"Announced\nnoise.\n\n<!-- outputs -->\n\nnoise\n\n## not a section\n\n<!-- /outputs -->\n\nAbout Failure modes.", 1)
	got, err := Frame(shop(text))
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, want := range []string{
		"# shop: the interview", "> Design a shop\n> that sells.\n", "## 1. Requirements · 5 min", "About Requirements.",
		"## 2. Capacity · 5 min", "crashlab explain shop --numbers", "## 4. Detailed design · 15–20 min",
		"### Failure scenarios", `| dies \| ends | ` + "`crashlab run shop --fault crash` | `quick`: kept |",
		"| waits | `crashlab run shop --fault slow` | nothing may |", "About Failure modes.", "### Monitoring",
		"## 6. Trade-offs", "## 7. Red flags\n", "- `quick`: it forgets.\n  No longer true: every order is kept (kept).",
		"- [ ] team structure (step 5)",
	} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("no %q after\n%s\nin\n%s", want, got[:at], got)
		}
		at += i
	}
	for _, unwanted := range []string{"noise", "not a section", "a book", "Introduction"} {
		if strings.Contains(got, unwanted) {
			t.Errorf("it has %q", unwanted)
		}
	}
}

func TestFrameNamesWhatIsMissing(t *testing.T) {
	for want, text := range map[string]string{
		`lab shop: its README has no section "Monitoring"`: readme("Monitoring"),
		"lab shop: its README has no question":             strings.ReplaceAll(readme(), ">", ""),
	} {
		if _, err := Frame(shop(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
