package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/unit"
)

// Terminal writes the result for a person: the designs, the fault, each design over time, the findings, and
// the lesson.
func Terminal(w io.Writer, s Style, l lab.Spec, r *run.Result) error {
	p := &page{style: s}
	p.head(l, r)
	p.fault(l, r)
	p.timeline(r)
	p.pictures(l, r)
	p.judgements(l, r)
	p.claims(l, r)
	p.verdict(l, r)
	p.next(l, r)
	_, err := io.WriteString(w, p.String())
	return err
}

type page struct {
	strings.Builder
	style Style
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// block writes lines, each with an indent; an empty one stays empty.
func (p *page) block(indent, lines string) {
	for row := range strings.SplitSeq(strings.Trim(lines, "\n"), "\n") {
		p.line("%s", strings.TrimRight(indent+row, " "))
	}
}

// field writes a lead and a text, which continues below its own start if it is too long.
func (p *page) field(lead, text string) {
	for _, row := range hang(lead, text, p.style.width) {
		p.line("%s", row)
	}
}

func (p *page) head(l lab.Spec, r *run.Result) {
	p.line("%s — %s", p.style.bold(l.Name), l.Title)
	p.line("%s", p.style.dim(fmt.Sprintf("seed %d · %s · %s", r.Seed, backends(r.Backend), clock(r))))
	p.line("")
	p.block("  ", l.Diagram)
	p.line("")
}

// backends names the providers of the stack: one word if they are the same.
func backends(b map[string]string) string {
	if b["aws"] == b["kafka"] && b["kafka"] == b["redis"] {
		return b["aws"]
	}
	return fmt.Sprintf("aws %s, kafka %s, redis %s", b["aws"], b["kafka"], b["redis"])
}

// clock names the run's clock, and how long the stack took to be ready by it.
func clock(r *run.Result) string {
	if r.Timings.StackReady == 0 {
		return r.Time + " time"
	}
	return r.Time + " time, ready in " + unit.Duration(milliseconds(r.Timings.StackReady))
}

func (p *page) fault(l lab.Spec, r *run.Result) {
	if len(r.Cases) == 0 {
		return
	}
	c := r.Cases[0]
	if faultless(r) {
		p.line("  no fault")
		p.line("")
		return
	}
	if f, ok := l.Fault(c.Fault.Name); ok {
		p.field("  fault    ", f.Name+": "+f.Summary)
	} else {
		p.field("  fault    ", c.Fault.Name+", for which the lab predicts nothing")
	}
	p.field("           ", fmt.Sprintf("from %s to %s of %s",
		instant(seconds(c.Timeline.From)), instant(seconds(c.Timeline.To)), instant(seconds(c.Timeline.LoadEnd))))
	p.field("  asked    ", c.Fault.Requested)
	lead := "  measured "
	for _, m := range measurements(r.Cases) {
		p.field(lead, m)
		lead = "           "
	}
	for _, d := range l.Designs {
		if e, _ := l.Expected(c.Fault.Name, d.Name); e.Absence() != "" {
			p.field("  left out ", d.Name+": "+e.Absence())
		}
	}
	p.line("")
}

// measurements states what was measured, once if it was the same for all designs.
func measurements(cases []run.Case) []string {
	var rows [][]string
	same := true
	for _, c := range cases {
		same = same && c.Fault.Measured == cases[0].Fault.Measured
		rows = append(rows, []string{c.Label(), c.Fault.Measured})
	}
	if same {
		return []string{cases[0].Fault.Measured}
	}
	return lines(draw.Grid(rows...))
}

// pictures shows the lab's own picture of each case.
func (p *page) pictures(l lab.Spec, r *run.Result) {
	if l.Picture == nil {
		return
	}
	for _, c := range r.Cases {
		p.line("  %s", p.style.bold(c.Label()))
		p.block("    ", l.Picture(c.History, p.style.width-4))
		p.line("")
	}
}

// verdict closes the page: whether the run proved the lab's predictions and, if so, the lesson.
func (p *page) verdict(l lab.Spec, r *run.Result) {
	word, says, paint := "UNKNOWN", "This run proves nothing either way.", p.style.yellow
	switch {
	case r.Verdict == run.Pass && faultless(r):
		word, says, paint = "PASS", "Every design did what was predicted without a fault.", p.style.green
	case r.Verdict == run.Pass:
		word, says, paint = "PASS", "Every design did what was predicted, and the fault was seen to act.", p.style.green
	case r.Verdict == run.Fail:
		word, says, paint = "FAIL", "A design did not do what was predicted.", p.style.red
	}
	says += fmt.Sprintf("   %s · seed %d", unit.Duration(milliseconds(r.Timings.Total)), r.Seed)
	rows := hang(fmt.Sprintf("%-9s", word), says, p.style.width)
	rows[0] = strings.Replace(rows[0], word, paint(word), 1)
	p.rows(rows, func(row string) string { return row })
	if r.Verdict == run.Pass && !faultless(r) && l.Lesson != "" {
		p.field("lesson   ", l.Lesson)
	}
}

// faultless reports whether the run was without a fault.
func faultless(r *run.Result) bool {
	return len(r.Cases) > 0 && r.Cases[0].Fault.State == run.NoFault
}

func (p *page) next(l lab.Spec, r *run.Result) {
	var rows [][]string
	add := func(command, why string) {
		label := ""
		if len(rows) == 0 {
			label = "next   "
		}
		rows = append(rows, []string{label, "crashlab " + command, why})
	}
	for _, f := range l.Faults {
		if len(r.Cases) == 0 || f.Name != r.Cases[0].Fault.Name {
			add("run "+l.Name+" --fault "+f.Name, f.Summary)
		}
	}
	if !p.style.Verbose {
		add("run "+l.Name+" -v", "the evidence in full, and what each invariant claims")
	}
	add("explain "+l.Name, "the interview answer")
	for _, row := range lines(draw.Grid(rows...)) {
		p.line("%s", cut(row, p.style.width))
	}
}

// InMilliseconds returns d in milliseconds, the unit of the reports.
func InMilliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond)) / float64(time.Millisecond)
}

// milliseconds and seconds are a result's times as durations.
func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
func seconds(s float64) time.Duration       { return time.Duration(s * float64(time.Second)) }
