package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"
)

// reader is a function that notes the batches of a stream, and fails as it is told.
type reader struct {
	fail func(keys []string, sequences []string) (answer string, err error)

	mu      sync.Mutex
	batches []string // the records' partition keys
	event   []byte   // the last
}

func (r *reader) handle(_ context.Context, payload []byte) ([]byte, error) {
	var in struct {
		Records []struct {
			Kinesis struct{ PartitionKey, SequenceNumber string }
		}
	}
	if err := json.Unmarshal(payload, &in); err != nil {
		return nil, err
	}
	var keys, sequences []string
	for _, one := range in.Records {
		keys, sequences = append(keys, one.Kinesis.PartitionKey), append(sequences, one.Kinesis.SequenceNumber)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.batches, r.event = append(r.batches, strings.Join(keys, "")), payload
	if r.fail == nil {
		return []byte(`null`), nil
	}
	answer, err := r.fail(keys, sequences)
	return []byte(answer), err
}

func (r *reader) seen() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.batches, " ")
}

// poison fails for a batch with the key x.
func poison(keys, _ []string) (string, error) {
	if slices.Contains(keys, "x") {
		return "", errors.New("no")
	}
	return `null`, nil
}

// reports tells that x has failed.
func reports(keys, sequences []string) (string, error) {
	if i := slices.Index(keys, "x"); i >= 0 {
		return fmt.Sprintf(`{"batchItemFailures":[{"itemIdentifier":%q}]}`, sequences[i]), nil
	}
	return `{"batchItemFailures":[]}`, nil
}

// log is a stream of Kinesis.
type log struct {
	*kinesis.Client
	name, arn string
}

func (f *fixture) log(t testing.TB, shards int32) log {
	t.Helper()
	l := log{kinesis.NewFromConfig(f.config), "s", "arn:aws:kinesis:us-east-1:" + account + ":stream/s"}
	_, err := l.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: &l.name, ShardCount: &shards})
	require.NoError(t, err)
	return l
}

func (l log) put(t testing.TB, keys string) {
	t.Helper()
	for _, key := range strings.Split(keys, "") {
		_, err := l.PutRecord(t.Context(), &kinesis.PutRecordInput{
			StreamName: &l.name, PartitionKey: &key, Data: fmt.Appendf(nil, `{"key":%q}`, key),
		})
		require.NoError(t, err)
	}
}

// mapLog makes a mapping of a stream, from its beginning.
func (f *fixture) mapLog(t testing.TB, l log, change ...func(*sdk.CreateEventSourceMappingInput)) string {
	t.Helper()
	in := sdk.CreateEventSourceMappingInput{EventSourceArn: &l.arn, StartingPosition: "TRIM_HORIZON"}
	for _, do := range change {
		do(&in)
	}
	return f.mapping(t, in)
}

// comes lets time pass until got returns what is wanted.
func (f *fixture) comes(t testing.TB, want string, got func() string) {
	t.Helper()
	for range 2000 {
		if got() == want {
			return
		}
		f.clock.Advance(250 * time.Millisecond)
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("got %s, want %s", got(), want)
}

func (f *fixture) result(t testing.TB, uuid string) string {
	t.Helper()
	out, err := f.GetEventSourceMapping(t.Context(), &sdk.GetEventSourceMappingInput{UUID: &uuid})
	require.NoError(t, err)
	return *out.LastProcessingResult
}

func TestRecordsReachTheFunction(t *testing.T) {
	var r reader
	f := start(t, handlers{"f": r.handle})
	l := f.log(t, 1)
	l.put(t, "abc")
	uuid := f.mapLog(t, l)
	f.comes(t, "abc", r.seen)
	l.put(t, "d")
	f.comes(t, "abc d", r.seen)
	var event struct{ Records []map[string]any }
	require.NoError(t, json.Unmarshal(r.event, &event))
	record := event.Records[0]
	require.Equal(t, "aws:kinesis", record["eventSource"])
	require.Equal(t, "aws:kinesis:record", record["eventName"])
	require.Equal(t, l.arn, record["eventSourceARN"])
	require.Equal(t, role, record["invokeIdentityArn"])
	data := record["kinesis"].(map[string]any)
	require.Equal(t, "eyJrZXkiOiJkIn0=", data["data"])
	require.Equal(t, "shardId-000000000000:"+data["sequenceNumber"].(string), record["eventID"])
	f.comes(t, "OK", func() string { return f.result(t, uuid) })
	f.clock.Advance(time.Hour) // iterators expire
	l.put(t, "e")
	f.comes(t, "abc d e", r.seen)
}

func TestAMappingOfAStreamBeginsWhereItIsTold(t *testing.T) {
	for want, begin := range map[string]func(*sdk.CreateEventSourceMappingInput){
		"abc": func(in *sdk.CreateEventSourceMappingInput) {},
		"c":   func(in *sdk.CreateEventSourceMappingInput) { in.StartingPosition = "LATEST" },
		"bc": func(in *sdk.CreateEventSourceMappingInput) {
			in.StartingPosition, in.StartingPositionTimestamp = "AT_TIMESTAMP", aws.Time(epoch.Add(time.Minute))
		},
	} {
		t.Run(want, func(t *testing.T) {
			var r reader
			f := start(t, handlers{"f": r.handle})
			l := f.log(t, 1)
			l.put(t, "a")
			f.clock.Advance(time.Minute)
			l.put(t, "b")
			f.mapLog(t, l, begin)
			l.put(t, "c")
			f.comes(t, want, func() string { return strings.ReplaceAll(r.seen(), " ", "") })
		})
	}
}

// A batch that fails blocks its shard until it is done or given up; what is given up goes to the destination.
func TestAFailingBatch(t *testing.T) {
	retries := func(n int32) func(*sdk.CreateEventSourceMappingInput) {
		return func(in *sdk.CreateEventSourceMappingInput) { in.MaximumRetryAttempts = &n }
	}
	bisects := func(in *sdk.CreateEventSourceMappingInput) { in.BisectBatchOnFunctionError = aws.Bool(true) }
	partial := func(in *sdk.CreateEventSourceMappingInput) {
		in.FunctionResponseTypes = []types.FunctionResponseType{"ReportBatchItemFailures"}
	}
	for name, c := range map[string]struct {
		fail   func(keys, sequences []string) (string, error)
		change []func(*sdk.CreateEventSourceMappingInput)
		seen   string
		lost   string // condition, size, count
	}{
		"is given up": {poison, []func(*sdk.CreateEventSourceMappingInput){retries(1)},
			"abxd abxd e", "RetryAttemptsExhausted 4 2"},
		"is bisected": {poison, []func(*sdk.CreateEventSourceMappingInput){retries(1), bisects},
			"abxd ab xd x x d e", "RetryAttemptsExhausted 1 4"},
		"says what failed": {reports, []func(*sdk.CreateEventSourceMappingInput){retries(1), partial},
			"abxd xd e", "RetryAttemptsExhausted 2 2"},
		"says what failed, and is bisected": {reports, []func(*sdk.CreateEventSourceMappingInput){
			retries(1), partial, bisects}, "abxd xd x x d e", "RetryAttemptsExhausted 1 4"},
		"names an unknown item": {func(keys, _ []string) (string, error) {
			if len(keys) > 1 {
				return `{"batchItemFailures":[{"itemIdentifier":"1"}]}`, nil
			}
			return "", nil
		}, []func(*sdk.CreateEventSourceMappingInput){retries(0), partial}, "abxd e", "RetryAttemptsExhausted 4 1"},
		"is too old": {poison, []func(*sdk.CreateEventSourceMappingInput){
			func(in *sdk.CreateEventSourceMappingInput) { in.MaximumRecordAgeInSeconds = aws.Int32(60) }},
			"abxd abxd abxd abxd abxd abxd e", "RecordAgeExceeded 4 6"},
	} {
		t.Run(name, func(t *testing.T) {
			r := reader{fail: c.fail}
			f := start(t, handlers{"f": r.handle})
			l := f.log(t, 1)
			url, dead := f.queue(t, "dead")
			l.put(t, "abxd")
			c.change = append(c.change, func(in *sdk.CreateEventSourceMappingInput) {
				in.BatchSize = aws.Int32(4)
				in.DestinationConfig = &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: &dead}}
			})
			f.mapLog(t, l, c.change...)
			f.comes(t, strings.TrimSuffix(c.seen, " e"), r.seen)
			l.put(t, "e")
			f.comes(t, c.seen, r.seen)
			f.has(t, url, "1+0")
			out, err := f.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url})
			require.NoError(t, err)
			var lost struct {
				RequestContext struct {
					Condition              string
					ApproximateInvokeCount int
				}
				KinesisBatchInfo struct {
					ShardID, StreamArn, StartSequenceNumber, EndSequenceNumber string
					BatchSize                                                  int
				}
			}
			require.NoError(t, json.Unmarshal([]byte(*out.Messages[0].Body), &lost))
			info := lost.KinesisBatchInfo
			require.Equal(t, c.lost, fmt.Sprint(lost.RequestContext.Condition, " ", info.BatchSize, " ",
				lost.RequestContext.ApproximateInvokeCount))
			require.Equal(t, "shardId-000000000000 "+l.arn, info.ShardID+" "+info.StreamArn)
			require.Equal(t, info.BatchSize == 1, info.StartSequenceNumber == info.EndSequenceNumber)
		})
	}
}

// Of a split shard the children are read when the parent is done.
func TestChildrenAreReadAfterTheirParent(t *testing.T) {
	failing := true
	r := reader{fail: func([]string, []string) (string, error) {
		if failing {
			return "", errors.New("no")
		}
		return "", nil
	}}
	f := start(t, handlers{"f": r.handle})
	l := f.log(t, 1)
	l.put(t, "a")
	_, err := l.SplitShard(t.Context(), &kinesis.SplitShardInput{
		StreamName: &l.name, ShardToSplit: aws.String("shardId-000000000000"),
		NewStartingHashKey: aws.String("170141183460469231731687303715884105728"),
	})
	require.NoError(t, err)
	l.put(t, "bcd")
	f.mapLog(t, l)
	f.comes(t, "a a a", r.seen)
	r.mu.Lock()
	failing = false
	r.mu.Unlock()
	f.comes(t, "bcd", func() string {
		children := strings.Split(strings.TrimLeft(r.seen(), "a "), "")
		slices.Sort(children)
		return strings.TrimSpace(strings.Join(children, ""))
	})
}

// The records of one key keep their order, and those of other keys go on meanwhile.
func TestLanesOfAShard(t *testing.T) {
	var mu sync.Mutex
	running, most := 0, 0
	order := map[string]string{}
	f := start(t, handlers{"f": func(_ context.Context, payload []byte) ([]byte, error) {
		var in struct {
			Records []struct {
				Kinesis struct{ PartitionKey, SequenceNumber string }
			}
		}
		if err := json.Unmarshal(payload, &in); err != nil {
			return nil, err
		}
		mu.Lock()
		running++
		most = max(most, running)
		for _, one := range in.Records {
			if last := order[one.Kinesis.PartitionKey]; last >= one.Kinesis.SequenceNumber {
				order["wrong"] = last
			}
			order[one.Kinesis.PartitionKey] = one.Kinesis.SequenceNumber
		}
		mu.Unlock()
		time.Sleep(10 * time.Millisecond)
		mu.Lock()
		running--
		mu.Unlock()
		return nil, nil
	}})
	l := f.log(t, 1)
	l.put(t, strings.Repeat("abcdefgh", 4))
	f.mapLog(t, l, func(in *sdk.CreateEventSourceMappingInput) {
		in.ParallelizationFactor, in.BatchSize = aws.Int32(4), aws.Int32(2)
	})
	f.comes(t, "8 true", func() string {
		mu.Lock()
		defer mu.Unlock()
		return fmt.Sprint(len(order), most > 1)
	})
}

func TestAWindowGathersRecords(t *testing.T) {
	var r reader
	f := start(t, handlers{"f": r.handle})
	l := f.log(t, 1)
	f.mapLog(t, l, func(in *sdk.CreateEventSourceMappingInput) {
		in.BatchSize, in.MaximumBatchingWindowInSeconds = aws.Int32(3), aws.Int32(10)
	})
	l.put(t, "a")
	for range 20 {
		f.clock.Advance(250 * time.Millisecond)
		time.Sleep(time.Millisecond)
	}
	require.Empty(t, r.seen())
	l.put(t, "b")
	f.comes(t, "ab", r.seen) // the window is over
	l.put(t, "cde")
	f.comes(t, "ab cde", r.seen)
}

// A mapping that is changed goes on where it was.
func TestAMappingOfAStreamIsPaused(t *testing.T) {
	var r reader
	f := start(t, handlers{"f": r.handle})
	l := f.log(t, 1)
	uuid := f.mapLog(t, l, func(in *sdk.CreateEventSourceMappingInput) { in.StartingPosition = "LATEST" })
	update := func(in sdk.UpdateEventSourceMappingInput) {
		in.UUID = &uuid
		_, err := f.UpdateEventSourceMapping(t.Context(), &in)
		require.NoError(t, err)
	}
	update(sdk.UpdateEventSourceMappingInput{Enabled: aws.Bool(false)})
	l.put(t, "a")
	f.clock.Advance(time.Hour)
	require.Empty(t, r.seen())
	update(sdk.UpdateEventSourceMappingInput{Enabled: aws.Bool(true)})
	f.comes(t, "a", r.seen)
	update(sdk.UpdateEventSourceMappingInput{BatchSize: aws.Int32(1)})
	l.put(t, "bc")
	f.comes(t, "a b c", r.seen)
}

func TestChangesOfATableReachTheFunction(t *testing.T) {
	events := make(chan []byte, 10)
	f := start(t, handlers{"f": func(_ context.Context, payload []byte) ([]byte, error) {
		events <- payload
		return nil, nil
	}})
	tables := dynamodb.NewFromConfig(f.config)
	made, err := tables.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("table"), BillingMode: "PAY_PER_REQUEST",
		KeySchema:            []dynamotypes.KeySchemaElement{{AttributeName: aws.String("k"), KeyType: "HASH"}},
		AttributeDefinitions: []dynamotypes.AttributeDefinition{{AttributeName: aws.String("k"), AttributeType: "S"}},
		StreamSpecification: &dynamotypes.StreamSpecification{
			StreamEnabled: aws.Bool(true), StreamViewType: "NEW_AND_OLD_IMAGES",
		},
	})
	require.NoError(t, err)
	put := func(key string) {
		_, err := tables.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: aws.String("table"), Item: map[string]dynamotypes.AttributeValue{
				"k": &dynamotypes.AttributeValueMemberS{Value: key},
			},
		})
		require.NoError(t, err)
	}
	put("before")
	f.mapping(t, sdk.CreateEventSourceMappingInput{
		EventSourceArn: made.TableDescription.LatestStreamArn, StartingPosition: "LATEST",
		FilterCriteria: &types.FilterCriteria{Filters: []types.Filter{{Pattern: aws.String(
			`{"eventName":["INSERT"],"dynamodb":{"NewImage":{"k":{"S":["a","b"]}}}}`)}}},
	})
	for _, key := range []string{"x", "a", "b"} {
		put(key)
	}
	f.comes(t, "1", func() string { return fmt.Sprint(len(events)) })
	var event struct {
		Records []struct {
			EventName, EventSourceARN, EventSource string
			DynamoDB                               struct{ NewImage map[string]map[string]string }
		}
	}
	require.NoError(t, json.Unmarshal(<-events, &event))
	require.Len(t, event.Records, 2)
	require.Equal(t, "a", event.Records[0].DynamoDB.NewImage["k"]["S"])
	require.Equal(t, "INSERT aws:dynamodb "+*made.TableDescription.LatestStreamArn,
		event.Records[1].EventName+" "+event.Records[1].EventSource+" "+event.Records[1].EventSourceARN)
}
