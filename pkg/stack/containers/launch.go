//go:build !faketime

package containers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/crash"
)

// launch creates and awaits the containers, all at the same time. It starts them one after the other in the
// order of specs, the slowest first: several starts at once delay each other, and so the slowest.
func (r *run) launch(ctx context.Context, cfg Config, specs []spec, labels map[string]string,
	runNetwork string) (map[string]*process, error) {
	provider, err := r.engine.provider()
	if err != nil {
		return nil, err
	}
	processes := make([]*process, len(specs))
	turns := make([]chan struct{}, len(specs)+1)
	for i := range turns {
		turns[i] = make(chan struct{})
	}
	close(turns[0])
	pending := newPending(specs, cfg.Progress)
	g, ctx := errgroup.WithContext(ctx)
	for i, s := range specs {
		g.Go(func() error {
			defer crash.Guard()
			l := launched{run: r, spec: s, turn: turns[i], next: turns[i+1], log: cfg.Log}
			p, err := l.start(ctx, provider, s.request(labels, runNetwork))
			if err != nil {
				return fmt.Errorf("start %s from %s: %w", s.name, s.image, err)
			}
			processes[i] = p
			pending.done(s.name)
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

// launched is one container of a start.
type launched struct {
	run  *run
	spec spec
	turn <-chan struct{}
	next chan<- struct{} // closed when it has started
	log  *zap.Logger
}

func (l launched) start(ctx context.Context, provider *testcontainers.DockerProvider,
	req testcontainers.ContainerRequest) (*process, error) {
	began := time.Now()
	c, err := provider.CreateContainer(ctx, req)
	if err != nil {
		return nil, err
	}
	created := time.Since(began)
	select {
	case <-l.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	waited := time.Since(began)
	if err := c.Start(ctx); err != nil {
		return nil, err
	}
	close(l.next)
	started := time.Since(began)
	p := &process{
		engine: l.run.engine, id: c.GetContainerID(), name: l.spec.name, addr: l.spec.addr(),
		ready: l.spec.ready(l.spec.addr()),
	}
	if err := p.awaitReady(ctx); err != nil {
		return nil, err
	}
	l.log.Debug("container ready", zap.String("name", l.spec.name), zap.String("image", l.spec.image),
		zap.Duration("create", created),
		zap.Duration("turn", waited-created), zap.Duration("start", started-waited),
		zap.Duration("boot", time.Since(began)-started))
	return p, nil
}

// pending is the set of containers that a start still waits for, and tells it.
type pending struct {
	mu    sync.Mutex
	names []string
	tell  func(string)
}

func newPending(specs []spec, tell func(string)) *pending {
	p := &pending{tell: tell}
	for _, s := range specs {
		p.names = append(p.names, s.name+" ("+s.image+")")
	}
	p.say()
	return p
}

func (p *pending) done(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.names = slices.DeleteFunc(p.names, func(n string) bool { return strings.HasPrefix(n, name+" ") })
	if len(p.names) > 0 {
		p.say()
	}
}

func (p *pending) say() { p.tell("waiting for " + strings.Join(p.names, ", ") + " to start") }
