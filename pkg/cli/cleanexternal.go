package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
)

// externalClean holds clean's flags for the user's own endpoints, where a run's things are only recognized by
// their names.
type externalClean struct {
	stack     stackFlags
	olderThan time.Duration
	prefix    string
	live      bool
}

func (c *externalClean) register(cmd *cobra.Command) {
	flags, choice := cmd.Flags(), []string{stack.Containers, stack.External}
	flags.StringVar(&c.stack.cfg.Name, "backend", stack.Containers, "where to remove resources: "+
		strings.Join(choice, ", "))
	c.stack.registerEndpoints(cmd)
	c.stack.registerRealAWS(cmd)
	flags.DurationVar(&c.olderThan, "older-than", 0,
		"external: also remove resources of anyone's runs that began at least this long ago, such as 1h")
	flags.StringVar(&c.prefix, "prefix", "",
		"external: remove only resources whose names begin with this, of any owner, such as "+owner.Prefix+"0thj2")
	_ = cmd.RegisterFlagCompletionFunc("backend", cobra.FixedCompletions(choice, cobra.ShellCompDirectiveNoFileComp))
}

// asked reports whether to clean the external endpoints, and refuses contradictory flags.
func (c *externalClean) asked(cmd *cobra.Command) (bool, error) {
	if c.stack.cfg.External.RealAWS && !cmd.Flags().Changed("backend") {
		c.stack.cfg.Name = stack.External
	}
	if err := c.stack.checkRealAWS(); err != nil {
		return false, err
	}
	switch c.stack.cfg.Name {
	case stack.Containers:
		for _, name := range []string{"older-than", "prefix", "aws-endpoint", "kafka-brokers", "redis-addr"} {
			if cmd.Flags().Changed(name) {
				return false, fmt.Errorf("--%s works only with --backend external", name)
			}
		}
		return false, nil
	case stack.External:
	default:
		return false, unknown("backend", c.stack.cfg.Name, []string{stack.Containers, stack.External})
	}
	switch {
	case cmd.Flags().Changed("older-than") && c.olderThan <= 0:
		return false, fmt.Errorf("--older-than %v: the age must be above zero, such as 1h", c.olderThan)
	case cmd.Flags().Changed("prefix") && !strings.HasPrefix(c.prefix, owner.Prefix):
		return false, fmt.Errorf("--prefix %q: names of a run's resources begin with %s, and nothing else is removed",
			c.prefix, owner.Prefix)
	case c.prefix == owner.Prefix:
		return false, fmt.Errorf("--prefix %s matches everyone's runs; add the beginning of a run's ID, or use --older-than",
			c.prefix)
	case c.stack.cfg.External.RealAWS:
		return true, c.checkRealPrefix(cmd)
	}
	return true, nil
}

// checkRealPrefix refuses a prefix that is not one run's: on real AWS nothing is deleted by a guess.
func (c *externalClean) checkRealPrefix(cmd *cobra.Command) error {
	for _, name := range []string{"older-than", "aws-endpoint", "kafka-brokers", "redis-addr"} {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s doesn't work with --real-aws, which deletes on AWS alone and by --prefix", name)
		}
	}
	if _, ok := owner.Parse(c.prefix); !ok {
		return fmt.Errorf("--prefix %q: on real AWS it must be that of one run, as the run printed it: %s and the %d "+
			"characters of its ID", c.prefix, owner.Prefix, owner.Length)
	}
	return nil
}

const (
	listTime   = 30 * time.Second // for the names of all that is on the endpoints
	removeTime = time.Minute      // for a run's things; Kafka's groups keep members for a while
)

// cleanExternal removes what runs left on the user's own endpoints, and reports each.
func (a *app) cleanExternal(ctx context.Context, c externalClean) error {
	if c.stack.cfg.External.RealAWS {
		return a.cleanRealAWS(ctx, c)
	}
	return a.withStack(ctx, c.stack, stack.Needs{}, func(st *stack.Stack, _ time.Duration) error {
		prefix := c.prefix
		if prefix == "" {
			prefix = owner.Prefix
		}
		var runs []sweep.Run
		err := a.within(ctx, listTime, "listing resources", func(ctx context.Context) (err error) {
			runs, err = sweep.Runs(ctx, st, prefix)
			return err
		})
		errs := []error{err}
		for _, r := range runs {
			name := nameOf(r)
			if why := c.spares(r.ID, time.Now()); why != "" {
				fmt.Fprintf(a.out, "kept %s: %s\n", name, why)
				continue
			}
			var gone sweep.Report
			errs = append(errs, a.within(ctx, removeTime, "removing "+name, func(ctx context.Context) (err error) {
				gone, err = sweep.Delete(ctx, st, r.Things)
				return err
			}))
			fmt.Fprintf(a.out, "removed %s: %s\n", name, gone)
		}
		err = errors.Join(errs...)
		if err == nil && len(runs) == 0 {
			fmt.Fprintln(a.out, "nothing to clean")
		}
		return err
	})
}

// nameOf is a run for a reader.
func nameOf(r sweep.Run) string {
	name := fmt.Sprintf("run %s%s, began %s", owner.Prefix, r.ID.Text, ago(time.Since(r.ID.Began)))
	if !r.ID.Mine {
		name += ", from another user or machine"
	}
	return name
}

// spares returns why a run's things stay, and what removes them; empty if they are removed.
func (c *externalClean) spares(id owner.ID, now time.Time) string {
	switch age := now.Sub(id.Began.Add(time.Minute)); { // an ID tells only the minute
	case id.Owner == owner.Live && !c.live:
		return "its process is still running; --live removes it"
	case id.Mine:
		return ""
	case c.olderThan == 0 && c.prefix == "", c.olderThan > 0 && age < c.olderThan:
		return fmt.Sprintf("--prefix %s%s removes it", owner.Prefix, id.Text)
	}
	return ""
}

// within gives a task a deadline, and shows what the command waits for.
func (a *app) within(ctx context.Context, limit time.Duration, what string, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	wait := a.waiting()
	defer wait.end()
	wait.say(fmt.Sprintf("%s (at most %v)", what, limit))
	err := do(ctx)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && err != nil {
		return fmt.Errorf("%s took longer than %v: %w", what, limit, err)
	}
	return err
}

// ago is how long ago something was, for a reader.
func ago(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return "just now"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}
