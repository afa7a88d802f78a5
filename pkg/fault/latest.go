package fault

import "context"

// latest is what was last seen of a fault. A measurement that the fault's end cuts short says
// nothing about the fault, and the one before it stands.
type latest struct{ seen Measurement }

// update takes a new measurement, unless ctx has cut it short, and returns what stands.
func (l *latest) update(ctx context.Context, m Measurement, err error) (Measurement, error) {
	switch {
	case ctx.Err() != nil && l.seen != (Measurement{}):
		return l.seen, nil
	case err == nil:
		l.seen = m
	}
	return m, err
}
