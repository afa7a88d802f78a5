package invariant

import (
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// phases are the parts of a case: before the fault, during it, after its revert.
type phases struct {
	load, fault    history.Window
	loaded, faulty bool // whether they are marked
}

func phasesOf(h history.History) (p phases) {
	p.load, p.loaded = history.Between(h, history.LoadStart, history.LoadEnd)
	p.fault, p.faulty = history.Between(h, history.FaultInjected, history.FaultReverted)
	return p
}

const (
	beforeFault = iota
	duringFault
	afterFault
	outsideLoad // the runner's own: to warm up, to see whether the system is well. Their latency and key say nothing of the load.
)

var phaseNames = [...]string{"before", "during", "after"}

// of returns the phase of an operation invoked at that time. Without marks of a load all is inside it,
// without a fault all is before.
func (p phases) of(at time.Duration) int {
	switch {
	case p.loaded && !p.load.Contains(at):
		return outsideLoad
	case !p.faulty || at < p.fault.From:
		return beforeFault
	case at < p.fault.To:
		return duringFault
	}
	return afterFault
}

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
