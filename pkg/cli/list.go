package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/fault/catalog"
	"github.com/crashlab/crashlab/pkg/interview"
)

func (a *app) list() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the labs, their designs and faults",
		Args:  exactly("arguments", 0),
		RunE: func(*cobra.Command, []string) error {
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			for n, l := range a.labs {
				if n > 0 {
					fmt.Fprintln(w)
				}
				fmt.Fprintf(w, "%s\t%s\n", l.Name, l.Title)
				for _, d := range l.Designs {
					kind := "must hold"
					if d.Broken {
						kind = "must fail"
					}
					fmt.Fprintf(w, "  design\t%s\t%s\t%s\n", d.Name, kind, d.Summary)
				}
				for _, g := range l.Guards() {
					fmt.Fprintf(w, "  guard\t%s\t%s\t%s; shown by %s\n", g.Name, strings.Join(l.With(g.Name), ", "), g.Claim,
						strings.Join(l.FallsUnder(g.Name), ", "))
				}
				for i, f := range l.Faults {
					kind := ""
					if i == 0 {
						kind = "signature"
					}
					fmt.Fprintf(w, "  fault\t%s\t%s\t%s\n", f.Name, kind, f.Summary)
				}
			}
			return w.Flush()
		},
	}
}

func (a *app) faults() *cobra.Command {
	return &cobra.Command{
		Use:   "faults",
		Short: "List the faults that a schedule can name, each with its target and an example",
		Args:  exactly("arguments", 0),
		RunE: func(*cobra.Command, []string) error {
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			for _, k := range catalog.Kinds() {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.Name, k.Needs, k.Says, k.Example)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			_, err := fmt.Fprint(a.out, scheduleHelp)
			return err
		},
	}
}

// scheduleHelp explains the syntax of a schedule to a learner.
const scheduleHelp = `
A schedule is TARGET:FAULT[=VALUE][,KEY=VALUE]…@FROM..TO [every PERIOD for LENGTH | random N for LENGTH];
separate several by semicolons. A target is a dependency or an instance, a link FROM→TO (or FROM->TO),
aws/SERVICE/OPERATION/RESOURCE, a switch of the design, or nothing for data faults. VALUES separated by | are
stages of equal length. With --fault none every lab runs without a fault, and then every design must hold.

  crashlab run dlq --fault 'redis:latency=200ms@2s..5s; aws/sqs/SendMessage:throttle=0.3@3s..4s'
`

func (a *app) explain() *cobra.Command {
	var f numbersFlags
	var asInterview bool
	cmd := &cobra.Command{
		Use:               "explain LAB",
		Short:             "Print the lab's interview answer, its interview step by step, or measure its numbers",
		Args:              exactly("lab", 1),
		ValidArgsFunction: a.completeLabs,
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := a.lab(args[0])
			if err != nil {
				return err
			}
			if f.numbers {
				return a.numbers(cmd.Context(), l, f)
			}
			if err := f.unused(cmd.Flags()); err != nil {
				return err
			}
			text := l.README
			if asInterview {
				if text, err = interview.Frame(l); err != nil {
					return err
				}
			}
			_, err = fmt.Fprint(a.out, text)
			return err
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&asInterview, "interview", false,
		"the interview step by step: minutes, what each step settles, failure scenarios as commands, red flags")
	cmd.MarkFlagsMutuallyExclusive("interview", "numbers")
	return cmd
}

func (a *app) completeLabs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return a.labNames(), cobra.ShellCompDirectiveNoFileComp
}
