package process

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/nearest"
	"github.com/crashlab/crashlab/pkg/stack"
)

// onProcess is an active process fault.
type onProcess struct {
	surface *fault.Surface
	names   []string // sorted names of the processes
	undo    func(ctx context.Context, name string) error
	alive   int // processes that answered before
}

// injectProcess does something to every process of that name ("kafka" means all its nodes). If it fails for
// one, it is undone for all.
func injectProcess(ctx context.Context, s *fault.Surface, name, verb string,
	do, undo func(ctx context.Context, name string) error) (*onProcess, error) {
	names, err := named(s, verb, name)
	if err != nil {
		return nil, err
	}
	o := &onProcess{surface: s, names: names, undo: undo}
	o.alive = o.answering(ctx)
	for i, n := range names {
		if err := do(ctx, n); err != nil {
			o.names = names[:i+1]
			return nil, fmt.Errorf("%s %s: %w", verb, n, errors.Join(err, takeBack(ctx, o)))
		}
	}
	return o, nil
}

// named returns the processes of that name, sorted. A group is left out if its members are listed themselves.
func named(s *fault.Surface, verb, name string) ([]string, error) {
	var names, whole, known []string
	for k, p := range s.Processes {
		known = append(known, k)
		_, several := p.(stack.All)
		switch {
		case !link.MatchName(name, k):
		case several:
			whole = append(whole, k)
		default:
			names = append(names, k)
		}
	}
	if len(names) == 0 {
		names = whole
	}
	slices.Sort(names)
	switch {
	case len(known) == 0:
		return nil, fmt.Errorf("%s %s: no process can be reached here", verb, name)
	case name == "" || len(names) == 0:
		return nil, fmt.Errorf("%s %s: no such process; %s", verb, name, nearest.Suggest(name, known))
	}
	return names, nil
}

// takeBack reverts an injection that failed halfway, with its own context.
func takeBack(ctx context.Context, i fault.Injection) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return i.Revert(ctx)
}

// Measure reports how many of the processes are gone.
func (o *onProcess) Measure(ctx context.Context) (fault.Measurement, error) {
	if o.alive == 0 {
		return fault.Measurement{
			Text: fmt.Sprintf("%s did not answer before either, or nobody can ask", strings.Join(o.names, ", ")),
		}, nil
	}
	gone := len(o.names) - o.answering(ctx)
	return fault.Measurement{
		Acted: gone == len(o.names), Text: fmt.Sprintf("%d of %d stopped answering", gone, len(o.names)),
	}, nil
}

// Left asks the processes. As many must answer as before.
func (o *onProcess) Left(ctx context.Context) (fault.Measurement, error) {
	n := o.answering(ctx)
	return fault.Measurement{Acted: n < o.alive, Text: fmt.Sprintf("%d of %d answer", n, len(o.names))}, nil
}

// Revert undoes it for every process, even if some fail.
func (o *onProcess) Revert(ctx context.Context) error {
	var errs []error
	for _, n := range o.names {
		if err := o.undo(ctx, n); err != nil {
			errs = append(errs, fmt.Errorf("bring back %s: %w", n, err))
		}
	}
	return errors.Join(errs...)
}

// answering returns how many of the processes answer.
func (o *onProcess) answering(ctx context.Context) int {
	answers := make([]bool, len(o.names))
	var all sync.WaitGroup
	for i, n := range o.names {
		all.Go(func() { answers[i] = works(ctx, o.surface, n) == nil })
	}
	all.Wait()
	n := 0
	for _, ok := range answers {
		if ok {
			n++
		}
	}
	return n
}
