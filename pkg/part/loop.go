package part

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Loop returns a service that works in rounds: see [Again].
func Loop(round func(ctx context.Context, i *lab.Instance) error) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		i.Ready()
		return Again(ctx, i, func(ctx context.Context) error { return round(ctx, i) })
	}
}

// Again runs a service in rounds for the rest of its life: one round after the other until ctx ends. If a
// round fails it logs the error and begins another. It returns an error only if the process has crashed.
func Again(ctx context.Context, i *lab.Instance, round func(ctx context.Context) error) error {
	for ctx.Err() == nil {
		err := round(ctx)
		switch {
		case errors.Is(err, lab.ErrCrashed):
			return err
		case err != nil && ctx.Err() == nil:
			i.Log.Info("a round failed", zap.Error(err))
		}
	}
	return nil
}

// Lasting returns a context for a call that should finish even if the service is asked to stop meanwhile,
// within d.
func Lasting(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), d)
}
