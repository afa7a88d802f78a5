package history

import (
	"fmt"
	"math"
	"time"
)

// Never is the [Operation.Finish] of an operation without a recorded end. An operation whose outcome is
// Unknown may take effect at any later time, so it ends after every event.
const Never = math.MaxInt32

// Operation is one request: its invocation and its end, paired.
type Operation struct {
	Invoke *Event // never nil
	End    *Event // OK, Failed or Unknown; nil if no end was recorded
	Start  int32  // the position of Invoke in the history
	Finish int32  // the position of End if that is OK or Failed, else [Never]
}

// Outcome returns OK, Failed or Unknown; an operation whose end was never recorded is Unknown.
func (o *Operation) Outcome() Kind {
	if o.End == nil {
		return Unknown
	}
	return o.End.Kind
}

// Latency returns the time from invocation to end, and false if no end was recorded.
func (o *Operation) Latency() (time.Duration, bool) {
	if o.End == nil {
		return 0, false
	}
	return o.End.At - o.Invoke.At, true
}

// OperationSet holds the operations of a history, by position and by ID.
type OperationSet struct {
	All  []Operation // in the order of their invocation
	byID map[string]int32
}

// Find returns the position in All of the operation with that ID, or -1 if it was never invoked.
func (s *OperationSet) Find(id string) int {
	if i, ok := s.byID[id]; ok {
		return int(i)
	}
	return -1
}

// Operations pairs the invocations of h with their ends. It fails, naming the event, if h breaks the contract
// of [Kind]: an ID invoked twice, an end without an invocation, or a second end. Such a record can prove
// nothing: with an ID used twice, which of the two was lost?
func Operations(h History) (*OperationSet, error) {
	n := 0
	for i := range h {
		if h[i].Kind == Invoke {
			n++
		}
	}
	s := &OperationSet{All: make([]Operation, 0, n), byID: make(map[string]int32, n)}
	for i := range h {
		e := &h[i]
		switch e.Kind {
		case Invoke:
			if _, ok := s.byID[e.Op]; ok {
				return nil, fmt.Errorf("pair operations: event %d: operation %q is invoked twice", i+1, e.Op)
			}
			s.byID[e.Op] = int32(len(s.All))
			s.All = append(s.All, Operation{Invoke: e, Start: int32(i), Finish: Never})
		case OK, Failed, Unknown:
			at, ok := s.byID[e.Op]
			if !ok {
				return nil, fmt.Errorf("pair operations: event %d: operation %q ends but was never invoked", i+1, e.Op)
			}
			o := &s.All[at]
			if o.End != nil {
				return nil, fmt.Errorf("pair operations: event %d: operation %q ends twice", i+1, e.Op)
			}
			o.End = e
			if e.Kind != Unknown {
				o.Finish = int32(i)
			}
		}
	}
	return s, nil
}
