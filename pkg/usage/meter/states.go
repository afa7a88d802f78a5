package meter

import "bytes"

// states counts a call to Step Functions. AWS bills what executions do, not calls: each attempt of a state is a
// transition. A client sees those that are given to a worker; the others are not counted. Executions of express
// machines are billed by request, and by their time, which is not counted either.
func (m *Meter) states(c *call) {
	switch {
	case c.failed():
		m.count(c, "", 0, 0)
	case c.Operation == "GetActivityTask" && len(stringOf(c.answer, "taskToken")) == 0:
		m.idle(c, "")
	case c.Operation == "GetActivityTask":
		m.count(c, "states.transition", 1, 1)
	case c.Operation == "StartSyncExecution",
		c.Operation == "StartExecution" && bytes.Contains(stringOf(c.answer, "executionArn"), []byte(":express:")):
		m.count(c, "states.express", 1, 1)
	default:
		m.count(c, "", 1, 0)
	}
}
