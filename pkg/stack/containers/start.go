package containers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/port"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// Config says what to start.
type Config struct {
	Needs    stack.Needs
	Images   Images
	Pull     bool         // pull images that are absent; otherwise they make the start fail
	Progress func(string) // told, in one line, what is waited for; may be nil
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

const (
	// cleanWithin bounds removal, which has a context of its own: the caller's has often ended
	// by then.
	cleanWithin = 20 * time.Second
	// connectWithin bounds the question whether there is an engine.
	connectWithin = 2 * time.Second
)

// Start starts all three dependencies at the same time and returns when they answer. Its error is
// a *[stack.UnavailableError] where the engine or an image cannot be had. It starts all or
// nothing.
func Start(ctx context.Context, cfg Config) (*stack.Stack, error) {
	st, r, err := start(ctx, cfg.withDefaults(), map[string]string{labelOwner: owner.Self()})
	if err != nil {
		return nil, err
	}
	st.OnClose(func(context.Context) error { return r.remove() })
	return st, nil
}

// run is the objects that are started together, and what is needed to remove them.
type run struct {
	id     string
	engine *Engine
	guard  *watcher // nil until there is one
}

// remove removes all of the run's objects.
func (r *run) remove() error {
	ctx, cancel := context.WithTimeout(context.Background(), cleanWithin)
	defer cancel()
	_, err := remove(ctx, r.engine, filter(r.id), everything)
	// The watcher goes on where we failed.
	return errors.Join(err, r.guard.end(err == nil), r.engine.Close())
}

// release leaves the run's objects to themselves.
func (r *run) release() error { return errors.Join(r.guard.end(true), r.engine.Close()) }

// start starts a stack whose objects bear the given labels; the run's own are added.
func start(ctx context.Context, cfg Config, labels map[string]string) (*stack.Stack, *run, error) {
	connect, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	engine, err := Connect(connect)
	if err != nil {
		return nil, nil, err
	}
	r := &run{id: newRun(), engine: engine}
	labels[labelOurs], labels[labelRun] = "1", r.id
	st, err := r.start(ctx, cfg, labels)
	if err != nil {
		return nil, nil, errors.Join(err, r.remove())
	}
	return st, r, nil
}

func (r *run) start(ctx context.Context, cfg Config, labels map[string]string) (*stack.Stack, error) {
	images, err := provide(ctx, r.engine, cfg)
	if err != nil {
		return nil, err
	}
	// What another run left behind that could not clean up after itself, nor its watcher.
	if _, err := remove(ctx, r.engine, filter(""), ofTheDead); err != nil {
		cfg.Log.Warn("removing what a dead run left failed", zap.Error(err))
	}
	if r.guard, err = watch(ctx, r.id); err != nil {
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
	cfg.Progress("starting LocalStack, Kafka and Redis")
	processes, err := r.launch(ctx, specs, labels, runNetwork, cfg.Log)
	if err != nil {
		return nil, err
	}
	return assemble(specs, processes), nil
}

// network makes a network for several Kafka nodes to find each other by name; one node needs none.
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

// provide chooses images and pulls what is absent, where that is asked.
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

// plan describes every container of a stack, at ports that are free now.
func plan(images map[string]string, needs stack.Needs) ([]spec, error) {
	ports := make([]int, needs.Nodes()+2)
	taken := map[int]bool{}
	for i := range ports {
		for ports[i] == 0 || taken[ports[i]] {
			free, err := port.Free()
			if err != nil {
				return nil, err
			}
			ports[i] = free
		}
		taken[ports[i]] = true
	}
	specs := []spec{
		awsSpec(images[stack.AWS], ports[0], os.Getenv("LOCALSTACK_AUTH_TOKEN")),
		redisSpec(images[stack.Redis], ports[1]),
	}
	return append(specs, kafkaSpecs(images[stack.Kafka], ports[2:])...), nil
}

// launch creates, starts and awaits every container, all at the same time.
func (r *run) launch(ctx context.Context, specs []spec, labels map[string]string, runNetwork string, log *zap.Logger) (map[string]*process, error) {
	processes := make([]*process, len(specs))
	g, ctx := errgroup.WithContext(ctx)
	for i, s := range specs {
		g.Go(func() error {
			began := time.Now()
			c, err := testcontainers.GenericContainer(ctx, s.request(labels, runNetwork))
			if err != nil {
				return fmt.Errorf("start %s from %s: %w", s.name, s.image, err)
			}
			p := &process{engine: r.engine, id: c.GetContainerID(), name: s.name, ready: s.ready(s.addr())}
			created := time.Since(began)
			if err := p.awaitReady(ctx); err != nil {
				return fmt.Errorf("start %s from %s: %w", s.name, s.image, err)
			}
			log.Debug("container ready", zap.String("name", s.name), zap.String("image", s.image),
				zap.Duration("created", created), zap.Duration("ready", time.Since(began)))
			processes[i] = p
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	byName := map[string]*process{}
	for _, p := range processes {
		byName[p.name] = p
	}
	return byName, nil
}

// assemble makes a stack of running containers.
func assemble(specs []spec, processes map[string]*process) *stack.Stack {
	st := &stack.Stack{
		Backend: map[string]string{
			stack.AWS: stack.Containers, stack.Kafka: stack.Containers, stack.Redis: stack.Containers,
		},
		Processes: map[string]stack.Process{},
	}
	var nodes stack.All
	for _, s := range specs {
		st.Processes[s.name] = processes[s.name]
		switch s.name {
		case stack.AWS:
			st.AWS = stack.Endpoint{URL: "http://" + s.addr(), Region: "us-east-1", AccessKey: "test", SecretKey: "test"}
		case stack.Redis:
			st.Redis = s.addr()
		default:
			st.Kafka = append(st.Kafka, s.addr())
			nodes = append(nodes, processes[s.name])
		}
	}
	st.Processes[stack.Kafka] = nodes
	return st
}
