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

// reshard divides every shard in two while the consumers are stopped, as for a deploy, and behind: the moment at which
// the order per key is at stake, and at which people reshard. The consumers stay stopped, unless it fails.
func (p *pipeline) reshard(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, reshardTime)
	defer cancel()
	for _, c := range p.consumers {
		err = errors.Join(err, c.Stop(ctx))
	}
	if err == nil {
		err = p.fallBehind(ctx, before)
	}
	if err == nil {
		err = p.log.grow(ctx, p.observer, 2*shards)
	}
	if err == nil {
		err = p.fallBehind(ctx, before+after)
	}
	if err != nil {
		err = errors.Join(err, p.resume(context.WithoutCancel(ctx)))
	}
	return err
}

// fallBehind waits until so many records are unread.
func (p *pipeline) fallBehind(ctx context.Context, unread int) error {
	return lab.Poll(ctx, fmt.Sprintf("%d records are unread", unread), func(ctx context.Context) (bool, error) {
		n, err := p.log.Lag(ctx, p.observer)
		return n >= unread, err
	})
}

func (p *pipeline) resharded(ctx context.Context) (fault.Measurement, error) {
	unread, err := p.log.Lag(ctx, p.observer)
	text := fmt.Sprintf("%d shards → %d, %d records unread", shards, 2*shards, unread)
	return fault.Measurement{Acted: unread >= before+after, Text: text}, err
}

// resume starts the consumers. The shards stay divided.
func (p *pipeline) resume(ctx context.Context) (err error) {
	for _, c := range p.consumers {
		err = errors.Join(err, c.Start(ctx))
	}
	return err
}
