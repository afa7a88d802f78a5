package part

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// Peers is a group of processes that know each other by name and send each other requests: shards, replicas,
// the members of a cluster. The zero value is empty. It is safe for concurrent use.
type Peers struct {
	mu      sync.RWMutex
	members map[string]*lab.Process
}

// Join makes the processes known to all others by their names.
func (p *Peers) Join(members ...*lab.Process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.members == nil {
		p.members = map[string]*lab.Process{}
	}
	for _, m := range members {
		p.members[m.Name] = m
	}
}

// Names returns the names of all members, sorted.
func (p *Peers) Names() []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return slices.Sorted(maps.Keys(p.members))
}

// Ask sends a request from an instance to the member of that name, as [Ask] does. Its error is definite if no
// member has the name.
func (p *Peers) Ask(ctx context.Context, i *lab.Instance, member, what string, body, answer any) error {
	p.mu.RLock()
	to, known := p.members[member]
	p.mu.RUnlock()
	if !known {
		return load.Definite(fmt.Errorf("ask %s: no member has that name", member))
	}
	return Ask(ctx, i, to, what, body, answer)
}
