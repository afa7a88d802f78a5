package containers

import (
	"context"

	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// Clean removes every object of earlier runs, and warm stacks, and says what. It leaves alone what
// belongs to a run that still goes on, or to a run of another machine that uses the same engine,
// unless live asks for those too.
func Clean(ctx context.Context, live bool) (Report, error) {
	connect, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	engine, err := Connect(connect)
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = engine.Close() }() // it was only there to ask
	return remove(ctx, engine, filter(""), func(labels map[string]string) bool {
		return live || labels[labelWarm] != "" || owner.Of(labels[labelOwner]) == owner.Dead
	})
}
