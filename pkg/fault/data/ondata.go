package data

import (
	"context"
	"errors"
	"fmt"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// onData is an active data fault.
type onData struct{ tainting *fault.Tainting }

// inject taints one operation in oneIn. size is the size of an oversized one in bytes.
func inject(s *fault.Surface, taint fault.Taint, oneIn, size int) (fault.Injection, error) {
	switch {
	case s.Data == nil:
		return nil, errors.New("inject data fault: there is no workload here")
	case oneIn < 1:
		return nil, fmt.Errorf("inject %s: one in %d operations: want at least 1", taint, oneIn)
	}
	return onData{s.Data.Taint(taint, oneIn, size)}, nil
}

func (o onData) Measure(context.Context) (fault.Measurement, error) {
	seen, hit := o.tainting.Counts()
	return fault.Measurement{Acted: hit > 0, Text: say.Part(hit, seen, "operations")}, nil
}

func (o onData) Revert(context.Context) error {
	o.tainting.Stop()
	return nil
}

// oneInOf describes the request of a data fault: "poison: 1 operation in 20 can't be parsed (5 %)".
func oneInOf(taint fault.Taint, oneIn int, what string) string {
	return fmt.Sprintf("%s: 1 operation in %d %s (%.3g %%)", taint, oneIn, what, 100/float64(max(oneIn, 1)))
}
