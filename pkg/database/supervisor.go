package database

import (
	"context"
	"fmt"
	"sync"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// supervisor is one life of the process that replaces a dead primary. What it knows it has from the nodes, so that it
// may die too. There is one: who supervises by vote is another lesson.
type supervisor struct {
	*Database
	*lab.Instance

	mu     sync.Mutex
	term   Term
	missed int // heartbeats of the primary in a row
}

// supervise is the supervisor's service.
func (d *Database) supervise(ctx context.Context, i *lab.Instance) error {
	s := &supervisor{Database: d, Instance: i, term: d.first()}
	var watching sync.WaitGroup
	defer watching.Wait()
	watching.Go(func() {
		for ctx.Err() == nil {
			beat, cancel := context.WithTimeout(ctx, Heartbeat)
			s.round(ctx, s.states(beat, d.names))
			<-beat.Done()
			cancel()
		}
	})
	return part.Serve(ctx, i, map[string]part.Handler{
		"GET /term": func(context.Context, *part.Request) (any, error) { return s.now(), nil },
	})
}

func (s *supervisor) now() Term {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.term
}

// states returns what those nodes say of themselves that answer.
func (s *supervisor) states(ctx context.Context, names []string) []state {
	return s.tell(lab.Polling(ctx), names, "GET /state", nil)
}

// tell sends a request to nodes, all at once, and returns the answers in the nodes' order.
func (s *supervisor) tell(ctx context.Context, names []string, what string, body any) (all []state) {
	answers, oks := make([]state, len(names)), make([]bool, len(names))
	var asking sync.WaitGroup
	for n, name := range names {
		asking.Go(func() {
			oks[n] = s.nodes.Ask(ctx, s.Instance, name, what, body, &answers[n]) == nil
		})
	}
	asking.Wait()
	for n, a := range answers {
		if oks[n] {
			all = append(all, a)
		}
	}
	return all
}

// round looks at what the nodes say: it learns of a newer term, tells it to nodes that don't know it, and counts the
// primary's missing heartbeats.
func (s *supervisor) round(ctx context.Context, states []state) {
	s.mu.Lock()
	for _, n := range states {
		if n.Epoch > s.term.Epoch && n.Primary != "" {
			s.term = n.Term
		}
	}
	s.missed++
	begun := s.term.Epoch // the newest epoch, which a failover may have begun and not ended
	for _, n := range states {
		begun = max(begun, n.Epoch)
		if n.Name == s.term.Primary {
			s.missed = 0
		}
	}
	term, dead := s.term, s.missed >= Misses || begun > s.term.Epoch
	s.mu.Unlock()
	for _, n := range states {
		if n.Epoch < term.Epoch && (s.Fenced || !n.Follows) || n.Primary == "" && n.Epoch == term.Epoch {
			s.ask(ctx, n.Name, term)
		}
	}
	if dead {
		if err := s.failOver(ctx, term, max(begun, term.Epoch+1)); err != nil {
			s.Log.Info("no failover", zap.Error(err))
		}
	}
}

// ask tells a node the term.
func (s *supervisor) ask(ctx context.Context, name string, t Term) []state {
	ctx, cancel := part.Lasting(ctx, Heartbeat)
	defer cancel()
	return s.tell(ctx, []string{name}, "POST /term", t)
}

// failOver makes another node the primary, in that epoch. First a majority has to have left the old epoch: it includes
// a node that has every commit that two nodes had, and the old primary can get no acknowledgment any more.
func (s *supervisor) failOver(ctx context.Context, old Term, epoch int64) error {
	var others []string
	for _, name := range s.names {
		if name != old.Primary {
			others = append(others, name)
		}
	}
	next := Term{Epoch: epoch}
	reached, cancel := part.Lasting(ctx, Heartbeat) // the round may be over
	defer cancel()
	var heard []state
	if s.Fenced {
		heard = s.tell(reached, others, "POST /term", next)
	} else {
		heard = s.states(reached, others)
	}
	if len(heard) == 0 || s.Fenced && len(heard) <= s.Nodes/2 {
		return fmt.Errorf("%d of %d nodes answer, which is no majority", len(heard), s.Nodes)
	}
	best := heard[0]
	for _, n := range heard {
		if s.NewestFirst && newer(n.Last, best.Last) {
			best = n
		}
	}
	next.Primary = best.Name
	if len(s.ask(ctx, best.Name, next)) == 0 {
		return fmt.Errorf("%s is not promoted", best.Name)
	}
	s.mu.Lock()
	s.term, s.missed = next, 0
	s.mu.Unlock()
	return nil
}
