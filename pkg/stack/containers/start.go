package containers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/moby/moby/client"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/port"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// Config says what to start.
type Config struct {
	Needs    stack.Needs
	Images   Images
	Pull     bool         // pull absent images; otherwise they make the start fail
	Progress func(string) // receives, in one line, what is awaited; may be nil
	Log      *zap.Logger  // default none
}

func (c Config) withDefaults() Config {
	if c.Progress == nil {
		c.Progress = func(string) {}
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	return c
}

// Start starts all three dependencies at the same time and returns when they answer. It starts all or
// nothing. Unless ctx has ended, its error is a *[stack.UnavailableError].
func Start(ctx context.Context, cfg Config) (*stack.Stack, error) {
	st, r, err := start(ctx, cfg.withDefaults(), map[string]string{labelOwner: owner.Self()})
	if err != nil {
		return nil, err
	}
	st.OnClose(func(context.Context) error { return r.remove() })
	return st, nil
}

// run holds the objects that are started together, and what is needed to remove them.
type run struct {
	id     string
	engine *Engine
	guard  *watcher // nil until it is started
}

// remove removes all of the run's objects. Before the watcher is started there are none.
func (r *run) remove() error {
	if r.guard == nil {
		return r.engine.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), cleanWithin)
	defer cancel()
	_, err := remove(ctx, r.engine, filter(r.id), everything)
	// The watcher goes on if we failed.
	return errors.Join(err, r.guard.end(err == nil), r.engine.Close())
}

// release leaves the run's objects as they are.
func (r *run) release() error { return errors.Join(r.guard.end(true), r.engine.Close()) }

// Lacks says in one clause which need no stack of containers meets; it is empty if there is none.
func Lacks(needs stack.Needs) string {
	switch {
	case needs.Throttling:
		return "throttling is asked for, and LocalStack has no limits of throughput"
	case needs.Signatures:
		return "signatures are to be verified, and LocalStack does not verify them"
	case needs.Functions:
		return "functions are to be run, and LocalStack has no engine for them here"
	}
	return ""
}

// start starts a stack whose objects have the given labels; the run's own are added.
func start(ctx context.Context, cfg Config, labels map[string]string) (*stack.Stack, *run, error) {
	if lack := Lacks(cfg.Needs); lack != "" {
		return nil, nil, &stack.UnavailableError{
			Backend: stack.Containers, Reason: lack, Advice: "use --backend embedded",
		}
	}
	cfg.Progress("asking who provides containers here")
	engine, err := Connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	r := &run{id: newRun(), engine: engine}
	labels[labelOurs], labels[labelRun] = "1", r.id
	st, err := r.start(ctx, cfg, labels)
	if err == nil {
		return st, r, nil
	}
	cfg.Progress("removing what was started")
	if failed := r.remove(); failed != nil {
		cfg.Log.Warn("removing what was started failed; the watcher goes on", zap.Error(failed))
	}
	return nil, nil, unavailableNow(ctx, err)
}

// unavailableNow turns whatever kept containers from starting into an UnavailableError of one clause. A
// caller that gave up gets its own error.
func unavailableNow(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	err = plain(err)
	var unavailable *stack.UnavailableError
	if errors.As(err, &unavailable) {
		return unavailable
	}
	return &stack.UnavailableError{
		Backend: stack.Containers, Reason: "they did not start: " + strings.ReplaceAll(err.Error(), "\n", "; "),
		Advice: "see what crashlab doctor says, or use --backend embedded",
	}
}

func (r *run) start(ctx context.Context, cfg Config, labels map[string]string) (*stack.Stack, error) {
	if err := r.engine.local(ctx); err != nil {
		return nil, err
	}
	cfg.Progress("asking the engine at " + r.engine.Host + " which images are here")
	images, err := provide(ctx, r.engine, cfg)
	if err != nil {
		return nil, err
	}
	// What a killed run left behind whose watcher was killed, too.
	if _, err := remove(ctx, r.engine, filter(""), ofTheDead); err != nil {
		cfg.Log.Warn("removing what a dead run left failed", zap.Error(err))
	}
	if r.guard, err = watch(ctx, r.id, r.engine); err != nil {
		return nil, err
	}
	specs, err := plan(images, cfg.Needs)
	if err != nil {
		return nil, err
	}
	runNetwork, err := r.network(ctx, cfg.Needs.Nodes(), labels)
	if err != nil {
		return nil, err
	}
	processes, err := r.launch(ctx, cfg, specs, labels, runNetwork)
	if err != nil {
		return nil, err
	}
	return assemble(specs, processes), nil
}

// network makes a network on which several Kafka nodes find each other by name; one node needs none.
func (r *run) network(ctx context.Context, nodes int, labels map[string]string) (string, error) {
	if nodes == 1 {
		return "", nil
	}
	name := "crashlab-" + r.id
	_, err := r.engine.docker.NetworkCreate(ctx, name, client.NetworkCreateOptions{Driver: "bridge", Labels: labels})
	if err != nil {
		return "", fmt.Errorf("create network: %w", err)
	}
	return name, nil
}

// provide chooses images and, if asked, pulls absent ones.
func provide(ctx context.Context, engine *Engine, cfg Config) (map[string]string, error) {
	chosen, err := choose(ctx, engine, cfg.Images)
	if err != nil {
		return nil, err
	}
	if absent := absentOf(chosen); absent != nil {
		if !cfg.Pull {
			return nil, &stack.UnavailableError{
				Backend: stack.Containers, Reason: "these images are not here: " + strings.Join(absent, ", "),
				Advice: "fetch them with crashlab pull, or build them with make images",
			}
		}
		if err := pull(ctx, engine, absent, cfg.Progress); err != nil {
			return nil, err
		}
	}
	refs := map[string]string{}
	for _, i := range chosen {
		refs[i.Dependency] = i.Ref
	}
	return refs, nil
}

func absentOf(images []Image) []string {
	var absent []string
	for _, i := range images {
		if !i.Present {
			absent = append(absent, i.Ref)
		}
	}
	return absent
}

// plan describes every container of a stack, at the ports that are asked for or free now, the slowest to start
// first.
func plan(images map[string]string, needs stack.Needs) ([]spec, error) {
	ports := []int{needs.Ports.AWS, needs.Ports.Redis}
	for i := range needs.Nodes() {
		ports = append(ports, needs.Ports.Node(i+1))
	}
	for i := range ports {
		var err error
		if ports[i], err = port.Or(ports[i]); err != nil {
			return nil, err
		}
	}
	specs := []spec{awsSpec(images[stack.AWS], ports[0], os.Getenv("LOCALSTACK_AUTH_TOKEN"))}
	specs = append(specs, kafkaSpecs(images[stack.Kafka], ports[2:])...)
	return append(specs, redisSpec(images[stack.Redis], ports[1])), nil
}
