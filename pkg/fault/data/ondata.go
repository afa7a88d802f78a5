package data

import (
	"context"
	"errors"
	"fmt"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// onData is an active data fault.
type onData struct {
	tainting *fault.Tainting
	taint    fault.Taint
	oneIn    int
	seen     int // operations that the taint had decided when it was stopped
}

// inject taints one operation in oneIn. size is the size of an oversized one in bytes.
func inject(s *fault.Surface, taint fault.Taint, oneIn, size int) (fault.Injection, error) {
	switch {
	case s.Data == nil:
		return nil, errors.New("inject data fault: there is no workload here")
	case oneIn < 1:
		return nil, fmt.Errorf("inject %s: one in %d operations: want at least 1", taint, oneIn)
	}
	return &onData{tainting: s.Data.Taint(taint, oneIn, size), taint: taint, oneIn: oneIn}, nil
}

// Measure sees the effect while operations are decided and at least half of the requested ones are sent: the last ones
// may be on their way. Of reordered ones one is enough: each waits for another with its key to overtake it, and goes
// out in its place if none comes in time.
func (o *onData) Measure(context.Context) (fault.Measurement, error) {
	seen, hit := o.tainting.Counts()
	fewest := max(1, seen/o.oneIn/2)
	if o.taint == fault.Reordered {
		fewest = 1
	}
	return fault.Measurement{
		Acted: o.tainting.Active() && hit >= fewest, Text: say.Part(hit, seen, "operations"),
	}, nil
}

func (o *onData) Revert(context.Context) error {
	o.tainting.Stop()
	o.seen, _ = o.tainting.Counts()
	return nil
}

// Left counts the operations that the taint has decided since.
func (o *onData) Left(context.Context) (fault.Measurement, error) {
	seen, _ := o.tainting.Counts()
	return fault.Measurement{
		Acted: o.tainting.Active() || seen > o.seen, Text: fmt.Sprintf("%d operations since", seen-o.seen),
	}, nil
}

// oneInOf describes the request of a data fault: "poison: 1 operation in 20 can't be parsed (5 %)".
func oneInOf(taint fault.Taint, oneIn int, what string) string {
	return fmt.Sprintf("%s: 1 operation in %d %s (%.3g %%)", taint, oneIn, what, 100/float64(max(oneIn, 1)))
}
