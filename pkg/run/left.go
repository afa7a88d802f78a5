package run

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/stack"
)

// LeftError says what a run could not delete.
type LeftError struct {
	Prefix string // of the names of what is left
	Stack  *stack.Stack
	Err    error // names each thing, or what could not be listed
}

func (e *LeftError) Error() string {
	text := fmt.Sprintf("clean up: %v", e.Err)
	switch {
	case e.Stack.Account != "":
		text += fmt.Sprintf("; crashlab clean --real-aws --prefix %s deletes what is left on AWS", e.Prefix)
	case e.Stack.Backend[stack.AWS] == stack.External:
		text += fmt.Sprintf("; crashlab clean --backend external --prefix %s deletes what is left", e.Prefix)
	}
	return text
}

func (e *LeftError) Unwrap() error { return e.Err }
