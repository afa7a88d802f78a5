package report

import (
	"fmt"
	"io"
	"time"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/run"
)

// Plan writes what a run is going to do for a person.
func Plan(w io.Writer, o *run.Outline) error {
	p := &page{style: Plain}
	p.line("%s: %d operations in %s, %g/s, %s   seed %d", o.Lab, len(o.Operations), instant(seconds(o.Duration)), o.Rate,
		o.Arrivals, o.Seed)
	for _, f := range o.Schedule {
		p.line("fault %s from %s to %s: %s", o.Fault, instant(seconds(f.From)), instant(seconds(f.To)), f.Requested)
	}
	rows := [][]string{{"due (s)", "id", "operation", "key", "data fault"}}
	for _, op := range o.Operations {
		due := fmt.Sprintf("%.6f", (time.Duration(op.At * float64(time.Second))).Seconds())
		rows = append(rows, []string{due, op.ID, op.Name, op.Key, op.Taint})
	}
	p.line("")
	p.block("", draw.Grid(rows...))
	_, err := io.WriteString(w, p.String())
	return err
}
