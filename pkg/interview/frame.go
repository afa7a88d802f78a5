package interview

import (
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
)

// Frame returns the interview about a lab's system, in Markdown. It fails if the lab's README lacks a section.
func Frame(l lab.Spec) (string, error) {
	a := read(l.README)
	if err := a.check(); err != nil {
		return "", fmt.Errorf("lab %s: %w", l.Name, err)
	}
	var b strings.Builder
	fmt.Fprintf(
		&b,
		"# %s: the interview\n\n%s\n45 to 60 minutes, 60 to 90 for a senior role. Answer each step yourself first.\n",
		l.Name,
		a.question,
	)
	for i, s := range steps {
		fmt.Fprintf(&b, "\n## %d. %s%s\n\n*%s.*\n", i+1, s.name, minutes(s), upper(s.ask))
		for _, from := range s.from {
			if from.under != "" {
				fmt.Fprintf(&b, "\n### %s\n", from.under)
			}
			switch from.heading {
			case failures:
				b.WriteString("\n" + scenarios(l))
			case redFlags:
				b.WriteString("\n" + broken(l))
			}
			fmt.Fprintf(&b, "\n%s\n", a.sections[from.heading])
		}
		if s.name == "Capacity" {
			fmt.Fprintf(&b, "\nMeasure it: `crashlab explain %s --numbers`.\n", l.Name)
		}
	}
	b.WriteString("\n## Checklist\n\n")
	for _, item := range checklist {
		fmt.Fprintf(&b, "- [ ] %s (step %s)\n", item[0], item[1])
	}
	return b.String(), nil
}

func minutes(s step) string {
	if s.minutes == "" {
		return ""
	}
	return " · " + s.minutes + " min"
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// scenarios is a table of the lab's faults, each a command, and what falls under it by design.
func scenarios(l lab.Spec) string {
	var b strings.Builder
	b.WriteString("| What fails | Run it | What falls |\n| --- | --- | --- |\n")
	for _, f := range l.Faults {
		var falls []string
		for _, d := range l.Designs {
			if these := violated(l, f.Name, d.Name); len(these) > 0 {
				falls = append(falls, fmt.Sprintf("`%s`: %s", d.Name, strings.Join(names(these), ", ")))
			}
		}
		if len(falls) == 0 {
			falls = []string{"nothing may"}
		}
		fmt.Fprintf(&b, "| %s | `crashlab run %s --fault %s` | %s |\n", escape(f.Summary), l.Name, f.Name,
			strings.Join(falls, "; "))
	}
	return b.String()
}

// broken is what the designs that must fail show under the signature fault.
func broken(l lab.Spec) string {
	var b strings.Builder
	fmt.Fprintf(&b, "What the broken designs do, as `crashlab run %s` shows:\n\n", l.Name)
	for _, d := range l.Designs {
		if !d.Broken {
			continue
		}
		fmt.Fprintf(&b, "- `%s`: %s.\n", d.Name, d.Summary)
		for _, i := range violated(l, l.Faults[0].Name, d.Name) {
			fmt.Fprintf(&b, "  No longer true: %s (%s).\n", i.Claim, i.Name)
		}
	}
	return b.String()
}

// violated is what a design is expected to violate under a fault.
func violated(l lab.Spec, fault, design string) (these []invariant.Invariant) {
	e, ok := l.Expected(fault, design)
	if !ok {
		return nil
	}
	for _, i := range l.Invariants {
		if status, _ := e.Of(i.Name); status == invariant.Violated {
			these = append(these, i)
		}
	}
	return these
}

func names(these []invariant.Invariant) (names []string) {
	for _, i := range these {
		names = append(names, i.Name)
	}
	return names
}

// escape keeps a cell of a table one cell.
func escape(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
