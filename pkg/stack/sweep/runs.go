package sweep

import (
	"context"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// Run is what one run left on a stack.
type Run struct {
	ID     owner.ID
	Things []Thing
}

// Runs returns what runs left on the stack under names that begin with prefix, the oldest run first. It omits
// things without a run's ID in their names. If some kind can't be listed it returns the rest, and every
// failure joined.
func Runs(ctx context.Context, st *stack.Stack, prefix string) ([]Run, error) {
	things, err := List(ctx, st, prefix)
	by := map[string]*Run{}
	for _, t := range things {
		id, ok := owner.Parse(t.Name)
		if !ok {
			continue
		}
		r := by[id.Text]
		if r == nil {
			r = &Run{ID: id}
			by[id.Text] = r
		}
		r.Things = append(r.Things, t)
	}
	var runs []Run
	for _, r := range by {
		runs = append(runs, *r)
	}
	// an id begins with the time
	slices.SortFunc(runs, func(a, b Run) int { return strings.Compare(a.ID.Text, b.ID.Text) })
	return runs, err
}
