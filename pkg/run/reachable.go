package run

import (
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

// reachable refuses faults that can't act on the user's own endpoints: those on a dependency's process, which is
// elsewhere, and on real AWS those of the network to it, since it has more than one address.
func reachable(st *stack.Stack, faults fault.Schedule) error {
	if st.Backend[stack.AWS] != stack.External {
		return nil
	}
	for _, w := range faults {
		if on, ok := w.Fault.(fault.OnProcess); ok && isDependency(on.OnProcess()) && st.Processes[on.OnProcess()] == nil {
			return fmt.Errorf("%s: the external backend can't reach the process of %s; use another --fault, or --backend "+
				"embedded", w.Fault.Requested(), on.OnProcess())
		}
		if on, ok := w.Fault.(fault.OnLinks); ok && st.Account != "" && link.MatchName(on.OnLinks().To, stack.AWS) {
			return fmt.Errorf("%s: real AWS has no single address that a network fault could act on; use another --fault, "+
				"or --backend embedded", w.Fault.Requested())
		}
	}
	return nil
}

func isDependency(name string) bool {
	return name == stack.AWS || name == stack.Redis || name == stack.Kafka || strings.HasPrefix(name, stack.Kafka+"-")
}
