package process

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
)

// latest is the last observation of a fault. A measurement that the fault's end cuts short is discarded; the
// one before it stands.
type latest struct{ seen fault.Measurement }

// update takes a new measurement, unless ctx has cut it short, and returns the valid one.
func (l *latest) update(ctx context.Context, m fault.Measurement, err error) (fault.Measurement, error) {
	switch {
	case ctx.Err() != nil && l.seen != (fault.Measurement{}):
		return l.seen, nil
	case err == nil:
		l.seen = m
	}
	return m, err
}
