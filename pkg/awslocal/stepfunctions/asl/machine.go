package asl

import "time"

// Types of states.
const (
	Task     = "Task"
	Pass     = "Pass"
	Choice   = "Choice"
	Wait     = "Wait"
	Succeed  = "Succeed"
	Fail     = "Fail"
	Parallel = "Parallel"
	Map      = "Map"
)

// Machine is a state machine, a branch of a Parallel state or a Map state's processor.
type Machine struct {
	Comment string
	StartAt string
	States  map[string]*State
	Timeout time.Duration // of the whole execution; 0: none. Only at the top
}

// State is one state. Fields that its type does not have are zero. What depends on input has a method.
type State struct {
	Name    string
	Type    string
	Comment string
	Next    string // "" if End, and for Choice, Succeed and Fail
	End     bool

	Resource string     // Task: an ARN
	Branches []*Machine // Parallel
	Each     *Machine   // Map: ItemProcessor or Iterator
	Retry    []Retrier
	Catch    []Catcher

	inputPath, outputPath filter
	resultPath            Reference
	parameters            *Template
	resultSelector        *Template
	result                any // Pass; hasResult tells null from nothing
	hasResult             bool

	timeout, heartbeat seconds // Task
	wait               waiting
	choices            []rule
	fallback           string // Choice: Default
	failure            failing
	mapping            mapping
}

// Retrier is one element of Retry.
type Retrier struct {
	ErrorEquals []string
	Interval    time.Duration // before the first retry
	MaxAttempts int           // 0: never
	BackoffRate float64       // at least 1
	MaxDelay    time.Duration // 0: no limit
	FullJitter  bool
}

// Catcher is one element of Catch.
type Catcher struct {
	ErrorEquals []string
	Next        string

	resultPath Reference
}
