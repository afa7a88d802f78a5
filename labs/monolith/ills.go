package monolith

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
	"github.com/crashlab/crashlab/pkg/unit"
)

// The switches of the lab.
const (
	leaks  = "search-leaks"
	slow   = "slow-cart"
	panics = "bad-deploy"
	dies   = "crash-in-checkout"
	flaky  = "flaky-calls"
)

// of is the module that a switch makes fail. Calls that get lost fail checkout's, which alone makes any.
var of = map[string]string{leaks: search, slow: cart, panics: catalog, dies: checkout, flaky: checkout}

const survive = 80 // percent of the calls, while they get lost

// ills is what is wrong at present.
type ills struct {
	mu   sync.Mutex
	is   map[string]bool
	hits map[string]int
}

func (s *ills) on(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.is[name]
}

// hit counts a request that has met it.
func (s *ills) hit(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits[name]++
}

// fail is a module's work at a request, and what is wrong with it.
func (p *program) fail(ctx context.Context, i *lab.Instance, module string) error {
	switch {
	case module == search && p.ills.on(leaks):
		if p.ills.hit(leaks); p.leaked.Add(1) > memory {
			return i.Crash() // by the kernel, which asks no module
		}
	case module == cart && p.ills.on(slow):
		p.ills.hit(slow)
		return i.Work(context.WithoutCancel(ctx), slowWork) // it does not notice that nobody waits any more
	case module == catalog && p.ills.on(panics):
		p.ills.hit(panics)
		panic("release 2: no such currency")
	}
	return i.Work(ctx, work)
}

// between is where a checkout has taken stock: the process may die here, once.
func (s *shop) between(i *lab.Instance) error {
	s.ills.mu.Lock()
	now := s.ills.is[dies] && s.ills.hits[dies] == 0
	if now {
		s.ills.hits[dies]++
	}
	s.ills.mu.Unlock()
	if now {
		return i.Crash()
	}
	return nil
}

// switches declares a switch for each ill. Off waits until every process is up.
func (s *shop) switches(b *lab.Builder) {
	s.ills.is, s.ills.hits = map[string]bool{}, map[string]int{}
	set := func(ctx context.Context, name string, on bool) {
		s.ills.mu.Lock()
		defer s.ills.mu.Unlock()
		s.ills.is[name] = on
		n := int64(0)
		if on {
			n, s.ills.hits[name] = 1, 0
		}
		b.Observer().Effect(ctx, history.Event{Name: ill, Key: of[name], Value: name, N: n})
	}
	for name := range of {
		b.Switch(name, fault.Switchable{
			On: func(ctx context.Context) error { set(ctx, name, true); return nil },
			Off: func(ctx context.Context) error {
				set(ctx, name, false)
				return lab.Poll(ctx, "all processes are up", func(ctx context.Context) (bool, error) {
					for module, process := range s.layout {
						ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
						err := part.Ask(ctx, b.Observer(), s.processes[process], "GET /health", nil, nil)
						cancel()
						if err != nil {
							return false, fmt.Errorf("%s: %w", module, err)
						}
					}
					return true, nil
				})
			},
			Measure: func(context.Context) (fault.Measurement, error) {
				s.ills.mu.Lock()
				defer s.ills.mu.Unlock()
				n := s.ills.hits[name]
				return fault.Measurement{Acted: n > 0, Text: unit.Many(n, "request") + " met it"}, nil
			},
		})
	}
}
