package lambda

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

const (
	maxKinesisRead  = 10000 // records of one read
	maxDynamoDBRead = 1000
	dynamoDBKeeps   = 24 * time.Hour
)

// stream is a stream that mappings read: one of Kinesis, or a table's.
type stream struct {
	service *Service
	api     target // where its operations are
	arn     string
	kinesis bool
	role    string // of the function, which its events name
}

func (s *Service) stream(source target, arn, role string) *stream {
	st := &stream{service: s, api: source, arn: arn, kinesis: source.service == "kinesis", role: role}
	if !st.kinesis {
		st.api.service = "dynamodbstreams"
	}
	return st
}

// streamShard is one shard of a stream.
type streamShard struct {
	ShardId               string
	ParentShardId         string
	AdjacentParentShardId string
	SequenceNumberRange   struct{ EndingSequenceNumber string }
}

func (h streamShard) open() bool { return h.SequenceNumberRange.EndingSequenceNumber == "" }

// shards lists all shards, closed ones too.
func (st *stream) shards() (all []streamShard, err error) {
	for token := ""; ; {
		var page []streamShard
		if page, token, err = st.shardPage(token); err != nil {
			return nil, err
		}
		if all = append(all, page...); token == "" {
			return all, nil
		}
	}
}

func (st *stream) shardPage(token string) (page []streamShard, next string, err error) {
	if !st.kinesis {
		var out struct {
			StreamDescription struct {
				Shards               []streamShard
				LastEvaluatedShardId string
			}
		}
		err = st.service.call(st.api, "DescribeStream", struct {
			StreamArn             string
			ExclusiveStartShardId string `json:",omitempty"`
		}{st.arn, token}, &out)
		return out.StreamDescription.Shards, out.StreamDescription.LastEvaluatedShardId, err
	}
	in := struct {
		StreamARN string `json:",omitempty"`
		NextToken string `json:",omitempty"`
	}{st.arn, token}
	if token != "" {
		in.StreamARN = "" // the token says it
	}
	var out struct {
		Shards    []streamShard
		NextToken string
	}
	err = st.service.call(st.api, "ListShards", in, &out)
	return out.Shards, out.NextToken, err
}

// keeps is how long the stream keeps a record.
func (st *stream) keeps() (time.Duration, error) {
	if !st.kinesis {
		return dynamoDBKeeps, nil
	}
	var out struct {
		StreamDescriptionSummary struct{ RetentionPeriodHours int }
	}
	err := st.service.call(st.api, "DescribeStreamSummary", struct{ StreamARN string }{st.arn}, &out)
	return time.Duration(out.StreamDescriptionSummary.RetentionPeriodHours) * time.Hour, err
}

// checkpoint is how far a mapping has come in a shard.
type checkpoint struct {
	after    string    // sequence number of the last record that is done; empty if none is
	since    time.Time // else, the records before are not wanted; zero for all
	iterator string    // the same position, if it has not expired; empty if there is none
	ended    bool      // all records of a closed shard are done
}

// begin returns the checkpoints of a mapping that has read nothing, by shard. A shard without one is read from its
// beginning.
func (st *stream) begin(settings mappingSettings) (map[string]*checkpoint, error) {
	all := map[string]*checkpoint{}
	shards, err := st.shards()
	if err != nil || settings.StartingPosition == "TRIM_HORIZON" {
		return all, err
	}
	for _, h := range shards {
		c := &checkpoint{}
		all[h.ShardId] = c
		if settings.StartingPosition == "AT_TIMESTAMP" {
			c.since = settings.StartingPositionTimestamp.Time
			continue
		}
		if c.ended = !h.open(); !c.ended {
			c.since = st.service.clock.Now()
			if c.iterator, err = st.iterator(h.ShardId, "LATEST", nil, nil); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func (st *stream) iterator(shard, kind string, after *string, at *wire.Time) (string, error) {
	var in any = struct {
		StreamArn, ShardId, ShardIteratorType string
		SequenceNumber                        *string `json:",omitempty"`
	}{st.arn, shard, kind, after}
	if st.kinesis {
		in = struct {
			StreamARN, ShardId, ShardIteratorType string
			StartingSequenceNumber                *string    `json:",omitempty"`
			Timestamp                             *wire.Time `json:",omitempty"`
		}{st.arn, shard, kind, after, at}
	}
	var out struct{ ShardIterator string }
	err := st.service.call(st.api, "GetShardIterator", in, &out)
	return out.ShardIterator, err
}

// resume makes an iterator for a checkpoint.
func (st *stream) resume(shard string, c *checkpoint) (err error) {
	switch {
	case c.after != "":
		c.iterator, err = st.iterator(shard, "AFTER_SEQUENCE_NUMBER", &c.after, nil)
		if errorCode(err) == "TrimmedDataAccessException" {
			c.iterator, err = st.iterator(shard, "TRIM_HORIZON", nil, nil)
		}
	case st.kinesis && !c.since.IsZero():
		c.iterator, err = st.iterator(shard, "AT_TIMESTAMP", nil, &wire.Time{Time: c.since})
	default:
		c.iterator, err = st.iterator(shard, "TRIM_HORIZON", nil, nil)
	}
	return err
}

// streamRecord is one record of a shard.
type streamRecord struct {
	sequence string
	lane     string // records of one are handled in their order, whatever the parallelization
	arrived  time.Time
	event    json.RawMessage // as the function gets it
	passes   bool            // the mapping's filters
}

// read reads the records at a checkpoint, and moves it behind them. It reports whether there are more.
func (st *stream) read(shard string, c *checkpoint, limit int, f filters) (
	records []streamRecord, more bool, err error,
) {
	limit = min(limit, maxKinesisRead)
	if !st.kinesis {
		limit = min(limit, maxDynamoDBRead)
	}
	var out struct {
		Records            []json.RawMessage
		NextShardIterator  string
		MillisBehindLatest int64
	}
	err = st.getRecords(shard, c, limit, &out)
	if slices.Contains([]string{"ExpiredIteratorException", "TrimmedDataAccessException"}, errorCode(err)) {
		c.iterator = ""
		err = st.getRecords(shard, c, limit, &out)
	}
	if err != nil {
		return nil, false, err
	}
	for _, raw := range out.Records {
		r, err := st.change(raw, f)
		if st.kinesis {
			r, err = st.record(shard, raw, f)
		}
		if err != nil {
			return nil, false, err
		}
		if c.after == "" && !st.kinesis && r.arrived.Before(c.since.Truncate(time.Second)) {
			continue // TRIM_HORIZON stands for a position that expired
		}
		records = append(records, r)
	}
	c.iterator, c.ended = out.NextShardIterator, out.NextShardIterator == ""
	if n := len(records); n > 0 {
		c.after = records[n-1].sequence
	}
	return records, !c.ended && (len(out.Records) == limit || out.MillisBehindLatest > 0), nil
}

func (st *stream) getRecords(shard string, c *checkpoint, limit int, out any) error {
	if c.iterator == "" {
		if err := st.resume(shard, c); err != nil {
			return err
		}
	}
	return st.service.call(st.api, "GetRecords", struct {
		ShardIterator string
		Limit         int
	}{c.iterator, limit}, out)
}

// record makes a record of Kinesis.
func (st *stream) record(shard string, raw json.RawMessage, f filters) (streamRecord, error) {
	var in struct {
		SequenceNumber              string
		ApproximateArrivalTimestamp wire.Time
		Data                        []byte
		PartitionKey                string
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return streamRecord{}, err
	}
	type data struct {
		Version  string    `json:"kinesisSchemaVersion"`
		Key      string    `json:"partitionKey"`
		Sequence string    `json:"sequenceNumber"`
		Data     []byte    `json:"data"`
		Arrived  wire.Time `json:"approximateArrivalTimestamp"`
	}
	event, err := json.Marshal(struct {
		Kinesis data   `json:"kinesis"`
		Source  string `json:"eventSource"`
		Version string `json:"eventVersion"`
		ID      string `json:"eventID"`
		Name    string `json:"eventName"`
		Role    string `json:"invokeIdentityArn"`
		Region  string `json:"awsRegion"`
		ARN     string `json:"eventSourceARN"`
	}{
		data{"1.0", in.PartitionKey, in.SequenceNumber, in.Data, in.ApproximateArrivalTimestamp}, "aws:kinesis", "1.0",
		shard + ":" + in.SequenceNumber, "aws:kinesis:record", st.role, st.api.scope.Region, st.arn,
	})
	passes := f.pass(func() map[string]any {
		return map[string]any{
			"kinesisSchemaVersion": "1.0", "partitionKey": in.PartitionKey, "sequenceNumber": in.SequenceNumber,
			"approximateArrivalTimestamp": json.Number(strconv.FormatFloat(
				float64(in.ApproximateArrivalTimestamp.UnixMilli())/1000, 'f', -1, 64)),
		}
	}, string(in.Data))
	return streamRecord{in.SequenceNumber, in.PartitionKey, in.ApproximateArrivalTimestamp.Time, event, passes}, err
}

// change makes a record of a table's stream.
func (st *stream) change(raw json.RawMessage, f filters) (streamRecord, error) {
	var in struct {
		Change struct {
			SequenceNumber string
			Keys           json.RawMessage
			At             wire.Time `json:"ApproximateCreationDateTime"`
		} `json:"dynamodb"`
	}
	members := map[string]json.RawMessage{}
	if err := errors.Join(json.Unmarshal(raw, &in), json.Unmarshal(raw, &members)); err != nil {
		return streamRecord{}, err
	}
	arn, _ := json.Marshal(st.arn) // a string always marshals
	members["eventSourceARN"] = arn
	event, err := json.Marshal(members)
	passes := f.pass(func() map[string]any { return jsonObject(event) }, "")
	return streamRecord{in.Change.SequenceNumber, string(in.Change.Keys), in.Change.At.Time, event, passes}, err
}

// batchEvent is the payload for records.
func batchEvent(records []streamRecord) []byte {
	var b strings.Builder
	b.WriteString(`{"Records":[`)
	for i, r := range records {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(r.event)
	}
	b.WriteString(`]}`)
	return []byte(b.String())
}

// errorCode is the code of an error of AWS, else empty.
func errorCode(err error) string {
	if e, ok := errors.AsType[*api.Error](err); ok {
		return e.Code
	}
	return ""
}
