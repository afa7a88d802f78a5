package fault

// OnProcess is a fault on a process. A dependency's process is everybody's on the stack, so that
// who runs several experiments on one has to know.
type OnProcess interface {
	OnProcess() string // the process's name, as in the fault
}

func (f Kill) OnProcess() string    { return f.Process }
func (f Pause) OnProcess() string   { return f.Process }
func (f Restart) OnProcess() string { return f.Process }
func (f Slow) OnProcess() string    { return f.Process }
func (f Memory) OnProcess() string  { return f.Process }
