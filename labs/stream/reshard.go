package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
)

const (
	reshardSwitch = "reshard"
	oldWanted     = 24 // records that the shards hold unread when they are divided
	newWanted     = 8  // and that the new ones hold before the consumers go on
	lookEvery     = 50 * time.Millisecond
	reshardTime   = 20 * time.Second // for these to arrive, also at a few a second and half of them elsewhere, and for the division
)

// reshard divides every shard in two while the consumers are held, as for a deploy, and behind: the
// moment at which the order per key is at stake, and the very one at which people reshard. It returns
// once old and new shards hold records; the consumers stay held until release.
func (p *pipeline) reshard(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, reshardTime)
	defer cancel()
	p.valve.hold(true)
	if err := p.divide(ctx); err != nil {
		p.valve.hold(false)
		return err
	}
	return nil
}

func (p *pipeline) divide(ctx context.Context) error {
	i := p.env.Observer()
	before, err := p.unreadFrom(ctx, nil, oldWanted)
	if err != nil {
		return err
	}
	if err := p.log.double(ctx, i); err != nil {
		return err
	}
	open, err := p.log.open(ctx, i)
	if err != nil {
		return err
	}
	after, err := p.unreadFrom(ctx, before, newWanted)
	if err != nil {
		return err
	}
	p.divided.Store(&division{open, total(before), total(after)})
	return nil
}

// unreadFrom waits until shards that are not among those known hold that many records, and returns
// how many each of them has.
func (p *pipeline) unreadFrom(ctx context.Context, known map[string]int, wanted int) (map[string]int, error) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		unread, err := p.log.lag(ctx, p.env.Observer())
		for shard := range known {
			delete(unread, shard)
		}
		if err == nil && total(unread) >= wanted {
			return unread, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait until %d records are unread, of which there are %d: %w", wanted, total(unread), errors.Join(ctx.Err(), err))
		}
	}
}

// division is what came of a reshard.
type division struct{ open, old, new int } // shards that take records, unread records in the old and the new ones

func (p *pipeline) resharded(context.Context) (fault.Measurement, error) {
	d := p.divided.Load()
	if d == nil {
		return fault.Measurement{Text: "the shards are not divided"}, nil
	}
	return fault.Measurement{
		Acted: d.open == 2*shards,
		Text:  fmt.Sprintf("%d shards → %d, %d records unread in the old, %d in the new", shards, d.open, d.old, d.new),
	}, nil
}

// release lets the consumers go on. The shards stay divided.
func (p *pipeline) release(context.Context) error {
	p.valve.hold(false)
	return nil
}

func total(lag map[string]int) (sum int) {
	for _, n := range lag {
		sum += n
	}
	return sum
}
