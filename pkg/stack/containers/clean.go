package containers

import (
	"context"
	"errors"
)

// Clean removes every object of earlier runs, and warm stacks, and says what. It leaves alone what
// belongs to a run that still goes on, a warm stack that is in use, and what belongs to a run of
// another machine that uses the same engine, unless live asks for those too.
func Clean(ctx context.Context, live bool) (Report, error) {
	engine, err := Connect(ctx)
	if err != nil {
		return Report{}, err
	}
	r, err := clean(ctx, engine, live)
	return r, errors.Join(plain(err), engine.Close())
}

func clean(ctx context.Context, engine *Engine, live bool) (Report, error) {
	if live {
		return remove(ctx, engine, filter(""), everything)
	}
	claims, err := volumes{engine}.read(ctx, "")
	if err != nil {
		return Report{}, err
	}
	users := map[string]claim{} // by warm stack
	_, inUse := split(claims)
	for _, c := range inUse {
		users[c.stack] = c
	}
	return remove(ctx, engine, filter(""), func(labels map[string]string) string {
		if labels[labelWarm] == "" {
			return ofTheDead(labels)
		}
		if user, used := users[labels[labelRun]]; used {
			return user.String() + " (--live removes it all the same)"
		}
		return ""
	})
}
