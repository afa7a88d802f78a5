package kinesis

import (
	"context"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

const (
	subscriptionLife  = 5 * time.Minute
	subscriptionPause = 5 * time.Second // a consumer may subscribe to a shard again after it
	heartbeat         = 5 * time.Second // between events on an idle shard
	maxEventBytes     = 1 << 20
)

// subscription pushes the records of a shard to a consumer.
type subscription struct {
	clock    clockwork.Clock
	paced    bool // by 2 MB a second
	stream   *stream
	consumer *consumer
	shard    *shard
	position int
	began    time.Time
	taken    chan struct{} // closed when another subscription takes over, or the consumer is gone
}

// event is one part of a subscription.
type event struct {
	Records                    []*record
	ContinuationSequenceNumber string `json:",omitempty"` // none after the last record of a closed shard
	MillisBehindLatest         int64
	ChildShards                []childShard `json:",omitempty"`
}

func (s *Service) subscribeToShard(r *api.Request, in *struct {
	ConsumerARN      string
	ShardId          string
	StartingPosition struct {
		Type           string
		SequenceNumber *string
		Timestamp      *wire.Time
	}
}) (any, error) {
	st, c, err := s.lockConsumer(r, consumerRef{ConsumerARN: in.ConsumerARN})
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	h, now := st.shard(in.ShardId), s.now()
	if h == nil {
		return nil, noShard(in.ShardId, st)
	}
	h.trim(st.horizon(now))
	at := in.StartingPosition
	position, err := st.position(h, at.Type, at.SequenceNumber, at.Timestamp, now)
	if err != nil {
		return nil, err
	}
	if other := c.subscriptions[h.id]; other != nil {
		if now.Sub(other.began) < subscriptionPause {
			return nil, api.Errorf("ResourceInUseException", "Another active subscription exists for this consumer: %s:%s:%s:%s",
				st.account, st.name, c.name, h.id)
		}
		close(other.taken)
	}
	sub := &subscription{
		clock: s.clock, paced: s.limits, stream: st, consumer: c, shard: h, position: position, began: now,
		taken: make(chan struct{}),
	}
	c.subscriptions[h.id] = sub
	return sub, nil
}

// Run sends an event at once, when there are records, and on an idle shard every few seconds.
func (sub *subscription) Run(ctx context.Context, send func(name string, part any) error) error {
	defer sub.leave()
	end := sub.clock.NewTimer(subscriptionLife)
	defer end.Stop()
	due := true // for an event, even without records
	for {
		e, size, changed := sub.next()
		if len(e.Records) > 0 || due || e.ContinuationSequenceNumber == "" {
			if err := send("SubscribeToShardEvent", e); err != nil || e.ContinuationSequenceNumber == "" {
				return err
			}
		}
		due = false
		wait := heartbeat
		if size > 0 {
			wait, changed = 0, nil
			if sub.paced {
				wait = time.Duration(float64(size) / readBytes * float64(time.Second))
			}
		}
		idle := sub.clock.NewTimer(wait)
		select {
		case <-changed:
		case <-idle.Chan():
			due = size == 0
		case <-end.Chan():
			return nil
		case <-sub.taken:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
		idle.Stop()
	}
}

// next takes the records that are there, their size, and a channel that is closed when more may be.
func (sub *subscription) next() (e *event, size int, changed <-chan struct{}) {
	st, h := sub.stream, sub.shard
	st.mu.Lock()
	defer st.mu.Unlock()
	now := sub.clock.Now()
	h.trim(st.horizon(now))
	e = &event{Records: []*record{}}
	sub.position = max(sub.position, h.first)
	for ; sub.position < h.end() && len(e.Records) < maxGetRecords; sub.position++ {
		rec := h.records[sub.position-h.first]
		if len(e.Records) > 0 && size+rec.size() > maxEventBytes {
			break
		}
		size += rec.size()
		e.Records = append(e.Records, rec)
	}
	switch {
	case sub.position < h.end():
		e.MillisBehindLatest = h.behind(sub.position, now)
		e.ContinuationSequenceNumber = h.sequenceBefore(sub.position)
	case h.open() && !st.deleted:
		e.ContinuationSequenceNumber = h.sequenceBefore(sub.position)
	default:
		e.ChildShards = st.children(h)
	}
	return e, size, st.changed
}

// leave gives the shard back, unless another subscription has taken it.
func (sub *subscription) leave() {
	sub.stream.mu.Lock()
	defer sub.stream.mu.Unlock()
	if sub.consumer.subscriptions[sub.shard.id] == sub {
		delete(sub.consumer.subscriptions, sub.shard.id)
	}
}
