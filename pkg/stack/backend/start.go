package backend

import (
	"context"
	"errors"
	"os"
	"strings"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/nearest"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/containers"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/stack/external"
)

// Config says which backend to take, and the settings of each.
type Config struct {
	Name     string // stack.Auto, Containers, Embedded or External; empty means Auto
	Needs    stack.Needs
	Images   containers.Images // of containers
	External external.Config   // of external; empty fields come from the environment
	Log      *zap.Logger       // default none
	Own      bool              // containers: a stack of its own, even if there is a warm one
	Progress func(string)      // receives, in one line, what is awaited; may be nil
	Tell     func(string)      // receives, in one line, what the user should know about the stack; may be nil
}

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Progress == nil {
		c.Progress = func(string) {}
	}
	if c.Tell == nil {
		c.Tell = func(string) {}
	}
	return c
}

// Names returns the backends' names, as a user gives them.
func Names() []string { return []string{stack.Auto, stack.Containers, stack.Embedded, stack.External} }

// Start starts the backend that cfg names and waits until its dependencies answer. note is one line for the
// user that says which backend was chosen and why; it is empty if the user chose. The error for a backend
// that is unavailable or unknown is a *[stack.UnavailableError].
func Start(ctx context.Context, cfg Config) (st *stack.Stack, note string, err error) {
	cfg = cfg.withDefaults()
	switch cfg.Name {
	case "", stack.Auto:
		return auto(ctx, cfg, local)
	case stack.Containers:
		st, note, err = startContainers(ctx, cfg)
	case stack.Embedded:
		st, err = embedded.Start(ctx, cfg.Needs, cfg.Log)
	case stack.External:
		st, err = external.Start(ctx, cfg.External.FromEnv(os.Getenv), cfg.Needs, cfg.Log)
	default:
		err = &stack.UnavailableError{
			Backend: cfg.Name, Reason: "there is no backend of this name", Advice: nearest.Suggest(cfg.Name, Names()),
		}
	}
	return st, note, err
}

// startContainers takes a warm stack if there is one, else starts one and pulls absent images.
func startContainers(ctx context.Context, cfg Config) (*stack.Stack, string, error) {
	cfg.Progress("looking for a warm stack")
	if !cfg.Own {
		st, err := containers.Find(ctx, cfg.Needs, cfg.Images, cfg.Tell)
		if err != nil {
			return nil, "", err
		}
		if st != nil {
			return st, warmNote, nil
		}
	}
	st, err := containers.Start(ctx, containers.Config{
		Needs: cfg.Needs, Images: cfg.Images, Pull: true, Log: cfg.Log, Progress: cfg.Progress,
	})
	return st, "", err
}

// machine answers auto's questions about the machine; tests replace it.
type machine struct {
	find    func(context.Context, stack.Needs, containers.Images, func(string)) (*stack.Stack, error)
	examine func(context.Context, containers.Images) containers.Health
	start   func(context.Context, containers.Config) (*stack.Stack, error)
}

var local = machine{containers.Find, containers.Examine, containers.Start}

const (
	warmNote  = "backend: the warm containers that `crashlab up` left (crashlab clean removes them)"
	getImages = "`crashlab pull`, or `make images` where no registry is reachable"
)

// auto never downloads. If containers are unavailable, for whatever reason and whenever that shows, it starts
// the embedded backend and says why.
func auto(ctx context.Context, cfg Config, m machine) (*stack.Stack, string, error) {
	cfg.Progress("asking who provides containers here")
	health := m.examine(ctx, cfg.Images)
	st, note := ofContainers(ctx, cfg, m, health)
	if st != nil {
		return st, note, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	cfg.Progress("starting the embedded stack")
	st, err := embedded.Start(ctx, cfg.Needs, cfg.Log)
	return st, "backend: embedded, since " + note, err
}

// ofContainers returns a stack of containers with a note of its origin, or no stack with the reason and the
// advice.
func ofContainers(ctx context.Context, cfg Config, m machine, h containers.Health) (st *stack.Stack, note string) {
	if lack := containers.Lacks(cfg.Needs); lack != "" {
		return nil, lack
	}
	err := h.Err
	if err == nil && !cfg.Own {
		if st, err = m.find(ctx, cfg.Needs, cfg.Images, cfg.Tell); st != nil {
			return st, warmNote
		}
	}
	if err == nil && !h.Ready() {
		return nil, "images are not here (" + h.Absent() + "); for containers: " + getImages
	}
	if err == nil {
		st, err = m.start(ctx, containers.Config{Needs: cfg.Needs, Images: cfg.Images, Log: cfg.Log, Progress: cfg.Progress})
	}
	if err == nil {
		return st, "backend: containers, since Docker answers and the images are here (--backend embedded is quicker)"
	}
	return nil, reason(err)
}

// reason says why containers are unavailable, and how to get them.
func reason(err error) string {
	var unavailable *stack.UnavailableError
	if !errors.As(err, &unavailable) {
		return "containers can't be had (" + err.Error() + ")"
	}
	advice, _ := strings.CutSuffix(unavailable.Advice, ", or use --backend embedded")
	return unavailable.Reason + "; for containers: " + advice
}
