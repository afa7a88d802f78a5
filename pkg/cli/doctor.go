package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/containers"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/unit"
	"github.com/crashlab/crashlab/pkg/virtual"
)

func (a *app) doctor() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Show which backends this machine can run, and what the others lack",
		Args:  exactly("arguments", 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			fmt.Fprintf(a.out, "machine     %s/%s, %d CPUs, %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
				runtime.Version())
			a.examineEmbedded(cmd.Context())
			a.examineVirtual()
			a.examineContainers(cmd.Context())
			return a.surveyWarm(cmd.Context())
		},
	}
}

func (a *app) examineEmbedded(ctx context.Context) {
	began := time.Now()
	st, err := embedded.Start(ctx, stack.Needs{}, a.log)
	if err == nil {
		took := time.Since(began)
		err = st.Close(ctx)
		fmt.Fprintf(a.out, "embedded    works: AWS, Kafka and Redis ready in %s\n", unit.Duration(took))
	}
	if err != nil {
		fmt.Fprintf(a.out, "embedded    does not work: %v\n", err)
		a.exit = ExitCouldNotRun
	}
}

// examineVirtual reports whether virtual time is available, and how to get it.
func (a *app) examineVirtual() {
	program, err := virtual.Find()
	if err != nil {
		fmt.Fprintf(a.out, "virtual     not available: %v\n", err)
		return
	}
	fmt.Fprintf(a.out, "virtual     works: %s\n", program)
}

func (a *app) examineContainers(ctx context.Context) {
	h := containers.Examine(ctx, containers.Images{})
	if h.Err != nil {
		why := h.Err.Error()
		var none *stack.UnavailableError
		if errors.As(h.Err, &none) {
			why = none.Why()
		}
		fmt.Fprintf(a.out, "containers  not available: %s\n", why)
		return
	}
	fmt.Fprintf(a.out, "containers  %s\n", h.Note)
	missing := false
	for _, i := range h.Images {
		state := "present"
		if !i.Present {
			state, missing = "missing", true
		}
		fmt.Fprintf(a.out, "            %-6s %s: %s\n", i.Dependency, i.Ref, state)
	}
	if missing {
		fmt.Fprintln(a.out, "            fetch the missing images with crashlab pull, or build them with make images")
	}
}

// surveyWarm prints each warm stack with its parts, its state and its users.
func (a *app) surveyWarm(ctx context.Context) error {
	stacks, err := containers.Survey(ctx)
	var none *stack.UnavailableError
	if errors.As(err, &none) {
		return nil // examineContainers has said so
	}
	for _, s := range stacks {
		fmt.Fprintf(a.out, "warm stack  %s: %s\n", s.ID, strings.Join(s.Parts, ", "))
		for _, line := range slices.Concat(s.State, s.Users) {
			fmt.Fprintln(a.out, "           ", line)
		}
		for _, k := range s.Killed {
			fmt.Fprintf(a.out, "            %s, and was killed: the next run cleans up after it\n", k)
		}
	}
	return err
}

func (a *app) pull() *cobra.Command {
	var images containers.Images
	cmd := &cobra.Command{
		Use:   "pull",
		Short: "Fetch the images that the containers backend needs",
		Args:  exactly("arguments", 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			got, err := containers.Pull(cmd.Context(), images, func(s string) { fmt.Fprintln(a.err, s) })
			if err != nil {
				return err
			}
			for _, i := range got {
				fmt.Fprintf(a.out, "%s\t%s\n", i.Dependency, i.Ref)
			}
			return nil
		},
	}
	registerImages(cmd, &images)
	return cmd
}

// registerImages registers the flags that choose images.
func registerImages(cmd *cobra.Command, images *containers.Images) {
	flags := cmd.Flags()
	flags.StringVar(&images.Source, "images", "",
		"containers: official or local (default: official if present, else local)")
	flags.StringVar(&images.AWS, "localstack-image", "",
		"containers: the AWS emulator's image (CRASHLAB_LOCALSTACK_IMAGE)")
	flags.StringVar(&images.Kafka, "kafka-image", "", "containers: Kafka's image (CRASHLAB_KAFKA_IMAGE)")
	flags.StringVar(&images.Redis, "redis-image", "", "containers: Redis's image (CRASHLAB_REDIS_IMAGE)")
}
