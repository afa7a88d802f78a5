package report

import (
	"fmt"
	"io"

	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/unit"
)

// Line writes the result on one line, and one more for each case that did not pass.
func Line(w io.Writer, s Style, r *run.Result) error {
	fault, checks, asPredicted := "", 0, 0
	for _, c := range r.Cases {
		fault = c.Fault.Name
		checks += len(c.Invariants)
		for _, j := range c.Invariants {
			if j.Got == j.Expected {
				asPredicted++
			}
		}
	}
	mark := map[run.Verdict]string{run.Pass: s.green("pass   "), run.Fail: s.red("fail   "),
		run.Unknown: s.yellow("unknown")}[r.Verdict]
	attempts := ""
	if r.Attempts > 1 {
		attempts = fmt.Sprintf(" · attempt %d", r.Attempts)
	}
	_, err := fmt.Fprintf(w,
		"%s  %-12s %-16s %d of %d findings as predicted, %s   %s · seed %d%s\n",
		mark, r.Lab, fault, asPredicted, checks, acted(r.Cases), unit.Duration(milliseconds(r.Timings.Total)), r.Seed,
		attempts)
	for _, c := range r.Cases {
		if err == nil && c.Verdict != run.Pass {
			_, err = fmt.Fprintf(w, "         %s: %s: %s\n", c.Label(), c.Verdict, c.Reason)
		}
	}
	return err
}

func acted(cases []run.Case) string {
	n := 0
	for _, c := range cases {
		switch c.Fault.State {
		case run.NoFault:
			return "no fault"
		case run.Installed:
			n++
		}
	}
	return fmt.Sprintf("fault seen to act in %d of %d designs", n, len(cases))
}
