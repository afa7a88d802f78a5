package containers

import (
	"context"
	"errors"
	"fmt"

	"github.com/moby/moby/client"
)

// WarmStack describes a warm stack, a clause each.
type WarmStack struct {
	ID     string   // ID of the run that started it
	Parts  []string // its containers: "redis at 127.0.0.1:21234"
	State  []string // what is wrong with them: "redis is paused"
	Users  []string // its users: "process 4711 on box has it to itself since 12:03:04"
	Killed []string // the same for killed users; the next run undoes what they left
}

// Survey describes every warm stack.
func Survey(ctx context.Context) (all []WarmStack, err error) {
	connect, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	engine, err := Connect(connect)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	stacks, err := list(ctx, engine, "")
	if err != nil {
		return nil, err
	}
	for _, w := range stacks {
		s, err := w.survey(ctx, engine)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (w *warm) survey(ctx context.Context, engine *Engine) (WarmStack, error) {
	s := WarmStack{ID: w.run}
	for _, part := range w.specs {
		s.Parts = append(s.Parts, part.name+" at "+part.addr())
		r, err := engine.docker.ContainerInspect(ctx, w.ids[part.name], client.ContainerInspectOptions{})
		if err != nil {
			return s, fmt.Errorf("inspect %s: %w", part.name, err)
		}
		if state := r.Container.State; state.Paused || !state.Running {
			s.State = append(s.State, fmt.Sprintf("%s is %s", part.name, state.Status))
		}
		if _, limited := withoutLimits(r.Container.HostConfig.Resources); limited {
			s.State = append(s.State, part.name+" has a limit on its CPU or memory")
		}
	}
	claims, err := volumes{engine}.read(ctx, w.run)
	if err != nil {
		return s, err
	}
	dead, live := split(claims)
	for _, c := range live {
		s.Users = append(s.Users, c.String())
	}
	for _, c := range dead {
		if c.mode != present {
			s.Killed = append(s.Killed, c.String())
		}
	}
	return s, nil
}
