package lambda

import (
	"context"
	"slices"
	"sync"
	"time"
)

// The pace at which shards are read: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
const (
	shardPoll = time.Second
	relist    = 20 * time.Second // of shards, while none can be read
)

// streamPoll is the pollers of one stream: one a shard.
type streamPoll struct {
	service     *Service
	mapping     *mapping // its settings
	shown       *mapping // where the result is noted
	stream      *stream
	filters     filters
	age         time.Duration // at which a record is discarded
	checkpoints map[string]*checkpoint
}

// checkStream refuses a stream that can't be read, and says where reading begins.
func (s *Service) checkStream(source target, arn string, settings mappingSettings) (map[string]*checkpoint, error) {
	if t := settings.StartingPositionTimestamp; t != nil && t.After(s.clock.Now()) {
		return nil, invalid("StartingPositionTimestamp cannot be in the future.")
	}
	all, err := s.stream(source, arn, "").begin(settings)
	if err != nil {
		return nil, invalid("Cannot access stream %s. %v", arn, err)
	}
	return all, nil
}

// startStream starts the pollers of a stream, once those before have ended. The lock is held.
func (s *Service) startStream(ctx context.Context, run, shown *mapping) {
	role := ""
	if v, _, err := run.account.version(run.function, 0); err == nil {
		role = v.Role
	}
	p := &streamPoll{
		service: s, mapping: run, shown: shown, stream: s.stream(run.source, run.sourceARN, role),
		checkpoints: run.checkpoints,
	}
	p.filters, _ = run.FilterCriteria.compile(run.source) // check refuses others
	before, ended := shown.polling, make(chan struct{})
	shown.polling = ended
	s.start("poll", func() {
		defer close(ended)
		if before != nil {
			<-before
		}
		p.run(ctx)
	})
}

// run reads the shards, children after their parents, until ctx ends.
func (p *streamPoll) run(ctx context.Context) {
	var shards sync.WaitGroup
	defer shards.Wait()
	running, ended := map[string]bool{}, make(chan string)
	for ctx.Err() == nil {
		all, err := p.stream.shards()
		if err == nil {
			err = p.limitAge()
		}
		if err != nil {
			p.problem(ctx, err)
			p.service.sleep(ctx, shardPoll)
			continue
		}
		for _, h := range all {
			if running[h.ShardId] || !p.due(h, all, running) {
				continue
			}
			running[h.ShardId] = true
			c := p.checkpoint(h.ShardId)
			shards.Go(func() {
				p.service.cfg.Guard.Run("shard", func() { p.shard(ctx, h.ShardId, c) })
				select {
				case ended <- h.ShardId:
				case <-ctx.Done():
				}
			})
		}
		if len(running) == 0 {
			p.service.sleep(ctx, relist)
			continue
		}
		select {
		case id := <-ended:
			delete(running, id)
		case <-ctx.Done():
		}
	}
}

// limitAge looks up how old a record may become.
func (p *streamPoll) limitAge() (err error) {
	if p.age, err = p.stream.keeps(); err != nil {
		return err
	}
	if n := *p.mapping.MaximumRecordAgeInSeconds; n > 0 {
		p.age = min(p.age, time.Duration(n)*time.Second)
	}
	return nil
}

// due reports whether a shard can be read: there is something to read, and nothing before it.
func (p *streamPoll) due(h streamShard, all []streamShard, running map[string]bool) bool {
	if p.checkpoint(h.ShardId).ended {
		return false
	}
	for _, parent := range []string{h.ParentShardId, h.AdjacentParentShardId} {
		exists := slices.ContainsFunc(all, func(other streamShard) bool { return other.ShardId == parent })
		if exists && (running[parent] || !p.checkpoint(parent).ended) {
			return false
		}
	}
	return true
}

// checkpoint returns a shard's. It belongs to the poller of the shard while that runs.
func (p *streamPoll) checkpoint(shard string) *checkpoint {
	c := p.checkpoints[shard]
	if c == nil {
		c = &checkpoint{}
		p.checkpoints[shard] = c
	}
	return c
}

func (p *streamPoll) problem(ctx context.Context, err error) {
	if ctx.Err() == nil {
		p.service.processed(p.shown, "PROBLEM: "+err.Error())
	}
}

// shard reads one shard to its end. A batch is done before the next is read.
func (p *streamPoll) shard(ctx context.Context, id string, c *checkpoint) {
	for ctx.Err() == nil && !c.ended {
		next := p.service.clock.Now().Add(shardPoll)
		records, to, more, err := p.gather(ctx, id, *c)
		switch {
		case err != nil:
			if c.iterator = ""; to.after == c.after {
				c.iterator = to.iterator
			}
			if errorCode(err) != "ProvisionedThroughputExceededException" { // other readers of the shard: it is read later
				p.problem(ctx, err)
			}
		case !p.handle(ctx, id, records, c):
			c.iterator = "" // the checkpoint may be inside of what was read
			return
		default:
			*c = to
		}
		if left := next.Sub(p.service.clock.Now()); !c.ended && !more && left > 0 {
			p.service.sleep(ctx, left)
		}
	}
}

// gather reads a batch for each lane: what there is, and more until they are full or the window is over. It returns the
// checkpoint behind them.
func (p *streamPoll) gather(ctx context.Context, id string, c checkpoint) (
	batch []streamRecord, to checkpoint, more bool, err error,
) {
	m, s := p.mapping, p.service
	want, bytes := *m.BatchSize**m.ParallelizationFactor, 0
	var until time.Time
	for {
		var records []streamRecord
		if records, more, err = p.stream.read(id, &c, want-len(batch), p.filters); err != nil {
			return nil, c, false, err
		}
		now := s.clock.Now()
		for _, r := range records {
			if !r.passes {
				continue
			}
			if len(batch) == 0 {
				until = now.Add(m.window())
			}
			batch = append(batch, r)
			bytes += len(r.event)
		}
		full := len(batch) >= want || bytes >= maxPayload**m.ParallelizationFactor
		if left := until.Sub(now); len(batch) == 0 || full || c.ended || left <= 0 || !more &&
			!s.sleep(ctx, min(shardPoll, left)) {
			return batch, c, more, nil
		}
	}
}
