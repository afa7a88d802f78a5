package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/stack/external"
	"github.com/crashlab/crashlab/pkg/stack/owner"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
)

// cleanRealAWS lists what a run left on AWS itself, and deletes it if the user says so.
func (a *app) cleanRealAWS(ctx context.Context, c externalClean) error {
	if !c.stack.yes && !a.asks() {
		return errors.New("--real-aws asks before it deletes, and without a terminal nobody can be asked; add --yes")
	}
	wait := a.waiting()
	wait.say("asking AWS who you are")
	st, err := external.StartAWS(ctx)
	wait.end()
	if err != nil {
		return err
	}
	var runs []sweep.Run
	if err := a.within(ctx, listTime, "listing resources", func(ctx context.Context) (err error) {
		runs, err = sweep.Runs(ctx, st, c.prefix)
		return err
	}); err != nil {
		return err
	}
	where := place(ctx, st)
	if len(runs) == 0 {
		fmt.Fprintf(a.out, "nothing to clean: no name on %s begins with %s\n", where, c.prefix)
		return nil
	}
	r := runs[0] // the prefix is that of one
	if r.ID.Owner == owner.Live && !c.live {
		fmt.Fprintf(a.out, "kept %s: its process is still running; --live removes it\n", nameOf(r))
		return nil
	}
	for _, t := range r.Things {
		fmt.Fprintf(a.out, "%s %s\n", t.Kind, t.Name)
	}
	if !c.stack.yes {
		if err := a.confirm(ctx, fmt.Sprintf("delete these %d on %s?", len(r.Things), where)); err != nil {
			return err
		}
	}
	var gone sweep.Report
	err = a.within(ctx, realRemoveTime, "removing "+nameOf(r), func(ctx context.Context) (err error) {
		gone, err = sweep.Delete(ctx, st, r.Things)
		return err
	})
	fmt.Fprintf(a.out, "removed %s: %s\n", nameOf(r), gone)
	return err
}

// realRemoveTime is how long real AWS may take to delete a run's things.
const realRemoveTime = 3 * time.Minute
