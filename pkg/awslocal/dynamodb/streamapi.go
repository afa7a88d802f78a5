package dynamodb

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

const (
	// iteratorLife is how long a shard iterator can be used.
	iteratorLife = 15 * time.Minute
	// maxStreamRecords and maxStreamBytes bound one GetRecords.
	maxStreamRecords = 1000
	maxStreamBytes   = 1 << 20
)

// streamOperations lists the operations of DynamoDBStreams_20120810.
var streamOperations = api.Operations[*Service]{
	"ListStreams":      op((*Service).listStreams),
	"DescribeStream":   op((*Service).describeStream),
	"GetShardIterator": op((*Service).getShardIterator),
	"GetRecords":       op((*Service).getRecords),
}

// streamService answers DynamoDBStreams_20120810 for the same tables.
type streamService struct{ *Service }

// Streams returns the service of the tables' streams.
func (s *Service) Streams() api.Service { return streamService{s} }

// Call answers one operation of DynamoDBStreams_20120810.
func (s streamService) Call(ctx context.Context, r *api.Request) (any, error) {
	return streamOperations.Call(ctx, s.Service, r)
}

// findStream returns a stream that can still be read.
func (s *Service) findStream(arn string) (*stream, error) {
	if err := checkStreamARN(&arn); err != nil {
		return nil, err
	}
	s.mu.RLock()
	st := s.streams[arn]
	s.mu.RUnlock()
	if st == nil || st.gone(s.clock.Now()) {
		return nil, serviceError("ResourceNotFoundException", "Requested resource not found: Stream: %s not found", arn)
	}
	return st, nil
}

// checkStreamARN checks the form of an optional ARN of a stream.
func checkStreamARN(arn *string) error {
	if arn == nil || strings.HasPrefix(*arn, "arn:") && strings.Contains(*arn, ":table/") &&
		strings.Contains(*arn, "/stream/") {
		return nil
	}
	return validationError("Invalid StreamArn")
}

// The lengths of the ID of a shard and of a sequence number.
const (
	minShardID, maxShardID   = 28, 65
	minSequence, maxSequence = 21, 40
)

type streamInput struct {
	StreamArn               *string
	TableName               *string
	ExclusiveStartStreamArn *string
	ExclusiveStartShardID   *string `json:"ExclusiveStartShardId"`
	ShardID                 *string `json:"ShardId"`
	ShardIteratorType       string
	SequenceNumber          *string
	ShardIterator           *string
	Limit                   *int64
	ShardFilter             *shardFilter
}

type streamSummary struct{ StreamArn, StreamLabel, TableName string }

type listStreamsOutput struct {
	Streams                []streamSummary
	LastEvaluatedStreamArn string `json:",omitempty"`
}

func (s *Service) listStreams(at home, in *streamInput) (any, error) {
	var c constraints
	c.atLeast("limit", in.Limit, 1)
	c.atMost("limit", in.Limit, 100)
	if err := c.err(); err != nil {
		return nil, err
	}
	if err := checkStreamARN(in.ExclusiveStartStreamArn); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	out := &listStreamsOutput{Streams: []streamSummary{}}
	s.mu.RLock()
	for _, st := range s.streams {
		wanted := in.TableName == nil || nameOf(*in.TableName) == st.table
		if st.home == at && wanted && (in.ExclusiveStartStreamArn == nil || st.arn > *in.ExclusiveStartStreamArn) &&
			!st.gone(now) {
			out.Streams = append(out.Streams, streamSummary{st.arn, st.label, st.table})
		}
	}
	s.mu.RUnlock()
	slices.SortFunc(out.Streams, func(a, b streamSummary) int { return strings.Compare(a.StreamArn, b.StreamArn) })
	limit := 100
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if len(out.Streams) > limit {
		out.Streams = out.Streams[:limit]
		out.LastEvaluatedStreamArn = out.Streams[limit-1].StreamArn
	}
	return out, nil
}

// iterator is a position in a shard. Clients get it as opaque text.
type iterator struct {
	Stream   string
	Sequence int64 // of the next record; 0 is the oldest there is
	Issued   int64 // Unix milliseconds
}

func (i iterator) token() string {
	raw, _ := json.Marshal(i) // strings and integers always marshal
	return i.Stream + "|1|" + base64.StdEncoding.EncodeToString(raw)
}

func parseIterator(token string) (iterator, error) {
	var i iterator
	raw, err := base64.StdEncoding.DecodeString(token[strings.LastIndexByte(token, '|')+1:])
	if err == nil {
		err = json.Unmarshal(raw, &i)
	}
	if err != nil {
		return i, validationError("Invalid ShardIterator")
	}
	return i, nil
}

type getShardIteratorOutput struct{ ShardIterator string }

func (s *Service) getShardIterator(_ home, in *streamInput) (any, error) {
	var c constraints
	c.notNull("streamArn", in.StreamArn != nil)
	c.notNull("shardId", in.ShardID != nil)
	c.text("shardId", in.ShardID, minShardID, maxShardID)
	c.text("sequenceNumber", in.SequenceNumber, minSequence, maxSequence)
	c.notNull("shardIteratorType", in.ShardIteratorType != "")
	c.enum("shardIteratorType", in.ShardIteratorType, "TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER",
		"AFTER_SEQUENCE_NUMBER")
	if err := c.err(); err != nil {
		return nil, err
	}
	st, err := s.findStream(*in.StreamArn)
	if err != nil {
		return nil, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if *in.ShardID != st.shard {
		return nil, serviceError("ResourceNotFoundException",
			"Requested resource not found: Shard: %s in stream: %s not found", *in.ShardID, st.arn)
	}
	now := s.clock.Now()
	st.trim(now)
	at := iterator{Stream: st.arn, Issued: now.UnixMilli()}
	switch byNumber := strings.HasSuffix(in.ShardIteratorType, "_SEQUENCE_NUMBER"); {
	case !byNumber && in.SequenceNumber != nil:
		return nil, validationError("SequenceNumber must not be specified for ShardIteratorType %s", in.ShardIteratorType)
	case in.ShardIteratorType == "TRIM_HORIZON":
	case in.ShardIteratorType == "LATEST":
		at.Sequence = st.next
	default:
		if at.Sequence, err = st.position(in); err != nil {
			return nil, err
		}
	}
	return &getShardIteratorOutput{at.token()}, nil
}

// position finds the record that a sequence number names. The caller holds the lock.
func (st *stream) position(in *streamInput) (int64, error) {
	if in.SequenceNumber == nil {
		return 0, validationError("SequenceNumber is required for ShardIteratorType %s", in.ShardIteratorType)
	}
	digits, ours := strings.CutPrefix(*in.SequenceNumber, "1")
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ours || err != nil || n > st.next {
		return 0, validationError("Invalid SequenceNumber: %s", *in.SequenceNumber)
	}
	if in.ShardIteratorType == "AFTER_SEQUENCE_NUMBER" {
		n++
	}
	if n < st.oldest() {
		return 0, errTrimmed()
	}
	return n, nil
}

func errTrimmed() error {
	return serviceError("TrimmedDataAccessException",
		"The operation attempted to read past the oldest stream record in a shard.")
}

// The shapes of a record have lower-case names, as in the API.
type streamRecordShape struct {
	EventID      string      `json:"eventID"`
	EventName    string      `json:"eventName"`
	EventVersion string      `json:"eventVersion"`
	EventSource  string      `json:"eventSource"`
	Region       string      `json:"awsRegion"`
	Change       changeShape `json:"dynamodb"`
	UserIdentity *identity   `json:"userIdentity,omitempty"`
}

type changeShape struct {
	ApproximateCreationDateTime float64
	Keys                        attr.Map
	OldImage                    attr.Map `json:",omitempty"`
	NewImage                    attr.Map `json:",omitempty"`
	SequenceNumber              string
	SizeBytes                   int
	StreamViewType              string
}

type getRecordsOutput struct {
	Records           []streamRecordShape
	NextShardIterator string `json:",omitempty"`
}

func (s *Service) getRecords(at home, in *streamInput) (any, error) {
	var c constraints
	c.notNull("shardIterator", in.ShardIterator != nil)
	c.atLeast("limit", in.Limit, 1)
	c.atMost("limit", in.Limit, maxStreamRecords)
	if err := c.err(); err != nil {
		return nil, err
	}
	from, err := parseIterator(*in.ShardIterator)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	if now.Sub(time.UnixMilli(from.Issued)) > iteratorLife {
		return nil, serviceError("ExpiredIteratorException", "The provided iterator exceeds the maximum age allowed.")
	}
	st, err := s.findStream(from.Stream)
	if err != nil {
		return nil, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.trim(now)
	next := from.Sequence
	switch {
	case next == 0:
		next = st.oldest()
	case next < st.oldest():
		return nil, errTrimmed()
	}
	limit := maxStreamRecords
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	out := &getRecordsOutput{Records: []streamRecordShape{}}
	bytes := 0
	for _, r := range st.records[next-st.oldest():] {
		shape := st.shape(at, r)
		if bytes += shape.Change.SizeBytes; len(out.Records) == limit || bytes > maxStreamBytes && len(out.Records) > 0 {
			break
		}
		out.Records = append(out.Records, shape)
		next++
	}
	if st.closedAt.IsZero() || next < st.next { // a closed shard ends with its last record
		out.NextShardIterator = iterator{st.arn, next, now.UnixMilli()}.token()
	}
	return out, nil
}

func (st *stream) shape(at home, r streamRecord) streamRecordShape {
	return streamRecordShape{
		EventID: fmt.Sprintf("%032x", r.sequence), EventName: r.event, EventVersion: "1.1", EventSource: "aws:dynamodb",
		Region: at.region,
		Change: changeShape{
			ApproximateCreationDateTime: float64(r.at.Unix()), Keys: r.keys, OldImage: r.old, NewImage: r.new,
			SequenceNumber: sequenceNumber(r.sequence), StreamViewType: st.view,
			SizeBytes: attr.ItemSize(r.keys) + attr.ItemSize(r.old) + attr.ItemSize(r.new),
		},
		UserIdentity: r.by,
	}
}
