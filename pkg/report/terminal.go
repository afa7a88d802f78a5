package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
)

// Terminal writes the result as a person reads it: what was built, what was done to it, what each
// design made of that over time, and what was expected of each and found, with the evidence.
func Terminal(w io.Writer, s Style, l lab.Spec, r *run.Result) error {
	p := &page{style: s}
	p.head(l, r)
	p.fault(l, r)
	p.timeline(r)
	p.pictures(l, r)
	p.table(r)
	p.verdict(r)
	p.next(l, r)
	_, err := io.WriteString(w, p.String())
	return err
}

type page struct {
	strings.Builder
	style Style
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *page) head(l lab.Spec, r *run.Result) {
	p.line("%s — %s", p.style.bold(l.Name), l.Title)
	p.line("%s", p.style.dim(fmt.Sprintf("seed %d · %s · %s", r.Seed, Backends(r.Backend), clock(r))))
	p.line("")
	p.block("  ", l.Diagram)
	p.line("")
}

// Backends names who provides the stack: one word where it is the same for all three.
func Backends(b map[string]string) string {
	if b["aws"] == b["kafka"] && b["kafka"] == b["redis"] {
		return b["aws"]
	}
	return fmt.Sprintf("aws %s, kafka %s, redis %s", b["aws"], b["kafka"], b["redis"])
}

func (p *page) fault(l lab.Spec, r *run.Result) {
	if len(r.Cases) == 0 {
		return
	}
	c := r.Cases[0]
	if f, ok := l.Fault(c.Fault.Name); ok {
		p.line("  fault    %s: %s", p.style.bold(f.Name), f.Summary)
	} else {
		p.line("  fault    %s, of which nothing is predicted", p.style.bold(c.Fault.Name))
	}
	p.line("           from %.1f s to %.1f s of %.1f s", c.Timeline.From, c.Timeline.To, c.Timeline.LoadEnd)
	p.line("  asked    %s", c.Fault.Requested)
	for i, m := range measurements(r.Cases) {
		title := ""
		if i == 0 {
			title = "measured"
		}
		p.line("  %-8s %s", title, m)
	}
	p.line("")
}

// measurements says what was measured, once where it was the same for all designs.
func measurements(cases []run.Case) []string {
	var lines []string
	same := true
	for _, c := range cases {
		same = same && c.Fault.Measured == cases[0].Fault.Measured
		lines = append(lines, fmt.Sprintf("%-*s  %s", widest(cases), c.Design, c.Fault.Measured))
	}
	if same {
		return []string{cases[0].Fault.Measured}
	}
	return lines
}

func widest(cases []run.Case) int {
	n := len("design")
	for _, c := range cases {
		n = max(n, utf8.RuneCountInString(c.Design))
	}
	return n
}

// pictures shows the lab's own picture of each case.
func (p *page) pictures(l lab.Spec, r *run.Result) {
	if l.Picture == nil {
		return
	}
	for _, c := range r.Cases {
		p.line("  %s", p.style.bold(c.Design))
		p.block("    ", l.Picture(c.History, p.style.width-4))
		p.line("")
	}
}

func (p *page) table(r *run.Result) {
	name := widest(r.Cases)
	inv := len("invariant")
	for _, c := range r.Cases {
		for _, j := range c.Invariants {
			inv = max(inv, utf8.RuneCountInString(j.Name))
		}
	}
	p.line("  %s", p.style.dim(fmt.Sprintf("%-*s  %-*s  %-8s  %-8s  %s", name, "design", inv, "invariant", "expected", "got", "evidence")))
	indent := 2 + name + 2 + inv + 2 + 8 + 2 + 8 + 2
	for _, c := range r.Cases {
		design := c.Design
		for _, j := range c.Invariants {
			for n, row := range wrap(j.Evidence, max(40, p.style.width-indent)) {
				if n == 0 {
					p.line("  %s%s  %-*s  %-8s  %s  %s", p.style.bold(design), strings.Repeat(" ", name-utf8.RuneCountInString(design)), inv, j.Name, j.Expected, p.got(j), row)
				} else {
					p.line("%*s%s", indent, "", row)
				}
			}
			design = ""
		}
		if c.Verdict != run.Pass {
			p.line("  %-*s  %s", name, design, p.style.red(string(c.Verdict)+": "+c.Reason))
		}
	}
	p.line("")
}

// wrap breaks text between words into rows of at most width characters.
func wrap(text string, width int) []string {
	var rows []string
	row := ""
	for _, word := range strings.Fields(text) {
		switch {
		case row == "":
			row = word
		case utf8.RuneCountInString(row)+1+utf8.RuneCountInString(word) > width:
			rows = append(rows, row)
			row = word
		default:
			row += " " + word
		}
	}
	return append(rows, row)
}

func (p *page) got(j run.Judgement) string {
	padded := fmt.Sprintf("%-8s", j.Got)
	switch {
	case j.Got == invariant.Unknown:
		return p.style.yellow(padded)
	case j.Got != j.Expected:
		return p.style.red(padded)
	default:
		return p.style.green(padded)
	}
}

func (p *page) verdict(r *run.Result) {
	said := map[run.Verdict]string{
		run.Pass:    p.style.green("PASS") + "     every design did what was predicted of it, and the fault was seen to act.",
		run.Fail:    p.style.red("FAIL") + "     a design did not do what was predicted of it.",
		run.Unknown: p.style.yellow("UNKNOWN") + "  this run proves nothing either way.",
	}[r.Verdict]
	p.line("%s   %s · seed %d", said, Milliseconds(r.Timings.Total), r.Seed)
}

func (p *page) next(l lab.Spec, r *run.Result) {
	used := ""
	if len(r.Cases) > 0 {
		used = r.Cases[0].Fault.Name
	}
	title := "next"
	for _, f := range l.Faults {
		if f.Name == used {
			continue
		}
		p.line("%-8s crashlab run %s --fault %-16s %s", title, l.Name, f.Name, p.style.dim(f.Summary))
		title = ""
	}
	p.line("%-8s crashlab explain %-27s %s", title, l.Name, p.style.dim("the interview answer"))
}

// InMilliseconds returns d as the reports count it.
func InMilliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond)) / float64(time.Millisecond)
}

// Milliseconds writes a time in milliseconds with a unit that suits its size.
func Milliseconds(ms float64) string {
	if ms < 1000 {
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f s", ms/1000)
}

// clock says by which clock a run went, and how long the stack took to be ready by it.
func clock(r *run.Result) string {
	if r.Timings.StackReady == 0 {
		return r.Time + " time"
	}
	return r.Time + " time, ready in " + Milliseconds(r.Timings.StackReady)
}
