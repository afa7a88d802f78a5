package containers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/client"
	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/stack"
)

// findWithin bounds the questions to a warm stack. One that does not answer at once is of no use.
const findWithin = time.Second

// Keep starts a stack that stays when this process ends, for later runs to find. Closing the returned stack
// leaves it running; Clean removes it.
func Keep(ctx context.Context, cfg Config) (*stack.Stack, error) {
	// It has a watcher until it is whole: half a stack is of no use.
	st, r, err := start(ctx, cfg.withDefaults(), map[string]string{labelWarm: "1"})
	if err != nil {
		return nil, err
	}
	st.OnClose(func(context.Context) error { return r.release() })
	return st, nil
}

// Find returns a warm stack that serves and meets needs, or nil. It first undoes what a killed run left
// there. tell receives one line about that, and one about a warm stack that can't be used. If images or ports
// are asked for Find returns nil, since a warm stack keeps those it was started with. Closing the stack
// leaves it running; package sweep deletes what a run made there. Others may use it at the same time:
// see [stack.Stack.Enter].
func Find(ctx context.Context, needs stack.Needs, images Images, tell func(string)) (*stack.Stack, error) {
	return find(ctx, "", needs, images, tell)
}

// find is Find for the warm stack of one run, or for any if run is empty.
func find(ctx context.Context, run string, needs stack.Needs, images Images, tell func(string)) (*stack.Stack, error) {
	if images.FromEnv(os.Getenv) != (Images{}) || needs.Ports != (stack.Ports{}) || Lacks(needs) != "" {
		return nil, nil
	}
	engine, err := Connect(ctx)
	if err != nil {
		return nil, err
	}
	warm, err := list(ctx, engine, run)
	if err != nil {
		return nil, errors.Join(plain(err), engine.Close())
	}
	for _, w := range warm {
		if !w.has(needs) {
			continue
		}
		st, err := w.adopt(ctx, engine, tell)
		if err != nil {
			if ctx.Err() != nil {
				return nil, errors.Join(err, engine.Close())
			}
			tell(fmt.Sprintf("the warm stack %s is not used: %v (crashlab clean removes it)", w.run, err))
			continue
		}
		return st, nil
	}
	return nil, engine.Close()
}

// warm is the containers of a warm stack.
type warm struct {
	run   string
	specs []spec // with name, image and port, sorted by name
	ids   map[string]string
}

// list returns the warm stacks of one run or of all, in any state.
func list(ctx context.Context, engine *Engine, run string) ([]*warm, error) {
	l, err := engine.docker.ContainerList(ctx, client.ContainerListOptions{
		All: true, Filters: filter(run).Add("label", labelWarm+"=1"),
	})
	if err != nil {
		return nil, fmt.Errorf("list warm stacks: %w", err)
	}
	byRun := map[string]*warm{}
	var all []*warm
	for _, c := range l.Items {
		port, err := strconv.Atoi(c.Labels[labelPort])
		if err != nil {
			continue // not a container of ours
		}
		w := byRun[c.Labels[labelRun]]
		if w == nil {
			w = &warm{run: c.Labels[labelRun], ids: map[string]string{}}
			byRun[w.run] = w
			all = append(all, w)
		}
		name := c.Labels[labelName]
		w.specs = append(w.specs, spec{name: name, image: c.Image, port: port})
		w.ids[name] = c.ID
	}
	for _, w := range all {
		slices.SortFunc(w.specs, func(a, b spec) int { return strings.Compare(a.name, b.name) })
	}
	return all, nil
}

func (w *warm) nodes() (n int) {
	for name := range w.ids {
		if strings.HasPrefix(name, stack.Kafka+"-") {
			n++
		}
	}
	return n
}

// has reports whether the stack is whole and large enough.
func (w *warm) has(needs stack.Needs) bool {
	return w.ids[stack.AWS] != "" && w.ids[stack.Redis] != "" && w.nodes() >= needs.Nodes()
}

// processes returns the containers as processes, by name.
func (w *warm) processes(engine *Engine) map[string]*process {
	all := map[string]*process{}
	for _, s := range w.specs {
		ready := kafkaReady(s.addr(), w.nodes())
		switch s.name {
		case stack.AWS:
			ready = awsReady(s.addr())
		case stack.Redis:
			ready = redisReady(s.addr())
		}
		all[s.name] = &process{engine: engine, id: w.ids[s.name], name: s.name, ready: ready}
	}
	return all
}

// adopt makes a [stack.Stack] of it, after waiting for a run that has it alone and undoing what dead ones
// left. Closing it closes the engine. It fails if the stack does not serve.
func (w *warm) adopt(ctx context.Context, engine *Engine, tell func(string)) (*stack.Stack, error) {
	processes := w.processes(engine)
	st := assemble(w.specs, processes)
	board := volumes{engine}
	st.Sharing = &sharing{board: board, stack: w.run,
		undo: func(ctx context.Context, left claim, tell func(string)) error {
			return undo(ctx, st, processes, left, tell)
		}}
	st.Tell = tell
	leave, err := st.Enter(ctx, stack.Use{})
	if err != nil {
		return nil, err
	}
	mine := newClaim(w.run, "", present)
	if err = errors.Join(serves(ctx, processes), board.post(ctx, mine), leave(ctx)); err != nil {
		return nil, errors.Join(err, board.remove(ctx, mine))
	}
	st.OnClose(func(ctx context.Context) error { return errors.Join(board.remove(ctx, mine), engine.Close()) })
	return st, nil
}

// serves fails if a container does not answer at once, and says what is wrong with it.
func serves(ctx context.Context, processes map[string]*process) error {
	once, cancel := context.WithTimeout(ctx, findWithin)
	defer cancel()
	var g errgroup.Group
	for _, p := range processes {
		g.Go(func() error {
			err := p.ready(once)
			if err == nil {
				return nil
			}
			if s, inspect := p.state(ctx); inspect == nil && (s.Paused || !s.Running) {
				return fmt.Errorf("%s is %s", p.name, s.Status)
			}
			return fmt.Errorf("%s does not answer: %w", p.name, err)
		})
	}
	return g.Wait()
}
