package fault

import "github.com/crashlab/crashlab/pkg/link"

// Kind describes one kind of fault for the catalog and for schedules.
type Kind struct {
	Name    string // in schedules
	Needs   string // what it acts on: "link", "aws", "process", "instance", "data", "clock", "design"
	Says    string // what it does, in one sentence
	Example string // a schedule

	Target string // the field written before the name; empty: it has no target
	Value  string // the field written right after the name; empty: it takes no value
}

// Named is a fault that schedules can name.
type Named interface {
	Fault
	Kind() Kind
}

// OnProcess is a fault on a process. A dependency's process is shared by all experiments on the stack, so
// their runner needs to know.
type OnProcess interface {
	OnProcess() string // the process's name, as in the fault
}

// OnLinks is a fault on the connections between processes.
type OnLinks interface {
	OnLinks() link.Pattern
}

// OnData is a fault on messages. It only works with a client that sends messages and asks [Data] before each.
type OnData interface {
	Taint() Taint // the taint of the operations it picks
}
