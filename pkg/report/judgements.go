package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/unit"
)

// statusColumns is the width of the longest status.
const statusColumns = len(invariant.Violated)

// judgements writes, design by design, how the operations ended and each invariant's finding. Violated and
// unexpected ones come first.
func (p *page) judgements(l lab.Spec, r *run.Result) {
	names := longestName(r.Cases)
	var heads [][]string
	for _, c := range r.Cases {
		heads = append(heads, []string{c.Label(), mission(c), operations(l, c)})
	}
	for i, head := range lines(draw.Grid(heads...)) {
		c := r.Cases[i]
		served := operations(l, c)
		p.rows(hang("  "+strings.TrimSuffix(head, served), served, p.style.width), p.style.bold)
		if c.Verdict == run.Unknown { // a case that failed has a finding that says so
			p.rows(hang(fmt.Sprintf("    %-*s  ", statusColumns, c.Verdict), c.Reason.Text, p.style.width), p.style.yellow)
		}
		for _, j := range slices.SortedStableFunc(slices.Values(c.Invariants), func(a, b run.Judgement) int {
			return rank(a) - rank(b)
		}) {
			p.judgement(j, names)
		}
		p.unjudged(l, c, names)
	}
	p.line("")
}

// unjudged says, in a verbose report, of which invariants nothing is predicted, and why.
func (p *page) unjudged(l lab.Spec, c run.Case, names int) {
	expect, predicted := l.Expected(c.Fault.Name, c.Design, c.Without...)
	if !p.style.Verbose || !predicted {
		return
	}
	for _, inv := range l.Invariants {
		if expected, why := expect.Of(inv.Name); expected == "" {
			lead := fmt.Sprintf("    %-*s  %-*s  ", statusColumns, "unjudged", names, inv.Name)
			p.rows(hang(lead, why, p.style.width), p.style.dim)
		}
	}
}

func longestName(cases []run.Case) (columns int) {
	for _, c := range cases {
		for _, j := range c.Invariants {
			columns = max(columns, utf8.RuneCountInString(j.Name))
		}
	}
	return columns
}

// mission states the expectation for a case as a whole. It is empty if nothing is predicted.
func mission(c run.Case) string {
	says := ""
	for _, j := range c.Invariants {
		switch j.Expected {
		case invariant.Violated:
			return "must fail"
		case invariant.Holds:
			says = "must hold"
		}
	}
	return says
}

// operations states how a case's operations ended, and, if some were not served, when those were sent.
func operations(l lab.Spec, c run.Case) string {
	o, noun := c.Operations, l.Workload.Operation
	if noun == "" {
		noun = "operation"
	}
	says := fmt.Sprintf("%s of %s served", unit.Count(o.OK), unit.Many(o.Total, noun))
	if when := c.Phases; o.OK < o.Total && when.During.Total > 0 {
		says += fmt.Sprintf(" (%s before, %s during, %s after)", part(when.Before), part(when.During), part(when.After))
	}
	if o.Failed > 0 {
		says += ", " + unit.Count(o.Failed) + " failed"
	}
	if o.Unknown > 0 {
		says += ", " + unit.Count(o.Unknown) + " unknown"
	}
	return says
}

// part writes how many of the operations of a phase were served: "84/160".
func part(o run.Operations) string { return unit.Count(o.OK) + "/" + unit.Count(o.Total) }

// unexpected reports whether the finding is not the predicted one. Without a prediction, nothing is
// unexpected.
func unexpected(j run.Judgement) bool { return j.Expected != "" && j.Got != j.Expected }

// rank orders the findings of a case by importance to the reader: the lower, the more important.
func rank(j run.Judgement) int {
	switch {
	case unexpected(j) && j.Got == invariant.Violated:
		return 0
	case j.Got == invariant.Violated:
		return 1
	case unexpected(j) || j.Got == invariant.Unknown:
		return 2
	default:
		return 3
	}
}

// judgement writes a finding on one line or, in full, on as many as its evidence takes.
func (p *page) judgement(j run.Judgement, names int) {
	evidence := j.Evidence
	if unexpected(j) {
		evidence = fmt.Sprintf("expected %s: %s", j.Expected, evidence)
	}
	lead := fmt.Sprintf("    %-*s  %-*s  ", statusColumns, j.Got, names, j.Name)
	rows := []string{lead + cut(evidence, max(narrowest, p.style.width-utf8.RuneCountInString(lead)))}
	if p.style.Verbose {
		rows = hang(lead, evidence, p.style.width)
	}
	p.rows(rows, p.paintOf(j))
}

func (p *page) rows(rows []string, paint func(string) string) {
	for _, row := range rows {
		p.line("%s", paint(row))
	}
}

// paintOf chooses a finding's color. A violation is never green, expected or not.
func (p *page) paintOf(j run.Judgement) func(string) string {
	switch {
	case j.Got == invariant.Unknown:
		return p.style.yellow
	case unexpected(j):
		return p.style.red
	case j.Got == invariant.Violated:
		return p.style.bold
	default:
		return p.style.dim
	}
}

// claims lists, in a verbose report, what each invariant of the run claims.
func (p *page) claims(l lab.Spec, r *run.Result) {
	if !p.style.Verbose {
		return
	}
	judged := map[string]bool{}
	for _, c := range r.Cases {
		for _, j := range c.Invariants {
			judged[j.Name] = true
		}
	}
	if len(judged) == 0 {
		return
	}
	p.line("  %s", p.style.bold("an invariant holds when"))
	for _, inv := range l.Invariants {
		if judged[inv.Name] {
			p.field(fmt.Sprintf("    %-*s  ", longestName(r.Cases), inv.Name), inv.Claim)
		}
	}
	p.line("")
}
