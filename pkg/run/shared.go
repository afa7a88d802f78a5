package run

import (
	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

// sharedByAll reports whether a fault of the schedule hits every case on the stack at once, because it is on
// a dependency's process.
func sharedByAll(st *stack.Stack, faults fault.Schedule) bool {
	for _, w := range faults {
		on, ok := w.Fault.(fault.OnProcess)
		if !ok {
			continue
		}
		for name := range st.Processes {
			if link.MatchName(on.OnProcess(), name) {
				return true
			}
		}
	}
	return false
}
