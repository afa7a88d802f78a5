package containers

import (
	"context"
	"errors"
)

// Clean removes every object of earlier runs and every warm stack, and reports them. Unless live is set it
// keeps the objects of running runs, warm stacks in use, and objects of runs on other machines that share the
// engine.
func Clean(ctx context.Context, live bool) (Report, error) {
	engine, err := Connect(ctx)
	if err != nil {
		return Report{}, err
	}
	r, err := clean(ctx, engine, "", live)
	return r, errors.Join(plain(err), engine.Close())
}

// clean is Clean for the objects of one run, or of all if run is empty.
func clean(ctx context.Context, engine *Engine, run string, live bool) (Report, error) {
	if live {
		return remove(ctx, engine, filter(run), everything)
	}
	claims, err := volumes{engine}.read(ctx, run)
	if err != nil {
		return Report{}, err
	}
	users := map[string]claim{} // by warm stack
	_, inUse := split(claims)
	for _, c := range inUse {
		users[c.stack] = c
	}
	return remove(ctx, engine, filter(run), func(labels map[string]string) string {
		if labels[labelWarm] == "" {
			return ofTheDead(labels)
		}
		if user, used := users[labels[labelRun]]; used {
			return user.String() + " (--live removes it all the same)"
		}
		return ""
	})
}
