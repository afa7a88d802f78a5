package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	reshard     = "reshard"        // the switch
	before      = 24               // records that are unread when the shards are divided
	after       = 16               // and that come then, before the consumers go on
	reshardTime = 20 * time.Second // for these to arrive, also at a few a second, and for the division
)

// resharding divides every shard in two while the consumers are stopped, as for a deploy, and behind: the
// moment at which the order per key is at stake, and at which people reshard.
type resharding struct {
	log       log
	observer  *lab.Instance
	consumers []*lab.Process
}

// on returns once records were written before and after the division. The consumers stay stopped.
func (r resharding) on(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, reshardTime)
	defer cancel()
	err := r.divide(ctx)
	if err != nil {
		err = errors.Join(err, r.off(context.WithoutCancel(ctx)))
	}
	return err
}

func (r resharding) divide(ctx context.Context) error {
	for _, c := range r.consumers {
		if err := c.Stop(ctx); err != nil {
			return err
		}
	}
	if err := r.wait(ctx, before); err != nil {
		return err
	}
	if err := r.log.double(ctx, r.observer); err != nil {
		return err
	}
	return r.wait(ctx, before+after)
}

// wait waits until so many records are unread.
func (r resharding) wait(ctx context.Context, unread int) error {
	return lab.Poll(ctx, fmt.Sprintf("%d records are unread", unread), func(ctx context.Context) (bool, error) {
		n, err := r.log.Lag(ctx, r.observer)
		return n >= unread, err
	})
}

func (r resharding) measure(ctx context.Context) (fault.Measurement, error) {
	open, err := r.log.open(ctx, r.observer)
	if err != nil {
		return fault.Measurement{}, err
	}
	unread, err := r.log.Lag(ctx, r.observer)
	return fault.Measurement{
		Acted: open >= 2*shards && unread >= before+after,
		Text:  fmt.Sprintf("%d shards → %d, %d records unread", shards, open, unread),
	}, err
}

// off starts the consumers. The shards stay divided.
func (r resharding) off(ctx context.Context) error {
	for _, c := range r.consumers {
		if err := c.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}
