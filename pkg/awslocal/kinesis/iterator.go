package kinesis

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

// iteratorLife is how long an iterator may wait to be used.
const iteratorLife = 5 * time.Minute

// iterator is a position in a shard: a client's opaque string.
type iterator struct {
	Stream   string `json:"s"`
	Created  int64  `json:"c"` // the stream's, so that a later stream of the same name refuses it
	Shard    string `json:"h"`
	Position int    `json:"p"`
	Issued   int64  `json:"t"` // Unix milliseconds
}

func (it iterator) String() string {
	raw, err := json.Marshal(it)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// parseIterator reads an iterator back and refuses one that is too old.
func parseIterator(s string, now time.Time) (iterator, error) {
	var it iterator
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(raw, &it) != nil || it.Stream == "" || it.Position < 0 {
		return it, invalidArgument("Invalid ShardIterator.")
	}
	if issued := time.UnixMilli(it.Issued); now.Sub(issued) > iteratorLife {
		const layout = "Mon Jan 02 15:04:05 MST 2006"
		return it, api.Errorf("ExpiredIteratorException",
			"Iterator expired. The iterator was created at time %s while right now it is %s which is further in the future "+
				"than the tolerated delay of %d milliseconds.",
			issued.UTC().Format(layout), now.Format(layout), iteratorLife.Milliseconds())
	}
	return it, nil
}

func (st *stream) iterate(h *shard, position int, now time.Time) string {
	return iterator{st.name, st.created.UnixMilli(), h.id, position, now.UnixMilli()}.String()
}

func (s *Service) getShardIterator(r *api.Request, in *struct {
	ref
	ShardId                string
	ShardIteratorType      string
	StartingSequenceNumber *string
	Timestamp              *wire.Time
}) (any, error) {
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	h := st.shard(in.ShardId)
	if h == nil {
		return nil, noShard(in.ShardId, st)
	}
	now := s.now()
	h.trim(st.horizon(now))
	position, err := st.position(h, in.ShardIteratorType, in.StartingSequenceNumber, in.Timestamp, now)
	if err != nil {
		return nil, err
	}
	return struct{ ShardIterator string }{st.iterate(h, position, now)}, nil
}

func noShard(id string, st *stream) error {
	return api.Errorf("ResourceNotFoundException", "Shard %s in stream %s under account %s does not exist", id, st.name,
		st.account)
}

// position is where reading starts, for a type of iterator and what that type needs.
func (st *stream) position(h *shard, kind string, sequence *string, timestamp *wire.Time, now time.Time) (int, error) {
	switch kind {
	case "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER":
		if sequence == nil {
			return 0, sequenceMismatch(kind, "no")
		}
		return st.find(h, *sequence, kind == "AFTER_SEQUENCE_NUMBER")
	case "TRIM_HORIZON", "LATEST":
		if sequence != nil {
			return 0, sequenceMismatch(kind, "also a")
		}
		if kind == "LATEST" {
			return h.end(), nil
		}
		return h.first, nil
	case "AT_TIMESTAMP":
		if timestamp == nil {
			return 0, invalidArgument("Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current " +
				"request has no timestamp parameter.")
		}
		if timestamp.After(now) {
			return 0, invalidArgument("The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "+
				"timestampInMillis: %d, currentTimestampInMillis: %d", timestamp.UnixMilli(), now.UnixMilli())
		}
		return h.since(timestamp.Time), nil
	}
	return 0, validation(kind, "shardIteratorType",
		"satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]")
}

// find returns the position of a sequence number, or the one after it.
func (st *stream) find(h *shard, seq string, after bool) (int, error) {
	index, ok := sequenceShard(seq)
	if !ok {
		return 0, invalidArgument("StartingSequenceNumber %s used in GetShardIterator on shard %s in stream %s under "+
			"account %s is invalid.", seq, h.id, st.name, st.account)
	}
	if index != h.index {
		return 0, invalidArgument("Invalid StartingSequenceNumber. It encodes %s, while it was used in a call to a shard "+
			"with %s", shardID(index), h.id)
	}
	position := h.at(seq)
	if after && position < h.end() && h.records[position-h.first].SequenceNumber == seq {
		position++
	}
	return position, nil
}

func sequenceMismatch(kind, has string) error {
	return invalidArgument("Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "+
		"StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified %s and %s "+
		"StartingSequenceNumber.", kind, has)
}
