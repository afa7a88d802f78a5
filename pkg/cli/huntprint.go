package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/hunt"
	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/unit"
)

// progressOf describes a hunt's progress.
func progressOf(c hunt.Counts) string {
	text := fmt.Sprintf("%s, %.1f per second, %s, %d found", unit.Many(c.Runs, "run"), c.PerSecond(),
		unit.Many(c.Histories, "distinct history", "distinct histories"), c.Found)
	if c.Confirming > 0 {
		text += fmt.Sprintf("; repeating and shrinking %d", c.Confirming)
	}
	return text
}

func (a *app) printHunt(r *hunt.Report, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(a.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	var b strings.Builder
	for _, f := range r.Findings {
		a.printFinding(&b, f)
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "could not run: %s\n         %s\n", f.Error, f.Command)
	}
	switch {
	case len(r.Findings) > 0:
		fmt.Fprintf(&b, "found    %s", unit.Many(len(r.Findings), "contradiction"))
	case r.Told == 0:
		b.WriteString("unknown  no run was conclusive")
	default:
		b.WriteString("nothing  every conclusive run was as the lab declares")
	}
	fmt.Fprintf(&b, " · %s of %s in %.0f s, %.1f per second, %s", unit.Many(r.Runs, "run"), unit.Many(r.Seeds, "seed"),
		r.Seconds, r.PerSecond(), unit.Many(r.Histories, "distinct history", "distinct histories"))
	if mute := r.Runs - r.Told - r.Failed; mute > 0 {
		fmt.Fprintf(&b, " · %d inconclusive", mute)
	}
	if r.Failed > 0 {
		fmt.Fprintf(&b, " · %d could not run", r.Failed)
	}
	fmt.Fprintf(&b, " · from seed %d\n%s\n", r.First, weatherOf(r))
	_, err := fmt.Fprint(a.out, b.String())
	return err
}

// printFinding prints a finding, its evidence, and the command that reproduces it.
func (a *app) printFinding(b *strings.Builder, f hunt.Finding) {
	fmt.Fprintf(b, "%s %s %s, expected %s, under %s · %s, first seed %d\n", report.StyleFor(a.out).Status(f.Got), f.Design,
		f.Invariant,
		f.Expected, f.Fault, unit.Many(f.Seeds, "run"), f.Seed)
	fmt.Fprintf(b, "         %s\n", f.Evidence)
	if !f.Repeats {
		b.WriteString("         a second run of the same seed did not show it again\n")
	}
	fmt.Fprintf(b, "         %s\n", f.Command)
	if f.Artifact != "" {
		fmt.Fprintf(b, "         crashlab replay %s\n", shellWord(f.Artifact))
	}
}

// weatherOf lists the claims that random schedules were judged by.
func weatherOf(r *hunt.Report) string {
	if len(r.Claims) == 0 {
		return "weather  none: it is switched off, or no design keeps a safety invariant under all of the lab's faults"
	}
	var claims []string
	for _, design := range slices.Sorted(maps.Keys(r.Claims)) {
		claims = append(claims, design+": "+strings.Join(r.Claims[design], ", "))
	}
	return "weather  checked " + strings.Join(claims, "; ")
}

func shellWords(args []string) string {
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = shellWord(a)
	}
	return strings.Join(words, " ")
}

// shellWord quotes a word for a shell where that is needed.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./,:=@%+", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
