package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
	"github.com/crashlab/crashlab/pkg/usage"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// registerRealAWS registers the flags of commands that may use AWS itself.
func (f *stackFlags) registerRealAWS(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.cfg.External.RealAWS, "real-aws", false,
		"external: AWS itself, with the default credentials and region of the AWS SDK; asks before it spends or deletes")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "with --real-aws: don't ask")
}

// checkRealAWS makes external of a backend that is left open.
func (f *stackFlags) checkRealAWS() error {
	switch {
	case !f.cfg.External.RealAWS && f.yes:
		return errors.New("--yes works only with --real-aws")
	case !f.cfg.External.RealAWS:
		return nil
	case f.cfg.Name == stack.Auto:
		f.cfg.Name = stack.External
	case f.cfg.Name != stack.External:
		return fmt.Errorf("--real-aws works only with --backend external, not %s", f.cfg.Name)
	}
	return nil
}

// canAsk refuses a run on real AWS before anything is done if the user can't be asked, or would be charged on and on.
func (a *app) canAsk(f runFlags) error {
	switch {
	case f.keep:
		return errors.New("--keep: what the run makes on real AWS would cost as long as it is kept; leave out --keep")
	case !f.yes && !a.asks():
		return errors.New("--real-aws spends money, and without a terminal nobody can be asked; add --yes")
	}
	return nil
}

// asks reports whether the user can answer a question: at a terminal, or whoever else calls with answers.
func (a *app) asks() bool {
	f, ok := a.in.(*os.File)
	if !ok {
		return true
	}
	_, terminal := virtual.Terminal(f)
	return terminal
}

// confirm asks a question, and is not content with anything but a yes.
func (a *app) confirm(ctx context.Context, question string) error {
	fmt.Fprintf(a.err, "%s [y/N] ", question)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.in).ReadString('\n') // nothing is no yes
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case line := <-answer:
		if line == "y" || line == "yes" {
			return nil
		}
		return errors.New("not confirmed; nothing was done")
	case <-ctx.Done():
		fmt.Fprintln(a.err)
		return ctx.Err()
	}
}

// place says whose AWS it is, and where.
func place(ctx context.Context, st *stack.Stack) string {
	text := fmt.Sprintf("account %s in %s", st.Account, st.AWS.Region)
	if url := awsclient.Config(ctx, st.AWS, nil).BaseEndpoint; url != nil {
		text += fmt.Sprintf(" (at %s, the endpoint of your AWS profile)", *url)
	}
	return text
}

// agree says what a run will cost, and asks whether it may unless the user has said yes. Nothing is made before.
func (a *app) agree(ctx context.Context, cfg run.Config, yes bool) error {
	outline, err := run.Plan(cfg)
	if err != nil {
		return err
	}
	price, err := a.rehearse(ctx, cfg, outline)
	if err != nil {
		return fmt.Errorf("estimate the cost: %w", err)
	}
	prefix := owner.Prefix + cfg.ID
	a.tell(fmt.Sprintf("%s will make about %d requests that AWS bills: %s at list prices of us-east-1 of %s, without "+
		"Kafka and Redis", cfg.Lab.Name, price.requests, price, usage.PricesKnown))
	a.tell(fmt.Sprintf("all names begin with %s, and all is deleted at the end; if the run is killed: crashlab clean "+
		"--real-aws --prefix %s", prefix, prefix))
	if yes {
		a.tell(fmt.Sprintf("spending about %s on %s", price, place(ctx, cfg.Stack)))
		return nil
	}
	return a.confirm(ctx, fmt.Sprintf("spend about %s on %s?", price, place(ctx, cfg.Stack)))
}
