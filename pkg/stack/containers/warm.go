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

// Find returns a warm stack that serves and has what is needed, or nil; tell is told in one line where
// one is there and of no use, and what a run that was killed has left on it, which is undone first.
// It was started with whatever images it was, so where particular ones are asked for there is none.
// Closing it leaves it running; what a run makes on it is for package sweep to delete. Others may use
// it at the same time: see [stack.Stack.Enter].
func Find(ctx context.Context, needs stack.Needs, images Images, tell func(string)) (*stack.Stack, error) {
	return find(ctx, "", needs, images, tell)
}

// find is Find for the warm stack of one run; of any where that is empty.
func find(ctx context.Context, run string, needs stack.Needs, images Images, tell func(string)) (*stack.Stack, error) {
	if images.FromEnv(os.Getenv) != (Images{}) {
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

// warm is a warm stack's containers.
type warm struct {
	run   string
	specs []spec // with name, image and port, sorted by name
	ids   map[string]string
}

// list returns the warm stacks, of one run or of all, whatever state they are in.
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
			continue // not one of ours after all
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

// has says whether the stack is whole, and large enough.
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

// adopt makes a stack of it, once nobody has it to himself and what the dead left is undone; closing it
// closes the engine. It fails where the stack does not serve.
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

// serves fails where a container does not answer at once, and says what is the matter with it.
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
