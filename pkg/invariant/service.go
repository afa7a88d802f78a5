package invariant

import "github.com/crashlab/crashlab/pkg/history"

// service counts operations by whether their senders were served; the open ones may have been or not.
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

// share returns which part was served for certain.
func (s *service) share() float64 { return float64(s.served) / float64(s.asked) }

// unserved says whether the one who sent o went without an answer. That is a different question from
// whether o happened: a time-out may have taken effect, and still its sender was not served. Only an
// operation whose end was never recorded leaves it open.
func unserved(o *history.Operation) (unserved, open bool) {
	if o.End == nil {
		return false, true
	}
	return o.End.Kind != history.OK, false
}
