package kinesis

import (
	"encoding/base64"
	"sort"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

type modeShape struct{ StreamMode string }

// none is the answer for metrics and encryption, which are not supported.
type none struct{ ShardLevelMetrics []string }

type streamShape struct {
	StreamName              string
	StreamARN               string
	StreamStatus            string
	StreamModeDetails       modeShape
	StreamCreationTimestamp wire.Time
	RetentionPeriodHours    int
	EnhancedMonitoring      []none
	EncryptionType          string
}

// shape describes the stream. Streams are ACTIVE as soon as they are made or changed.
func (st *stream) shape() streamShape {
	return streamShape{
		StreamName: st.name, StreamARN: st.arn, StreamStatus: "ACTIVE", StreamModeDetails: modeShape{st.mode},
		StreamCreationTimestamp: wire.Time{Time: st.created}, RetentionPeriodHours: int(st.retention.Hours()),
		EnhancedMonitoring: []none{{[]string{}}}, EncryptionType: "NONE",
	}
}

func (s *Service) describeStream(r *api.Request, in *struct {
	ref
	Limit                 *int
	ExclusiveStartShardId string
}) (any, error) {
	limit, err := pageSize(in.Limit, 100)
	if err != nil {
		return nil, err
	}
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	type out struct {
		streamShape
		Shards        []description
		HasMoreShards bool
	}
	d := out{streamShape: st.shape(), Shards: []description{}}
	for _, h := range st.shards {
		if h.id <= in.ExclusiveStartShardId {
			continue
		}
		if len(d.Shards) == limit {
			d.HasMoreShards = true
			break
		}
		d.Shards = append(d.Shards, h.describe())
	}
	return struct{ StreamDescription out }{d}, nil
}

func (s *Service) describeStreamSummary(r *api.Request, in *ref) (any, error) {
	st, err := s.lock(r, *in)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	type out struct {
		streamShape
		OpenShardCount int
		ConsumerCount  int
	}
	return struct{ StreamDescriptionSummary out }{out{st.shape(), len(st.openShards()), len(st.consumers)}}, nil
}

func (s *Service) listStreams(r *api.Request, in *struct {
	Limit                    *int
	ExclusiveStartStreamName string
	NextToken                string
}) (any, error) {
	limit, err := pageSize(in.Limit, 100)
	if err != nil {
		return nil, err
	}
	after := in.ExclusiveStartStreamName
	if in.NextToken != "" {
		raw, err := base64.StdEncoding.DecodeString(in.NextToken)
		if err != nil {
			return nil, invalidArgument("Invalid NextToken.")
		}
		after = string(raw)
	}
	s.mu.RLock()
	var names []string
	for k := range s.streams {
		if k.region == r.Region && k.account == r.Account && k.name > after {
			names = append(names, k.name)
		}
	}
	sort.Strings(names)
	more := len(names) > limit
	names = names[:min(limit, len(names))]
	summaries := make([]streamShape, 0, len(names))
	for _, name := range names {
		st := s.streams[key{r.Region, r.Account, name}]
		st.mu.Lock()
		summaries = append(summaries, st.shape())
		st.mu.Unlock()
	}
	s.mu.RUnlock()

	out := struct {
		StreamNames     []string
		StreamSummaries []streamShape
		HasMoreStreams  bool
		NextToken       string `json:",omitempty"`
	}{append([]string{}, names...), summaries, more, ""}
	if more {
		out.NextToken = base64.StdEncoding.EncodeToString([]byte(names[len(names)-1]))
	}
	return out, nil
}

type shardFilter struct {
	Type      string
	ShardId   string
	Timestamp wire.Time
}

func (s *Service) listShards(r *api.Request, in *struct {
	ref
	NextToken             string
	ExclusiveStartShardId string
	MaxResults            *int
	ShardFilter           *shardFilter
}) (any, error) {
	limit, err := pageSize(in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	after := in.ExclusiveStartShardId
	if in.NextToken != "" {
		if in.StreamName != "" || in.StreamARN != "" {
			return nil, invalidArgument("NextToken and StreamName cannot be provided together.")
		}
		raw, err := base64.StdEncoding.DecodeString(in.NextToken)
		name, shard, ok := strings.Cut(string(raw), " ")
		if err != nil || !ok {
			return nil, invalidArgument("Invalid NextToken.")
		}
		in.StreamName, after = name, shard
	}
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	keep, err := in.ShardFilter.compile(st, s.now())
	if err != nil {
		return nil, err
	}
	out := struct {
		Shards    []description
		NextToken string `json:",omitempty"`
	}{Shards: []description{}}
	for _, h := range st.shards {
		if h.id <= after || !keep(h) {
			continue
		}
		if len(out.Shards) == limit {
			out.NextToken = base64.StdEncoding.EncodeToString([]byte(st.name + " " + out.Shards[limit-1].ShardId))
			break
		}
		out.Shards = append(out.Shards, h.describe())
	}
	return out, nil
}

// compile turns a filter into a predicate; a nil filter keeps every shard.
func (f *shardFilter) compile(st *stream, now time.Time) (func(*shard) bool, error) {
	if f == nil {
		return func(*shard) bool { return true }, nil
	}
	openAt := func(t time.Time) func(*shard) bool {
		return func(h *shard) bool { return !h.opened.After(t) && (h.open() || h.closed.After(t)) }
	}
	horizon := st.horizon(now)
	if horizon.Before(st.created) {
		horizon = st.created
	}
	at := f.Timestamp.Time
	if at.Before(horizon) {
		at = horizon
	}
	switch f.Type {
	case "AFTER_SHARD_ID":
		return func(h *shard) bool { return h.id > f.ShardId }, nil
	case "AT_LATEST":
		return (*shard).open, nil
	case "AT_TRIM_HORIZON":
		return openAt(horizon), nil
	case "AT_TIMESTAMP":
		return openAt(at), nil
	case "FROM_TRIM_HORIZON":
		return func(*shard) bool { return true }, nil
	case "FROM_TIMESTAMP":
		return func(h *shard) bool { return h.open() || h.closed.After(at) }, nil
	}
	return nil, validation(f.Type, "shardFilter.type",
		"satisfy enum value set: [AFTER_SHARD_ID, AT_TRIM_HORIZON, FROM_TRIM_HORIZON, AT_LATEST, AT_TIMESTAMP, "+
			"FROM_TIMESTAMP]")
}

func pageSize(asked *int, standard int) (int, error) {
	if asked == nil {
		return standard, nil
	}
	return *asked, between(*asked, "limit", 1, 10000)
}
