package meter

// lambda counts a call to Lambda. AWS bills each request that a function is given, also if it fails, and the time of
// its environment, which no client sees and is not counted. Nor are requests that a mapping or a rule makes.
func (m *Meter) lambda(c *call) {
	if c.failed() || c.Operation != "Invoke" {
		m.count(c, "", 0, 0)
		return
	}
	m.count(c, "lambda.request", 1, 1)
}
