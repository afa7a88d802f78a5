package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// The values of --time.
const (
	timeAuto    = "auto"
	timeReal    = virtual.RealTime
	timeVirtual = virtual.VirtualTime
)

func timeNames() []string { return []string{timeAuto, timeReal, timeVirtual} }

// timeFlag is the flag of every command that can run in virtual time.
type timeFlag struct{ time string }

func (f *timeFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.time, "time", timeAuto,
		"virtual (embedded only: independent of the machine's speed, and the same seed gives the same bytes), real, or "+
			"auto: virtual if available")
	_ = cmd.RegisterFlagCompletionFunc("time", cobra.FixedCompletions(timeNames(), cobra.ShellCompDirectiveNoFileComp))
}

// variant returns the program that runs a command in virtual time. It is empty if the command runs here in
// real time, or if that is not known before a stack is started. backend is the requested one.
func (f timeFlag) variant(backend string) (string, error) {
	switch {
	case virtual.On:
		return "", nil // this is it
	case !slices.Contains(timeNames(), f.time):
		return "", unknown("time", f.time, timeNames())
	case f.time == timeVirtual && backend != stack.Auto && backend != stack.Embedded:
		return "", fmt.Errorf("--time virtual: the %s backend runs by the machine's clock; leave out --backend %s, or use "+
			"--time real", backend, backend)
	case f.time == timeVirtual:
		return virtual.Find()
	case f.time == timeReal || backend != stack.Embedded:
		return "", nil
	}
	program, err := virtual.Find()
	if errors.Is(err, virtual.ErrMissing) {
		return "", nil
	}
	return program, err
}

// variantFor is variant after auto has chosen the stack.
func (f timeFlag) variantFor(st *stack.Stack) (string, error) {
	return f.variant(st.Backend[stack.AWS])
}

// become runs this command in a variant, with more arguments.
func (a *app) become(ctx context.Context, program string, more ...string) error {
	code, err := virtual.Run(ctx, program, slices.Concat(a.args, more), a.out, a.err)
	a.exit = code
	return err
}

// inVirtualTime runs a lab in virtual time: `crashlab run ARGS`. The result has no histories. An error means
// that the run could not be carried out.
func (a *app) inVirtualTime(ctx context.Context, args []string) (*run.Result, error) {
	program, err := virtual.Find()
	if err != nil {
		return nil, err
	}
	var out, errs bytes.Buffer
	code, err := virtual.Run(ctx, program, append([]string{"run", "--json", "--backend", stack.Embedded}, args...), &out,
		&errs)
	if err != nil {
		return nil, err
	}
	var r run.Result
	if err := json.Unmarshal(out.Bytes(), &r); code > ExitUnknown || err != nil {
		return nil, errors.New(strings.TrimPrefix(lastLine(errs.String()), "crashlab: "))
	}
	return &r, nil
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func (a *app) virtual() *cobra.Command {
	var path string
	var overlay bool
	cmd := &cobra.Command{
		Use:   "virtual",
		Short: "Build the program for virtual time with Go, and keep it in the user's cache",
		Args:  exactly("arguments", 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if overlay {
				path, err := virtual.OverlayHere(cmd.Context())
				if err == nil {
					fmt.Fprintln(a.out, path)
				}
				return err
			}
			wait := a.waiting()
			path, err := virtual.Build(cmd.Context(), path, wait.say)
			wait.end()
			if err == nil {
				fmt.Fprintln(a.out, path)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&path, "output", "", "write the program to this file, such as crashlab-virtual beside crashlab")
	cmd.Flags().BoolVar(&overlay, "overlay", false, "print the file that go test -tags faketime takes as -overlay instead")
	cmd.MarkFlagsMutuallyExclusive("output", "overlay")
	return cmd
}

// runTest is the command that go test -exec uses for a test built in virtual time.
func (a *app) runTest() *cobra.Command {
	return &cobra.Command{
		Use:                "run-test PROGRAM [ARGUMENT…]",
		Hidden:             true,
		DisableFlagParsing: true,
		Args:               cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			code, err := virtual.RunTest(cmd.Context(), args[0], args[1:], a.out, a.err)
			a.exit = code
			return err
		},
	}
}
