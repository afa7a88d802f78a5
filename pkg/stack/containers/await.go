package containers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
)

const (
	// askWithin bounds one question: a server that starts may accept and not answer.
	askWithin = 2 * time.Second
	// askEvery is the time between two.
	askEvery = 25 * time.Millisecond
	// inspectEvery is the time between two looks at the container, which cost the engine more than a
	// question costs the dependency.
	inspectEvery = 250 * time.Millisecond
)

// readyWithin is how long a dependency may take to serve on a busy machine.
var readyWithin = map[string]time.Duration{
	stack.Redis: 20 * time.Second, stack.Kafka: 90 * time.Second, stack.AWS: 2 * time.Minute,
}

// title is the product's name of a dependency.
var title = map[string]string{stack.Redis: "Redis", stack.Kafka: "Kafka", stack.AWS: "LocalStack"}

// dependency returns the dependency of a process: "kafka" for "kafka-2".
func dependency(name string) string {
	of, _, _ := strings.Cut(name, "-")
	return of
}

// awaitReady waits until the container serves. It ends early when the container never will: it has exited,
// which the error quotes its last output for, or its port can't be reached from here.
func (p *process) awaitReady(ctx context.Context) error {
	of := dependency(p.name)
	within, cancel := context.WithTimeout(ctx, readyWithin[of])
	defer cancel()
	w := wait{process: p, looked: time.Now()}
	for {
		once, done := context.WithTimeout(within, askWithin)
		last := p.ready(once)
		done()
		if last == nil {
			return nil
		}
		if err := w.look(within, last); err != nil {
			return fmt.Errorf("wait for %s to answer: %w", p.name, err)
		}
		select {
		case <-time.After(askEvery):
		case <-within.Done():
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("wait for %s to answer: %w: %w", p.name, err, last)
			}
			return fmt.Errorf("%s does not answer as %s within %s (%w); is its image really one of %s?",
				p.name, title[of], seconds(readyWithin[of]), last, title[of])
		}
	}
}

// wait is what is known so far about a container that is awaited.
type wait struct {
	process *process
	looked  time.Time // when last
	refused time.Time // since when it runs and its port refuses; zero while it does not
}

// look checks the container from time to time, and fails once further waiting is useless. last is the latest
// reason why it did not serve.
func (w *wait) look(ctx context.Context, last error) error {
	if time.Since(w.looked) < inspectEvery {
		return nil
	}
	w.looked = time.Now()
	p := w.process
	s, err := p.state(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil // the caller's deadline ends the wait
	case err != nil:
		return err
	case !s.Running:
		return fmt.Errorf("it exited with code %d: %s", s.ExitCode, p.lastWords(ctx))
	case p.addr == "" || !refused(last):
		w.refused = time.Time{}
	case w.refused.IsZero():
		w.refused = time.Now()
	case time.Since(w.refused) >= refuseWithin && free(p.addr):
		return p.engine.unreachable(p.addr)
	}
	return nil
}
