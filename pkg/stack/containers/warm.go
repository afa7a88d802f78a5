package containers

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/client"
	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/stack"
)

// findWithin bounds the questions to a warm stack: it answers at once or is of no use.
const findWithin = time.Second

// Keep starts a stack that stays when this process ends, for later runs to find. Closing the
// returned stack leaves it running; Clean removes it.
func Keep(ctx context.Context, cfg Config) (*stack.Stack, error) {
	// It has a watcher until it is whole: half a stack would be of no use to anybody.
	st, r, err := start(ctx, cfg.withDefaults(), map[string]string{labelWarm: "1"})
	if err != nil {
		return nil, err
	}
	st.OnClose(func(context.Context) error { return r.release() })
	return st, nil
}

// Find returns a warm stack that serves and has what is needed, or nil. It was started with
// whatever images it was, so where particular ones are asked for there is none. Closing it leaves it
// running; what a run makes on it is for package sweep to delete. Its processes are those of
// every run that uses it at the same time.
func Find(ctx context.Context, needs stack.Needs, images Images) (*stack.Stack, error) {
	if images.FromEnv(os.Getenv) != (Images{}) {
		return nil, nil
	}
	connect, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	engine, err := Connect(connect)
	if err != nil {
		return nil, err
	}
	list, err := engine.docker.ContainerList(ctx, client.ContainerListOptions{
		Filters: filter("").Add("label", labelWarm+"=1").Add("status", "running"),
	})
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	runs := map[string][]spec{}
	ids := map[string]string{}
	for _, c := range list.Items {
		port, err := strconv.Atoi(c.Labels[labelPort])
		if err != nil {
			continue // not one of ours after all
		}
		run, name := c.Labels[labelRun], c.Labels[labelName]
		runs[run] = append(runs[run], spec{name: name, image: c.Image, port: port})
		ids[run+name] = c.ID
	}
	for run, specs := range runs {
		if st := adopt(ctx, engine, specs, needs, func(name string) string { return ids[run+name] }); st != nil {
			st.OnClose(func(context.Context) error { return engine.Close() })
			return st, nil
		}
	}
	return nil, engine.Close()
}

// adopt makes a stack of a warm one's containers, if they are all there and serve.
func adopt(ctx context.Context, engine *Engine, specs []spec, needs stack.Needs, id func(name string) string) *stack.Stack {
	var nodes int
	has := map[string]bool{}
	for _, s := range specs {
		has[s.name] = true
		if strings.HasPrefix(s.name, stack.Kafka+"-") {
			nodes++
		}
	}
	if !has[stack.AWS] || !has[stack.Redis] || nodes < needs.Nodes() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, findWithin)
	defer cancel()
	slices.SortFunc(specs, func(a, b spec) int { return strings.Compare(a.name, b.name) })
	processes := map[string]*process{}
	var g errgroup.Group
	for _, s := range specs {
		ready := kafkaReady(s.addr(), nodes)
		switch s.name {
		case stack.AWS:
			ready = awsReady(s.addr())
		case stack.Redis:
			ready = redisReady(s.addr())
		}
		processes[s.name] = &process{engine: engine, id: id(s.name), name: s.name, ready: ready}
		g.Go(func() error { return ready(ctx) })
	}
	if g.Wait() != nil {
		return nil
	}
	return assemble(specs, processes)
}
