package kinesis

import (
	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const (
	maxGetRecords = 10000
	maxGetBytes   = 10 << 20
)

type childShard struct {
	ShardId      string
	ParentShards []string
	HashKeyRange keyRangeShape
}

func (s *Service) getRecords(r *api.Request, in *struct {
	ShardIterator string
	Limit         *int
}) (any, error) {
	limit := maxGetRecords
	if in.Limit != nil {
		limit = *in.Limit
		if err := between(limit, "limit", 1, maxGetRecords); err != nil {
			return nil, err
		}
	}
	now := s.now()
	it, err := parseIterator(in.ShardIterator, now)
	if err != nil {
		return nil, err
	}
	st, err := s.lock(r, ref{StreamName: it.Stream})
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	h := st.shard(it.Shard)
	if st.created.UnixMilli() != it.Created || h == nil {
		return nil, noShard(it.Shard, st)
	}
	if s.limits && !h.quota.read(now) {
		return nil, throttled(h, st)
	}
	h.trim(st.horizon(now))

	out := struct {
		Records            []*record
		NextShardIterator  string `json:",omitempty"`
		MillisBehindLatest int64
		ChildShards        []childShard `json:",omitempty"`
	}{Records: []*record{}}
	position, size := max(it.Position, h.first), 0 // trimmed records are skipped
	for ; position < h.end() && len(out.Records) < limit; position++ {
		rec := h.records[position-h.first]
		if size += rec.size(); size > maxGetBytes && len(out.Records) > 0 {
			break
		}
		out.Records = append(out.Records, rec)
	}
	h.quota.returned(size)
	if position < h.end() {
		out.MillisBehindLatest = h.behind(position, now)
	}
	if !h.open() && position >= h.end() {
		out.ChildShards = st.children(h)
		return out, nil // no next iterator: the shard will never hold more
	}
	out.NextShardIterator = st.iterate(h, position, now)
	return out, nil
}

// children are the shards that took over the range of a closed one.
func (st *stream) children(h *shard) []childShard {
	var children []childShard
	for _, c := range st.shards {
		if c.parent != h.id && c.adjacent != h.id {
			continue
		}
		parents := []string{c.parent}
		if c.adjacent != "" {
			parents = append(parents, c.adjacent)
		}
		children = append(children, childShard{c.id, parents, c.keys.shape()})
	}
	return children
}
