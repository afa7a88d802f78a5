package kinesis

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const (
	provisioned = "PROVISIONED"
	onDemand    = "ON_DEMAND"

	onDemandShards   = 4     // what AWS gives a new on-demand stream
	maxShards        = 10000 // an account's default quota
	defaultRetention = 24 * time.Hour
	maxRetention     = 8760 * time.Hour
)

var streamName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,128}$`)

// stream is one data stream. Its lock covers its shards and their records. That makes a split atomic: no
// record of a key can reach a child before an earlier one reaches the parent.
type stream struct {
	key
	arn     string
	created time.Time

	mu        sync.Mutex
	mode      string
	retention time.Duration
	shards    []*shard // by index
	nextShard int
	sequence  sequencer
	tags      map[string]string
	deleted   bool
	consumers []*consumer   // by name
	changed   chan struct{} // closed at the next change that a subscription waits for
}

// notify wakes the subscriptions.
func (st *stream) notify() {
	close(st.changed)
	st.changed = make(chan struct{})
}

// ref is how an operation names its stream.
type ref struct {
	StreamName string
	StreamARN  string
}

// key identifies a stream: its name is unique in a region of an account.
type key struct{ region, account, name string }

// key resolves the reference; an ARN carries its own region and account.
func (f ref) key(r *api.Request) (key, error) {
	if f.StreamARN != "" {
		parts := strings.SplitN(f.StreamARN, ":", 6)
		if len(parts) < 6 || parts[0] != "arn" || parts[2] != "kinesis" || !strings.HasPrefix(parts[5], "stream/") {
			return key{}, validation(f.StreamARN, "streamARN",
				"satisfy regular expression pattern: arn:aws.*:kinesis:.*:\\d{12}:.*stream/\\S+")
		}
		return key{parts[3], parts[4], parts[5][len("stream/"):]}, nil
	}
	if f.StreamName == "" {
		return key{}, invalidArgument("Either StreamName or StreamARN must be provided.")
	}
	return key{r.Region, r.Account, f.StreamName}, nil
}

// lock returns the stream that f names, locked and without the shards that have expired.
func (s *Service) lock(r *api.Request, f ref) (*stream, error) {
	k, err := f.key(r)
	if err != nil {
		return nil, err
	}
	s.mu.RLock()
	st := s.streams[k]
	s.mu.RUnlock()
	if st != nil {
		st.mu.Lock()
		if !st.deleted {
			st.prune(s.now())
			return st, nil
		}
		st.mu.Unlock()
	}
	return nil, api.Errorf("ResourceNotFoundException", "Stream %s under account %s not found.", k.name, k.account)
}

// horizon is the time before which records are gone.
func (st *stream) horizon(now time.Time) time.Time { return now.Add(-st.retention) }

// prune drops closed shards that are older than the retention period. Records are trimmed by reads.
func (st *stream) prune(now time.Time) {
	horizon := st.horizon(now)
	expired := func(h *shard) bool { return !h.open() && h.closed.Before(horizon) }
	st.shards = slices.DeleteFunc(st.shards, expired)
}

// shard returns the shard with that id.
func (st *stream) shard(id string) *shard {
	i := sort.Search(len(st.shards), func(i int) bool { return st.shards[i].id >= id })
	if i < len(st.shards) && st.shards[i].id == id {
		return st.shards[i]
	}
	return nil
}

// owner returns the open shard whose range has the key. Open shards cover the space.
func (st *stream) owner(h hashKey) *shard {
	for _, sh := range st.shards {
		if sh.open() && sh.keys.contains(h) {
			return sh
		}
	}
	panic("kinesis: the open shards of " + st.name + " do not cover the hash space")
}

func (st *stream) openShards() []*shard {
	var open []*shard
	for _, h := range st.shards {
		if h.open() {
			open = append(open, h)
		}
	}
	sort.Slice(open, func(i, j int) bool { return open[i].keys.start.less(open[j].keys.start) })
	return open
}

// addShard opens a shard over a range.
func (st *stream) addShard(now time.Time, keys hashRange, parent, adjacent string) *shard {
	h := &shard{
		id: shardID(st.nextShard), index: st.nextShard, keys: keys, parent: parent, adjacent: adjacent,
		opened: now, startSeq: st.sequence.next(now.UnixMilli(), st.nextShard),
	}
	st.nextShard++
	st.shards = append(st.shards, h)
	return h
}

func (s *Service) createStream(r *api.Request, in *struct {
	StreamName        string
	ShardCount        *int
	StreamModeDetails *modeShape
	Tags              map[string]string
}) (any, error) {
	if !streamName.MatchString(in.StreamName) {
		return nil, validation(in.StreamName, "streamName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
	}
	mode, shards := provisioned, onDemandShards
	if in.StreamModeDetails != nil {
		mode = in.StreamModeDetails.StreamMode
	}
	switch {
	case mode != provisioned && mode != onDemand:
		return nil, validation(mode, "streamModeDetails.streamMode", "satisfy enum value set: [PROVISIONED, ON_DEMAND]")
	case mode == onDemand && in.ShardCount != nil:
		return nil, invalidArgument("ShardCount must not be set for a stream in ON_DEMAND mode.")
	case mode == provisioned && in.ShardCount == nil:
		return nil, invalidArgument("ShardCount must be set for a stream in PROVISIONED mode.")
	case mode == provisioned:
		shards = *in.ShardCount
		if err := between(shards, "shardCount", 1, 100000); err != nil {
			return nil, err
		}
		if shards > maxShards {
			return nil, shardLimit(r)
		}
	}
	if err := checkTags(nil, in.Tags); err != nil {
		return nil, err
	}

	now := s.now()
	st := &stream{
		key: key{r.Region, r.Account, in.StreamName}, created: now, mode: mode, retention: defaultRetention,
		tags: map[string]string{}, changed: make(chan struct{}),
		arn: fmt.Sprintf("arn:aws:kinesis:%s:%s:stream/%s", r.Region, r.Account, in.StreamName),
	}
	for k, v := range in.Tags {
		st.tags[k] = v
	}
	for _, keys := range evenRanges(shards) {
		st.addShard(now, keys, "", "")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams[st.key] != nil {
		return nil, api.Errorf("ResourceInUseException", "Stream %s under account %s already exists.", in.StreamName,
			r.Account)
	}
	s.streams[st.key] = st
	return nil, nil
}

func shardLimit(r *api.Request) error {
	return api.Errorf("LimitExceededException",
		"This request would exceed the shard limit for the account %s in %s. Limit: %d.", r.Account, r.Region, maxShards)
}

func (s *Service) deleteStream(r *api.Request, in *struct {
	ref
	EnforceConsumerDeletion bool
}) (any, error) {
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	if len(st.consumers) > 0 && !in.EnforceConsumerDeletion {
		st.mu.Unlock()
		return nil, api.Errorf("ResourceInUseException", "Stream %s under account %s can't be deleted because it has "+
			"registered consumers: deregister them, or set EnforceConsumerDeletion.", st.name, st.account)
	}
	for _, c := range st.consumers {
		c.end()
	}
	st.deleted = true
	st.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams[st.key] == st {
		delete(s.streams, st.key)
	}
	return nil, nil
}

func (s *Service) updateStreamMode(r *api.Request, in *struct {
	ref
	StreamModeDetails modeShape
}) (any, error) {
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	if m := in.StreamModeDetails.StreamMode; m != provisioned && m != onDemand {
		return nil, validation(m, "streamModeDetails.streamMode", "satisfy enum value set: [PROVISIONED, ON_DEMAND]")
	}
	st.mode = in.StreamModeDetails.StreamMode
	return nil, nil
}

type retentionInput struct {
	ref
	RetentionPeriodHours int
}

func (s *Service) increaseRetention(r *api.Request, in *retentionInput) (any, error) {
	return s.setRetention(r, in, "shorter", func(now, asked time.Duration) bool { return asked >= now })
}

func (s *Service) decreaseRetention(r *api.Request, in *retentionInput) (any, error) {
	return s.setRetention(r, in, "longer", func(now, asked time.Duration) bool { return asked <= now })
}

func (s *Service) setRetention(r *api.Request, in *retentionInput, wrong string,
	ok func(now, asked time.Duration) bool) (any, error) {
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	asked := time.Duration(in.RetentionPeriodHours) * time.Hour
	if asked < defaultRetention || asked > maxRetention {
		return nil, invalidArgument("Minimum allowed retention period is 24 hours and maximum is 8760 hours. Requested "+
			"retention period (%d hours) is out of range.", in.RetentionPeriodHours)
	}
	if !ok(st.retention, asked) {
		return nil, invalidArgument("Requested retention period (%d hours) for stream %s can not be %s than existing "+
			"retention period (%d hours).",
			in.RetentionPeriodHours, st.name, wrong, int(st.retention.Hours()))
	}
	st.retention = asked
	return nil, nil
}
