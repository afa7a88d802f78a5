package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/nearest"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// The exit codes.
const (
	ExitPass        = 0
	ExitFail        = 1
	ExitUnknown     = 2
	ExitCouldNotRun = crash.Code // 3: bad arguments, or a missing environment, or a bug
	ExitInterrupted = 130        // by Ctrl-C or SIGTERM; all has been put back
)

// app is one call of the command.
type app struct {
	labs    []lab.Spec
	args    []string  // after the command's name
	in      io.Reader // answers to questions
	out     io.Writer // data
	err     io.Writer // progress, logs, errors
	verbose bool
	log     *zap.Logger
	exit    int  // the command ran, but did not pass
	ended   bool // the command waited for the interrupt
}

// Main runs the command with the arguments after its name and returns its exit code. Data goes to stdout and
// everything else to stderr. SIGINT and SIGTERM end it in good order; a second one kills. A panic is one
// line, and a report in a file.
func Main(labs []lab.Spec, args []string, stdout, stderr io.Writer) int {
	return execute(labs, args, os.Stdin, stdout, stderr)
}

func execute(labs []lab.Spec, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	crash.Rest()
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintln(stderr, crash.Report(p))
			code = ExitCouldNotRun
		}
	}()
	ctx, stop := interruptible()
	defer stop()
	a := &app{labs: labs, args: args, in: stdin, out: stdout, err: stderr, log: zap.NewNop()}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	interrupted := ctx.Err() != nil && !a.ended
	var left *run.LeftError
	if interrupted && !errors.As(err, &left) && (err == nil || errors.Is(err, context.Canceled)) {
		fmt.Fprintln(stderr, "interrupted; everything was restored")
		return ExitInterrupted
	}
	if err != nil {
		fmt.Fprintf(stderr, "crashlab: %s\n", oneLine(err))
		if interrupted {
			return ExitInterrupted
		}
		return ExitCouldNotRun
	}
	return a.exit
}

// interruptible returns a context that ends with SIGINT or SIGTERM, or, in virtual time, when the parent says
// so. After that, signals have their default effect.
func interruptible() (context.Context, context.CancelFunc) {
	if virtual.On {
		return virtual.Enter(context.Background())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "crashlab",
		Short:         "Learn how distributed systems fail, by breaking real ones on your own machine",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs, // so that an unknown command gets our own answer
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknown("command", args[0], commandNames(cmd))
		},
		PersistentPreRun: func(*cobra.Command, []string) { a.log = a.logger() },
	}
	root.PersistentFlags().BoolVarP(&a.verbose, "verbose", "v", false,
		"log what the instances do to stderr, and print evidence in full and each invariant's claim")
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Hidden: true, Use: "no-help"})
	root.AddCommand(a.list(), a.faults(), a.explain(), a.run(), a.smoke(), a.hunt(), a.replay(), a.checkHistory(), a.up(),
		a.pull(), a.clean(), a.doctor(), a.version(), a.newLab(), a.virtual(), a.runTest(), a.watch())
	return root
}

func (a *app) logger() *zap.Logger {
	level := zapcore.ErrorLevel
	if a.verbose {
		level = zapcore.DebugLevel
	}
	encoder := zap.NewDevelopmentEncoderConfig()
	encoder.EncodeTime = zapcore.TimeEncoderOfLayout("15:04:05.000")
	return zap.New(zapcore.NewCore(zapcore.NewConsoleEncoder(encoder), zapcore.Lock(zapcore.AddSync(a.err)), level))
}

// lab returns the lab of that name, and an error where it is not one that can be run.
func (a *app) lab(name string) (lab.Spec, error) {
	for _, l := range a.labs {
		if l.Name == name {
			return l, l.Validate()
		}
	}
	return lab.Spec{}, unknown("lab", name, a.labNames())
}

func (a *app) labNames() []string {
	var names []string
	for _, l := range a.labs {
		names = append(names, l.Name)
	}
	return names
}

// settle turns a verdict into the exit code; of several the worst counts.
func (a *app) settle(v run.Verdict) {
	code := map[run.Verdict]int{run.Pass: ExitPass, run.Fail: ExitFail, run.Unknown: ExitUnknown}[v]
	if a.exit == ExitPass || code == ExitFail {
		a.exit = code
	}
}

func unknown(what, name string, there []string) error {
	return fmt.Errorf("unknown %s %q; %s", what, name, nearest.Suggest(name, there))
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError suggests the flag that was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	name, ok := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !ok {
		return err
	}
	var flags []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { flags = append(flags, "--"+f.Name) })
	return unknown("flag", "--"+name, flags)
}

// exactly requires n arguments of a kind.
func exactly(what string, n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return fmt.Errorf("%s takes %d %s, not %d; see crashlab %s --help", cmd.Name(), n, what, len(args), cmd.Name())
		}
		return nil
	}
}

// oneLine joins the lines of an error, unless it points at a character.
func oneLine(err error) string {
	var at *fault.ParseError
	if errors.As(err, &at) {
		return err.Error()
	}
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' }), "; ")
}
