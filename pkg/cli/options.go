package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/backend"
)

// stackFlags are the flags of every command that needs a stack.
type stackFlags struct {
	cfg backend.Config
	yes bool // spend on real AWS without asking
}

func (f *stackFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.cfg.Name, "backend", stack.Auto, "who provides AWS, Kafka and Redis: "+
		strings.Join(backend.Names(), ", "))
	f.registerEndpoints(cmd)
	registerImages(cmd, &f.cfg.Images)
	cmd.Flags().BoolVar(&f.cfg.Own, "own-stack", false,
		"containers: start a stack for this command alone, even if a warm one could be shared")
	_ = cmd.RegisterFlagCompletionFunc("backend",
		cobra.FixedCompletions(backend.Names(), cobra.ShellCompDirectiveNoFileComp))
}

// registerEndpoints registers the flags for the external backend's endpoints.
func (f *stackFlags) registerEndpoints(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.cfg.External.AWS.URL, "aws-endpoint", "", "external: URL of the AWS API (AWS_ENDPOINT_URL)")
	flags.StringSliceVar(&f.cfg.External.Kafka, "kafka-brokers", nil,
		"external: host:port of Kafka brokers (KAFKA_BROKERS)")
	flags.StringVar(&f.cfg.External.Redis, "redis-addr", "", "external: host:port of Redis (REDIS_ADDR)")
}

// check refuses what can be refused without starting anything.
func (f *stackFlags) check() error {
	if err := f.checkRealAWS(); err != nil {
		return err
	}
	if !slices.Contains(backend.Names(), f.cfg.Name) {
		return unknown("backend", f.cfg.Name, backend.Names())
	}
	return nil
}

// closeTime is how long a stack may take to go away.
const closeTime = 60 * time.Second

// withStack starts a stack, passes it to use with the time that took, and closes it on every way out.
func (a *app) withStack(ctx context.Context, f stackFlags, needs stack.Needs,
	use func(st *stack.Stack, ready time.Duration) error) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	began := time.Now()
	cfg := f.cfg
	cfg.Needs, cfg.Log = needs, a.log
	wait := a.waiting()
	cfg.Progress, cfg.Tell = wait.say, a.tell
	st, note, err := backend.Start(ctx, cfg)
	wait.end()
	if st != nil {
		defer func() {
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
			defer cancel()
			if failed := st.Close(last); failed != nil && err == nil {
				err = fmt.Errorf("stop the stack: %w", failed)
			}
		}()
	}
	if err != nil {
		return err
	}
	if note != "" {
		a.tell(note)
	}
	st.Tell = a.tell
	return use(st, time.Since(began))
}

// stackFor returns the stack for a lab on one that labs share, and tells the user what of it is embedded.
func (a *app) stackFor(ctx context.Context, st *stack.Stack, l lab.Spec) (*stack.Stack, error) {
	st, note, err := backend.For(ctx, st, l.Needs, a.log)
	if note != "" {
		a.tell(l.Name + ": " + note)
	}
	return st, err
}

// tell tells the user something in a line of its own.
func (a *app) tell(line string) {
	a.progress().end()
	fmt.Fprintln(a.err, line)
}

// progress is a line on stderr that is redrawn, only on a terminal.
type progress struct {
	app *app
	on  bool
}

func (a *app) progress() *progress {
	return &progress{app: a, on: report.IsTerminal(a.err) && !a.verbose}
}

func (p *progress) say(text string) {
	if p.on {
		fmt.Fprintf(p.app.err, "\r\x1b[K%s", text)
	}
}

func (p *progress) end() { p.say("") }
