package containers

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

const (
	// enterWithin is how long a run waits for others to be done with a stack: longer than any lab's
	// takes.
	enterWithin = 10 * time.Minute
	// lookEvery is the time between two looks at the claims, give or take a half: two runs that keep
	// out of each other's way must not do so in step.
	lookEvery = 200 * time.Millisecond
)

// sharing keeps the runs on a warm stack out of each other's way.
//
// Everybody posts what he wants to do before he reads what the others do, so that of two who can't
// bear each other at least one sees the other, and waits. Who wants the stack shared withdraws his
// claim meanwhile; who wants it alone leaves it there, so that nobody new comes in, unless another
// wants the same.
type sharing struct {
	board board
	stack string // the warm stack's run
	// undo undoes what the owner of a claim left, who died before he could.
	undo func(ctx context.Context, left claim, tell func(string)) error
}

var _ stack.Sharing = (*sharing)(nil)

// Enter fails where the engine does, and where others don't end in time.
func (s *sharing) Enter(ctx context.Context, u stack.Use,
	tell func(string)) (leave func(context.Context) error, err error) {
	ctx, cancel := context.WithTimeout(ctx, enterWithin)
	defer cancel()
	mine := newClaim(s.stack, u.Run, shared)
	if u.Alone {
		mine.mode = alone
	}
	leave = func(ctx context.Context) error { return s.board.remove(ctx, mine) }
	dead, err := s.claim(ctx, mine, tell)
	for _, d := range dead {
		if err == nil {
			err = s.inherit(ctx, d, tell)
		}
	}
	if err != nil {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanWithin)
		defer cancel()
		return nil, errors.Join(err, leave(last))
	}
	return leave, nil
}

// claim posts a claim and returns when nobody is in its way, with the claims that the dead have left.
func (s *sharing) claim(ctx context.Context, mine claim, tell func(string)) (dead []claim, err error) {
	posted, told := false, ""
	for {
		if !posted {
			if err := s.board.post(ctx, mine); err != nil {
				return nil, err
			}
			posted = true
		}
		claims, err := s.board.read(ctx, s.stack)
		if err != nil {
			return nil, err
		}
		dead, live := split(claims)
		other, withdraw := inTheWay(mine, live)
		if other == nil {
			return dead, nil
		}
		if told != other.id {
			told = other.id
			tell("waiting for the warm stack: " + other.String() + " (--own-stack starts another)")
		}
		if withdraw {
			if err := s.board.remove(ctx, mine); err != nil {
				return nil, err
			}
			posted = false
		}
		select {
		case <-time.After(lookEvery/2 + rand.N(lookEvery)):
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the warm stack: %s (--own-stack starts another): %w", other, ctx.Err())
		}
	}
}

// split parts the claims of the dead from those of the living, and of those on other machines.
func split(claims []claim) (dead, live []claim) {
	for _, c := range claims {
		if owner.Of(c.owner) == owner.Dead {
			dead = append(dead, c)
		} else {
			live = append(live, c)
		}
	}
	return dead, live
}

// inTheWay returns who keeps a posted claim from taking effect, nil for nobody, and whether to withdraw
// it meanwhile.
func inTheWay(mine claim, live []claim) (other *claim, withdraw bool) {
	for i, c := range live {
		switch {
		case c.id == mine.id || c.mode == present:
		case c.mode == alone:
			return &live[i], true
		case mine.mode == alone:
			other = &live[i]
		}
	}
	return other, false
}

// inherit undoes what a dead one left, and then removes his claim.
func (s *sharing) inherit(ctx context.Context, dead claim, tell func(string)) error {
	if dead.mode != present {
		if err := s.undo(ctx, dead, tell); err != nil {
			return fmt.Errorf("undo what %s left on the warm stack: %w", owner.Describe(dead.owner), err)
		}
	}
	return s.board.remove(ctx, dead)
}
