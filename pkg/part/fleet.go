package part

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// The effects that a fleet records whenever one of the numbers changes; N is the number of instances.
const (
	FleetServing  = "serving"  // that the balancer sends requests to
	FleetStarting = "starting" // that were launched and do not serve yet
	FleetPooled   = "pooled"   // in the warm pool
)

// Fleet is a group of instances of one service behind a balancer. Their number changes while they serve, as that of an
// EC2 Auto Scaling group behind a load balancer does.
type Fleet struct {
	Boot time.Duration // from a launch until the instance serves
	Wake time.Duration // the same of an instance of the warm pool, which runs already

	mu       sync.Mutex
	members  []*member
	warm     bool // what is not needed waits in the warm pool
	refusing bool // no instance can be launched
	asked    int  // requests
	counted  int  // of them by the autoscaler
}

type member struct {
	process *lab.Process
	state   memberState
	open    int // requests that were not answered yet
}

type memberState int

const (
	off memberState = iota // it does not run, or is not to be used
	pooled
	starting
	serving
	retiring // it finishes what it has
)

// NewFleet declares a fleet of instances name-1 to name-most, of which the first serve from the beginning. With warm,
// the others run in the warm pool; else they are off.
func NewFleet(b *lab.Builder, name string, first, most int, warm bool, s lab.Service) *Fleet {
	f := &Fleet{warm: warm}
	for n, p := range b.Services(name, most, s) {
		m := &member{process: p, state: serving}
		if n >= first {
			m.state = pooled
		}
		f.members = append(f.members, m)
	}
	b.Prepare("stop what "+name+" does not need", func(ctx context.Context, i *lab.Instance) (err error) {
		for _, m := range f.members[first:] {
			if !warm {
				m.state = off
				err = errors.Join(err, m.process.Stop(ctx))
			}
		}
		f.record(i)
		return err
	})
	return f
}

// Ask sends a request to the instance that has the fewest open ones, as [Ask] does. An instance that refuses the
// connection gets no more.
func (f *Fleet) Ask(ctx context.Context, i *lab.Instance, what string, body, answer any) error {
	to := f.pick()
	if to == nil {
		return load.Definite(&Status{http.StatusServiceUnavailable, "no instance serves"})
	}
	err := Ask(ctx, i, to.process, what, body, answer)
	f.mu.Lock()
	defer f.mu.Unlock()
	to.open--
	if errors.Is(err, syscall.ECONNREFUSED) && to.state == serving {
		to.state = off
		f.record(i)
	}
	return err
}

// pick counts a request, and opens it with one of the instances that have the fewest.
func (f *Fleet) pick() (to *member) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	for n := range f.members {
		m := f.members[(f.asked+n)%len(f.members)]
		if m.state == serving && (to == nil || m.open < to.open) {
			to = m
		}
	}
	if to != nil {
		to.open++
	}
	return to
}

// Lose kills n of the instances that serve. The fleet finds out by itself.
func (f *Fleet) Lose(ctx context.Context, n int) (err error) {
	for _, m := range f.in(serving)[:n] {
		err = errors.Join(err, m.process.Kill(ctx))
	}
	return err
}

// Refuse sets whether launches are refused, as where EC2 has no capacity. The warm pool needs no launch.
func (f *Fleet) Refuse(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refusing = on
}

func (f *Fleet) refused() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refusing
}

// Serving returns how many instances serve.
func (f *Fleet) Serving() int { return len(f.in(serving)) }

// in returns the instances in a state.
func (f *Fleet) in(s memberState) []*member {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(f.members), func(m *member) bool { return m.state != s })
}

// set changes an instance's state.
func (f *Fleet) set(i *lab.Instance, m *member, to memberState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m.state = to
	f.record(i)
}

// record is called with the lock held.
func (f *Fleet) record(i *lab.Instance) {
	var now [retiring + 1]int64
	for _, m := range f.members {
		now[m.state]++
	}
	// They belong to no operation, whosever request showed them.
	i.Effect(context.Background(), history.Event{Name: FleetServing, N: now[serving]})
	i.Effect(context.Background(), history.Event{Name: FleetStarting, N: now[starting]})
	i.Effect(context.Background(), history.Event{Name: FleetPooled, N: now[pooled]})
}
