package kinesis

import (
	"sort"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// close ends a shard: its records can still be read, and its children come next.
func (st *stream) close(h *shard, now time.Time) {
	h.endSeq = st.sequence.next(now.UnixMilli(), h.index)
	h.closed = now
	st.notify()
}

// split divides an open shard into two at a key, which begins the second.
func (st *stream) split(h *shard, at hashKey, now time.Time) {
	st.close(h, now)
	st.addShard(now, hashRange{h.keys.start, at.prev()}, h.id, "")
	st.addShard(now, hashRange{at, h.keys.end}, h.id, "")
}

// merge makes one shard of two open neighbors.
func (st *stream) merge(low, high *shard, now time.Time) *shard {
	st.close(low, now)
	st.close(high, now)
	return st.addShard(now, hashRange{low.keys.start, high.keys.end}, low.id, high.id)
}

func (st *stream) openShard(id string) (*shard, error) {
	h := st.shard(id)
	if h == nil {
		return nil, api.Errorf("ResourceNotFoundException", "Could not find shard %s in stream %s under account %s.", id,
			st.name, st.account)
	}
	if !h.open() {
		return nil, invalidArgument("Shard %s in stream %s under account %s is closed.", id, st.name, st.account)
	}
	return h, nil
}

func (st *stream) mustBeProvisioned(operation string) error {
	if st.mode == onDemand {
		return api.Errorf("ValidationException",
			"Request is invalid. Stream %s under account %s is in On-Demand mode: %s is for streams in provisioned mode.",
			st.name, st.account, operation)
	}
	return nil
}

func (s *Service) splitShard(r *api.Request, in *struct {
	ref
	ShardToSplit       string
	NewStartingHashKey string
}) (any, error) {
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	if err := st.mustBeProvisioned("SplitShard"); err != nil {
		return nil, err
	}
	h, err := st.openShard(in.ShardToSplit)
	if err != nil {
		return nil, err
	}
	at, ok := parseHashKey(in.NewStartingHashKey)
	if !ok {
		return nil, validation(in.NewStartingHashKey, "newStartingHashKey",
			"satisfy regular expression pattern: 0|([1-9]\\d{0,38})")
	}
	if !h.keys.start.less(at) || h.keys.end.less(at) {
		return nil, invalidArgument("NewStartingHashKey %s used in SplitShard() on shard %s in stream %s under account %s "+
			"is not both greater than one plus the shard's StartingHashKey %s and less than the shard's EndingHashKey %s.",
			in.NewStartingHashKey, h.id, st.name, r.Account, h.keys.start, h.keys.end)
	}
	if len(st.openShards()) >= maxShards {
		return nil, shardLimit(r)
	}
	st.split(h, at, s.now())
	return nil, nil
}

func (s *Service) mergeShards(r *api.Request, in *struct {
	ref
	ShardToMerge         string
	AdjacentShardToMerge string
}) (any, error) {
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	if err := st.mustBeProvisioned("MergeShards"); err != nil {
		return nil, err
	}
	low, err := st.openShard(in.ShardToMerge)
	if err != nil {
		return nil, err
	}
	high, err := st.openShard(in.AdjacentShardToMerge)
	if err != nil {
		return nil, err
	}
	if high.keys.start.less(low.keys.start) {
		low, high = high, low
	}
	if low == high || low.keys.end == maxHashKey || low.keys.end.next() != high.keys.start {
		return nil, invalidArgument("Shards %s and %s in stream %s under account %s are not an adjacent pair of shards "+
			"eligible for merging", in.ShardToMerge, in.AdjacentShardToMerge, st.name, r.Account)
	}
	st.merge(low, high, s.now())
	return nil, nil
}

func (s *Service) updateShardCount(r *api.Request, in *struct {
	ref
	TargetShardCount int
	ScalingType      string
}) (any, error) {
	if in.ScalingType != "UNIFORM_SCALING" {
		return nil, validation(in.ScalingType, "scalingType", "satisfy enum value set: [UNIFORM_SCALING]")
	}
	if in.TargetShardCount < 1 {
		return nil, validation(in.TargetShardCount, "targetShardCount", "have value greater than or equal to 1")
	}
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	if err := st.mustBeProvisioned("UpdateShardCount"); err != nil {
		return nil, err
	}
	target, current := in.TargetShardCount, len(st.openShards())
	switch {
	case target > 2*current:
		return nil, api.Errorf("LimitExceededException",
			"UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: %d Target "+
				"shard count: %d", current, target)
	case 2*target < current:
		return nil, api.Errorf("LimitExceededException",
			"UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: %d Target "+
				"shard count: %d", current, target)
	case target > maxShards:
		return nil, shardLimit(r)
	}
	st.scale(target, s.now())
	return struct {
		StreamName, StreamARN               string
		CurrentShardCount, TargetShardCount int
	}{st.name, st.arn, current, target}, nil
}

// scale divides the key space of the open shards into n even ranges, by splits and merges only, as AWS does:
// it splits wherever a new border falls inside a shard, then merges the shards between two borders.
// Intermediate shards stay in the list, closed and empty.
func (st *stream) scale(n int, now time.Time) {
	want := evenRanges(n)
	for _, r := range want[1:] {
		open := st.openShards()
		i := sort.Search(len(open), func(i int) bool { return !open[i].keys.end.less(r.start) })
		if open[i].keys.start != r.start {
			st.split(open[i], r.start, now)
		}
	}
	open := st.openShards()
	for _, r := range want {
		h := open[0]
		for open = open[1:]; h.keys.end != r.end; open = open[1:] {
			h = st.merge(h, open[0], now)
		}
	}
}
