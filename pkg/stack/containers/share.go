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
	// enterWithin is how long a run waits for the other users of a stack: longer than any lab takes.
	enterWithin = 10 * time.Minute
	// lookEvery is the time between two looks at the claims, plus or minus half: two runs that avoid each
	// other must not do so in step.
	lookEvery = 200 * time.Millisecond
)

// sharing coordinates the runs on a warm stack.
//
// Each run posts its claim before it reads those of the others. So of two runs that exclude each other, at
// least one sees the other and waits. A run that wants the stack shared withdraws its claim while it waits. A
// run that wants it alone leaves its claim there, so that no new run comes in, unless another also wants it
// alone.
type sharing struct {
	board board
	stack string // the warm stack's run
	// undo removes what the dead owner of a claim left behind.
	undo func(ctx context.Context, left claim, tell func(string)) error
}

var _ stack.Sharing = (*sharing)(nil)

// Enter fails if the engine fails, and if the other users don't end in time.
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

// claim posts a claim and returns when no other claim excludes it. It also returns the claims of dead
// processes.
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

// split separates the claims of dead processes from those of live ones and of those on other machines.
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

// inTheWay returns the claim that a posted claim has to wait for, or nil, and whether to withdraw the posted
// one meanwhile.
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

// inherit undoes what a dead process left, and then removes its claim.
func (s *sharing) inherit(ctx context.Context, dead claim, tell func(string)) error {
	if dead.mode != present {
		if err := s.undo(ctx, dead, tell); err != nil {
			return fmt.Errorf("undo what %s left on the warm stack: %w", owner.Describe(dead.owner), err)
		}
	}
	return s.board.remove(ctx, dead)
}
