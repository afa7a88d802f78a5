package fault

// Kind is what the catalog and schedules say of one kind of fault.
type Kind struct {
	Name    string // in schedules
	Needs   string // what it acts on: "link", "aws", "process", "instance", "data", "clock", "design"
	Says    string // what it does, in one sentence
	Example string // a schedule

	Target string // the field that stands before the name; empty: it has no target
	Value  string // the field that stands right behind the name; empty: it takes no value
}

// Named is a fault that schedules can name.
type Named interface {
	Fault
	Kind() Kind
}

// OnProcess is a fault on a process. A dependency's process is everybody's on the stack, so that
// who runs several experiments on one has to know.
type OnProcess interface {
	OnProcess() string // the process's name, as in the fault
}

// OnData is a fault on messages. Only a client that sends messages, and asks [Data] before, can carry it
// out.
type OnData interface {
	Taint() Taint // what it makes of them
}
