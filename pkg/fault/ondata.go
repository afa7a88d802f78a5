package fault

import (
	"context"
	"errors"
	"fmt"
)

// onData is a data fault at work.
type onData struct {
	data *Data
	rule *dataRule
}

func injectData(s *Surface, r *dataRule) (Injection, error) {
	switch {
	case s.Data == nil:
		return nil, errors.New("inject data fault: there is no workload here")
	case r.oneIn < 1:
		return nil, fmt.Errorf("inject %s: one in %d operations: want at least 1", r.taint, r.oneIn)
	}
	s.Data.add(r)
	return &onData{s.Data, r}, nil
}

func (o *onData) Measure(context.Context) (Measurement, error) {
	seen, hit := o.data.counts(o.rule)
	return Measurement{Acted: hit > 0, Text: shareOf(hit, seen, "operations")}, nil
}

func (o *onData) Revert(context.Context) error {
	o.data.remove(o.rule)
	return nil
}

// oneInOf writes what is asked of a data fault: "poison: 1 operation in 20 can't be parsed (5 %)".
func oneInOf(taint Taint, oneIn int, what string) string {
	return fmt.Sprintf("%s: 1 operation in %d %s (%.3g %%)", taint, oneIn, what, 100/float64(max(oneIn, 1)))
}
