package cells

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	watchEvery   = 20 * time.Millisecond
	restartDelay = 100 * time.Millisecond // from finding a worker dead to starting it again
)

// supervisor starts workers again that have died, as systemd or ECS does. It cannot tell that one will
// die of the same cause.
func (f *fleet) supervisor(ctx context.Context, i *lab.Instance) error {
	i.Ready()
	due := map[*worker]time.Time{}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		for _, w := range f.workers {
			at, waits := due[w]
			switch {
			case w.Probe(ctx) == nil:
				delete(due, w)
			case !waits:
				due[w] = time.Now().Add(restartDelay)
			case time.Now().After(at):
				delete(due, w)
				if err := w.Start(ctx); err != nil {
					i.Log.Debug("a restart failed", zap.Error(err))
				}
			}
		}
	}
}
