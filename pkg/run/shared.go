package run

// sharedByAll reports whether the fault would hit every case on the stack at once.
func sharedByAll(cfg Config) bool {
	t, ok := cfg.Fault.Fault.(interface{ Targets(process string) bool })
	if !ok {
		return false
	}
	for name := range cfg.Stack.Processes {
		if t.Targets(name) {
			return true
		}
	}
	return false
}
