package lab

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Poll asks until done. If ctx ends first, its error gives what it waited for and the last error.
func Poll(ctx context.Context, what string, done func(context.Context) (bool, error)) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := done(ctx)
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: %w", what, errors.Join(ctx.Err(), err))
		case <-tick.C:
		}
	}
}
