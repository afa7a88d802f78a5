package meter

// scheduler counts a call to EventBridge Scheduler. AWS bills what schedules invoke, which no client sees, and not the
// calls that manage them.
func (m *Meter) scheduler(c *call) { m.count(c, "", 0, 0) }
