package backend

import (
	"context"
	"errors"
	"os"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/nearest"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/containers"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/stack/external"
)

// Config says which backend to take, and what each needs to know.
type Config struct {
	Name     string // stack.Auto, Containers, Embedded or External; empty means Auto
	Needs    stack.Needs
	Images   containers.Images // of containers
	External external.Config   // of external; what is empty comes from the environment
	Log      *zap.Logger       // default none
	Own      bool              // containers: a stack of its own, also where there is a warm one
	Progress func(string)      // told, in one line, what is waited for; may be nil
	Tell     func(string)      // told, in one line, what the user should know of the stack; may be nil
}

// decideWithin is how long auto may look for a Docker engine.
const decideWithin = 2 * time.Second

// Names returns the backends' names, as a user gives them.
func Names() []string { return []string{stack.Auto, stack.Containers, stack.Embedded, stack.External} }

// Start starts the backend that cfg names and waits until its dependencies answer. note is one
// line for the user where the choice was ours, and says why: empty otherwise. A backend that can't
// be had, and one that there is not, are a *[stack.UnavailableError].
func Start(ctx context.Context, cfg Config) (st *stack.Stack, note string, err error) {
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Tell == nil {
		cfg.Tell = func(string) {}
	}
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

// startContainers takes a warm stack where there is one, else starts one and pulls what is absent.
func startContainers(ctx context.Context, cfg Config) (*stack.Stack, string, error) {
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

// machine is what auto asks of the machine; tests have another one.
type machine struct {
	find    func(context.Context, stack.Needs, containers.Images, func(string)) (*stack.Stack, error)
	examine func(context.Context, containers.Images) containers.Health
	start   func(context.Context, containers.Config) (*stack.Stack, error)
}

var local = machine{containers.Find, containers.Examine, containers.Start}

const (
	warmNote  = "backend: the warm containers that `crashlab up` left (crashlab clean removes them)"
	advice    = "; for containers: "
	getDocker = advice + "start Docker, then `crashlab pull`"
	getImages = advice + "`crashlab pull`, or `make images` where no registry is reachable"
)

// auto never downloads and never waits for an engine longer than decideWithin.
func auto(ctx context.Context, cfg Config, m machine) (*stack.Stack, string, error) {
	decide, cancel := context.WithTimeout(ctx, decideWithin)
	health := m.examine(decide, cfg.Images)
	cancel()
	var warm *stack.Stack
	if health.Version != "" && !cfg.Own {
		var err error
		if warm, err = m.find(ctx, cfg.Needs, cfg.Images, cfg.Tell); err != nil {
			cfg.Log.Debug("looking for a warm stack failed", zap.Error(err))
		}
	}
	if warm != nil {
		return warm, warmNote, nil
	}
	why := reason(health)
	if why == "" {
		st, err := m.start(ctx, containers.Config{Needs: cfg.Needs, Images: cfg.Images, Log: cfg.Log, Progress: cfg.Progress})
		return st, "backend: containers, since Docker answers and the images are here (--backend embedded is quicker)", err
	}
	st, err := embedded.Start(ctx, cfg.Needs, cfg.Log)
	return st, "backend: embedded, since " + why, err
}

// reason says why containers can't be had at once, and how they could; empty where they can.
func reason(h containers.Health) string {
	if h.Ready() {
		return ""
	}
	if h.Err != nil {
		var unavailable *stack.UnavailableError
		if errors.As(h.Err, &unavailable) {
			return unavailable.Reason + getDocker
		}
		return "Docker can't be asked (" + h.Err.Error() + ")" + getDocker
	}
	return "images are not here (" + h.Absent() + ")" + getImages
}
