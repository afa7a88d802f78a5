package run

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/crashlab/crashlab/pkg/link"
)

func (x *experiment) repair(ctx context.Context) error {
	if x.system.Repair == nil {
		return nil
	}
	return x.uncounted(ctx, "repair", x.system.Repair(ctx))
}

// audit stops the instances before it counts: a message that is counted here while a worker moves it there
// would be counted twice, or not at all.
func (x *experiment) audit(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, cleanUpTime(x.cfg.Stack))
	defer cancel()
	if err := x.env.StopInstances(limited); err != nil {
		return err
	}
	x.result.Links = linkNames(x.env.Surface.Links)
	x.result.Usage = x.env.Usage.Counts().Since(x.before)
	x.result.Handled = x.env.Usage.Handled().Since(x.handled)
	if x.system.Audit == nil {
		return nil
	}
	return x.uncounted(ctx, "audit", x.system.Audit(limited))
}

// linkNames returns the links by the names of their ends, without duplicates, sorted. It leaves out those to
// addresses without a name: no schedule finds them in another run.
func linkNames(t *link.Table) []string {
	var names []string
	for _, l := range t.Links(link.Pattern{}) {
		if l.To != l.Addr {
			names = append(names, link.Pattern{From: l.From, To: l.To}.String())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// uncounted ends the case, and not the run, after an error in a step that follows the load: a fault may leave
// nothing to repair or to count, such as a dependency that lost all its data. Without a fault, or if the run
// is to end, it is an error.
func (x *experiment) uncounted(ctx context.Context, step string, err error) error {
	if err == nil || ctx.Err() != nil || len(x.plan.Faults) == 0 {
		return err
	}
	if x.result.Uncounted == "" {
		x.result.Uncounted = step + ": " + inShort(err)
	}
	return nil
}

// inShort returns an error's text without the request ID and status of an AWS answer.
func inShort(err error) string {
	var operation *smithy.OperationError
	var answer smithy.APIError
	if !errors.As(err, &operation) || !errors.As(err, &answer) {
		return err.Error()
	}
	return strings.Replace(err.Error(), operation.Error(), operation.Service()+" "+operation.Operation()+": "+
		answer.ErrorCode(), 1)
}
