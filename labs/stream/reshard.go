package stream

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	reshard     = "reshard"        // the switch
	oldWanted   = 24               // records that are unread when the shards are divided
	newWanted   = 16               // and that come after that, before the consumers go on
	reshardTime = 20 * time.Second // for these to arrive, also at a few a second, and for the division
)

// resharding divides every shard in two while the consumers are stopped, as for a deploy, and behind: the
// moment at which the order per key is at stake, and at which people reshard.
type resharding struct {
	log       log
	observer  *lab.Instance
	consumers []*lab.Process
	seen      atomic.Pointer[fault.Measurement]
}

// on returns once records were written before and after the division. The consumers stay stopped.
func (r *resharding) on(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, reshardTime)
	defer cancel()
	defer func() {
		if err != nil {
			err = errors.Join(err, r.off(context.WithoutCancel(ctx)))
		}
	}()
	for _, c := range r.consumers {
		if err := c.Stop(ctx); err != nil {
			return err
		}
	}
	before, err := r.unread(ctx, oldWanted)
	if err != nil {
		return err
	}
	open, err := r.log.double(ctx, r.observer)
	if err != nil {
		return err
	}
	all, err := r.unread(ctx, before+newWanted)
	r.seen.Store(&fault.Measurement{
		Acted: err == nil && open >= 2*shards,
		Text:  fmt.Sprintf("%d shards → %d, %d records unread from before and %d from after", shards, open, before, all-before),
	})
	return err
}

// unread waits until so many records are unread, and returns how many are.
func (r *resharding) unread(ctx context.Context, wanted int) (n int, err error) {
	err = lab.Poll(ctx, fmt.Sprintf("%d records are unread", wanted), func(ctx context.Context) (bool, error) {
		n, err = r.log.Lag(ctx, r.observer)
		return err == nil && n >= wanted, err
	})
	return n, err
}

func (r *resharding) measure(context.Context) (fault.Measurement, error) { return *r.seen.Load(), nil }

// off starts the consumers. The shards stay divided.
func (r *resharding) off(ctx context.Context) error {
	for _, c := range r.consumers {
		if err := c.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}
