package invariant

import "github.com/crashlab/crashlab/pkg/history"

// service counts operations by whether their senders were served; open ones may have been or not.
type service struct{ asked, served, open int }

func (s *service) add(o *history.Operation) {
	s.asked++
	switch failed, open := unserved(o); {
	case open:
		s.open++
	case !failed:
		s.served++
	}
}

// share returns the share that was certainly served.
func (s *service) share() float64 { return float64(s.served) / float64(s.asked) }

// unserved reports whether the sender of o got no answer. That differs from whether o happened: an operation
// that timed out may have taken effect, but its sender was not served. It is open only if the operation's end
// was never recorded.
func unserved(o *history.Operation) (unserved, open bool) {
	if o.End == nil {
		return false, true
	}
	return o.End.Kind != history.OK, false
}
