package dynamodb

import (
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// streamRetention is how long records can be read, and a stream after its table or setting is deleted.
const streamRetention = 24 * time.Hour

type streamSpecification struct {
	StreamEnabled  bool
	StreamViewType string `json:",omitempty"`
}

// stream is the record of a table's changes since streams were turned on. It has one shard, so the order of
// its records is the order of the writes.
type stream struct {
	arn     string
	label   string
	home    home
	table   string
	schema  keySchema
	view    string
	shard   string
	created time.Time

	mu       sync.Mutex
	records  []streamRecord // in the order of their sequence numbers, without gaps
	next     int64          // sequence number of the next record
	closedAt time.Time      // zero while the stream is on
}

// streamRecord is one change of one item.
type streamRecord struct {
	sequence       int64
	at             time.Time
	event          string
	keys, old, new attr.Map
	by             *identity
}

// identity is the author of a change, if not a client.
type identity struct {
	Type        string
	PrincipalID string `json:"PrincipalId"`
}

// openStream turns the table's stream on. The caller holds the service's lock, and the table's if the table
// is already registered.
func (s *Service) openStream(t *table, view string) {
	now := s.clock.Now()
	label := now.UTC().Format("2006-01-02T15:04:05.000")
	t.stream = &stream{
		arn: t.arn() + "/stream/" + label, label: label, home: t.id.home, table: t.id.name, schema: t.schema, view: view,
		shard: fmt.Sprintf("shardId-%020d-%s", now.UnixMilli(), id.Hex(4)), created: now, next: 1,
	}
	t.lastStream = t.stream
	s.streams[t.stream.arn] = t.stream
}

// closeStream turns the table's stream off. Its records can still be read until they expire.
func (s *Service) closeStream(t *table) {
	if t.stream == nil {
		return
	}
	t.stream.mu.Lock()
	t.stream.closedAt = s.clock.Now()
	t.stream.mu.Unlock()
	t.stream = nil
}

// gone reports whether the stream has been off for so long that it can't be read any more.
func (st *stream) gone(now time.Time) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	return !st.closedAt.IsZero() && now.Sub(st.closedAt) > streamRetention
}

// forgetStreams drops expired streams.
func (s *Service) forgetStreams() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	maps.DeleteFunc(s.streams, func(_ string, st *stream) bool { return st.gone(now) })
}

// record appends a change. A write that leaves an item as it was leaves no record.
func (st *stream) record(e effect, now time.Time, by *identity) {
	r := streamRecord{at: now, old: e.old.itemOrNil(), new: e.new.itemOrNil(), by: by}
	switch {
	case r.old == nil && r.new == nil:
		return
	case r.old == nil:
		r.event, r.keys = "INSERT", st.schema.of(r.new)
	case r.new == nil:
		r.event, r.keys = "REMOVE", st.schema.of(r.old)
	case attr.Equal(r.old, r.new):
		return
	default:
		r.event, r.keys = "MODIFY", st.schema.of(r.new)
	}
	if st.view == "KEYS_ONLY" || st.view == "NEW_IMAGE" {
		r.old = nil
	}
	if st.view == "KEYS_ONLY" || st.view == "OLD_IMAGE" {
		r.new = nil
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	r.sequence = st.next
	st.next++
	st.records = append(st.records, r)
	st.trim(now)
}

// trim drops expired records. The caller holds the lock.
func (st *stream) trim(now time.Time) {
	old := 0
	for old < len(st.records) && now.Sub(st.records[old].at) > streamRetention {
		old++
	}
	st.records = st.records[old:]
}

// oldest is the sequence number of the oldest record that can be read, or of the next one. The
// caller holds the lock.
func (st *stream) oldest() int64 { return st.next - int64(len(st.records)) }

// sequenceNumber formats a sequence number as the API does: digits, more than an int64 holds.
func sequenceNumber(n int64) string { return fmt.Sprintf("1%020d", n) }

// showStream completes a table's description.
func (t *table) showStream(d *tableDescription) {
	if t.stream != nil {
		d.StreamSpecification = &streamSpecification{true, t.stream.view}
	}
	if t.lastStream != nil {
		d.LatestStreamArn, d.LatestStreamLabel = t.lastStream.arn, t.lastStream.label
	}
}

func (c *constraints) streamSpecification(in *streamSpecification) {
	if in != nil {
		c.enum("streamSpecification.streamViewType", in.StreamViewType, "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES",
			"KEYS_ONLY")
	}
}

func checkStreamSpecification(in *streamSpecification) error {
	switch {
	case in == nil:
	case in.StreamEnabled && in.StreamViewType == "":
		return invalidParameters("StreamViewType is required when StreamEnabled is true")
	case !in.StreamEnabled && in.StreamViewType != "":
		return invalidParameters("StreamViewType is not allowed when StreamEnabled is false")
	}
	return nil
}
