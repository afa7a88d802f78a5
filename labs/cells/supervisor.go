package cells

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// restartDelay is the time from finding a worker dead to starting it again.
const restartDelay = 100 * time.Millisecond

// supervisor starts workers again that have died, as systemd or ECS does. It cannot tell that one will
// die of the same cause.
func supervisor(workers []*lab.Process) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		i.Ready()
		return part.Again(ctx, i, func(ctx context.Context) error {
			var dead []*lab.Process
			for _, w := range workers {
				if w.Probe(ctx) != nil {
					dead = append(dead, w)
				}
			}
			if err := i.Work(ctx, restartDelay); err != nil {
				return err
			}
			for _, w := range dead {
				if err := w.Start(ctx); err != nil {
					i.Log.Debug("a restart failed", zap.Error(err))
				}
			}
			return nil
		})
	}
}
