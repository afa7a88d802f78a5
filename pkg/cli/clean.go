package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/stack/containers"
)

func (a *app) clean() *cobra.Command {
	var live bool
	var external externalClean
	cmd := &cobra.Command{
		Use: "clean",
		Short: "Remove the containers, networks and volumes that earlier runs left behind, or their resources on your own " +
			"endpoints",
		Args: exactly("arguments", 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asked, err := external.asked(cmd); err != nil {
				return err
			} else if asked {
				external.live = live
				return a.cleanExternal(cmd.Context(), external)
			}
			wait := a.waiting()
			wait.say("asking the container engine what there is to clean")
			r, err := containers.Clean(cmd.Context(), live)
			wait.end()
			if why, absent := containers.Absent(err); absent {
				fmt.Fprintf(a.out, "nothing to clean: %s\n", why)
				return nil
			}
			for _, name := range r.Removed {
				fmt.Fprintf(a.out, "removed %s\n", name)
			}
			for _, name := range r.Kept {
				fmt.Fprintf(a.out, "kept %s\n", name)
			}
			if err == nil && len(r.Removed)+len(r.Kept) == 0 {
				fmt.Fprintln(a.out, "nothing to clean")
			}
			return err
		},
	}
	external.register(cmd)
	cmd.Flags().BoolVar(&live, "live", false, "also remove resources of runs that are still going on")
	return cmd
}

// watch is the command that the containers backend starts to outlive a run.
func (a *app) watch() *cobra.Command {
	return &cobra.Command{
		Use:    containers.WatchCommand,
		Hidden: true,
		RunE:   func(_ *cobra.Command, args []string) error { return containers.Watch(args) },
	}
}
