package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"
)

// queue makes a queue and returns its URL and ARN.
func (f *fixture) queue(t testing.TB, name string, attributes ...string) (url, arn string) {
	t.Helper()
	all := map[string]string{}
	for i := 0; i < len(attributes); i += 2 {
		all[attributes[i]] = attributes[i+1]
	}
	out, err := f.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: all})
	require.NoError(t, err)
	return *out.QueueUrl, "arn:aws:sqs:us-east-1:" + account + ":" + name
}

func (f *fixture) put(t testing.TB, url string, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		_, err := f.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body})
		require.NoError(t, err)
	}
}

// count returns how many messages a queue has: visible and in flight.
func (f *fixture) count(t testing.TB, url string) string {
	t.Helper()
	out, err := f.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{"All"},
	})
	require.NoError(t, err)
	return out.Attributes["ApproximateNumberOfMessages"] + "+" + out.Attributes["ApproximateNumberOfMessagesNotVisible"]
}

func (f *fixture) has(t testing.TB, url, want string) {
	t.Helper()
	require.Eventually(t, func() bool { return f.count(t, url) == want }, 10*time.Second, time.Millisecond,
		"the queue does not come to %s", want)
}

func (f *fixture) mapping(t testing.TB, in sdk.CreateEventSourceMappingInput) string {
	t.Helper()
	if in.FunctionName == nil {
		in.FunctionName = aws.String("f")
	}
	out, err := f.CreateEventSourceMapping(t.Context(), &in)
	require.NoError(t, err)
	require.Equal(t, "Creating", *out.State)
	return *out.UUID
}

func TestMessagesReachTheFunction(t *testing.T) {
	g := newGate()
	f := start(t, handlers{"f": g.handle})
	url, arn := f.queue(t, "q")
	uuid := f.mapping(t, sdk.CreateEventSourceMappingInput{EventSourceArn: &arn})
	f.put(t, url, "one")
	var event struct{ Records []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(g.enter(t)), &event))
	require.Len(t, event.Records, 1)
	record := event.Records[0]
	require.Equal(t, "one", record["body"])
	require.Equal(t, "aws:sqs", record["eventSource"])
	require.Equal(t, arn, record["eventSourceARN"])
	require.Equal(t, "1", record["attributes"].(map[string]any)["ApproximateReceiveCount"])
	require.Equal(t, "0+1", f.count(t, url))
	g.leave <- nil
	f.has(t, url, "0+0")

	f.put(t, url, "two")
	g.enter(t)
	g.leave <- errors.New("no")
	f.await(t, 2)
	require.Equal(t, "0+1", f.count(t, url))
	f.clock.Advance(31 * time.Second) // the visibility timeout
	g.enter(t)
	g.leave <- nil
	f.has(t, url, "0+0")
	require.Eventually(t, func() bool {
		out, err := f.GetEventSourceMapping(t.Context(), &sdk.GetEventSourceMappingInput{UUID: &uuid})
		return err == nil && *out.State == "Enabled" && *out.LastProcessingResult == "OK"
	}, 10*time.Second, time.Millisecond)
	_, err := f.DeleteEventSourceMapping(t.Context(), &sdk.DeleteEventSourceMappingInput{UUID: &uuid})
	require.NoError(t, err)
	_, err = f.GetEventSourceMapping(t.Context(), &sdk.GetEventSourceMappingInput{UUID: &uuid})
	wantError(t, err, "ResourceNotFoundException", "The resource you requested does not exist.")
}

func TestFailedItemsStayInTheQueue(t *testing.T) {
	for name, c := range map[string]struct{ answer, left string }{
		"some":  {`{"batchItemFailures":[{"itemIdentifier":"%s"}]}`, "0+1"},
		"none":  {`{"batchItemFailures":[]}`, "0+0"},
		"null":  {`null`, "0+0"},
		"other": {`{"batchItemFailures":[{"itemIdentifier":"x"}]}`, "0+2"},
		"empty": {`{"batchItemFailures":[{"itemIdentifier":""}]}`, "0+2"},
		"shape": {`{"batchItemFailures":1}`, "0+2"},
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t, handlers{"f": func(_ context.Context, payload []byte) ([]byte, error) {
				var event struct {
					Records []struct{ MessageID, Body string }
				}
				if err := json.Unmarshal(payload, &event); err != nil || len(event.Records) != 2 {
					return nil, fmt.Errorf("%s: %w", payload, err)
				}
				if name == "some" {
					return fmt.Appendf(nil, c.answer, event.Records[1].MessageID), nil
				}
				return []byte(c.answer), nil
			}})
			url, arn := f.queue(t, "q")
			f.put(t, url, "one", "two")
			f.mapping(t, sdk.CreateEventSourceMappingInput{
				EventSourceArn: &arn, FunctionResponseTypes: []types.FunctionResponseType{"ReportBatchItemFailures"},
			})
			f.await(t, 1)
			require.Empty(t, f.reports[0].Error)
			f.has(t, url, c.left)
		})
	}
}

// The pollers read more than the function may run: what they hold is throttled until it is visible again, and a queue
// that allows one receive gives healthy messages up.
func TestOverpull(t *testing.T) {
	for name, c := range map[string]struct {
		most *int32
		dead string
	}{"reserved": {nil, "3+0"}, "mapped": {aws.Int32(2), "0+0"}} {
		t.Run(name, func(t *testing.T) {
			g := newGate()
			f := start(t, handlers{"f": g.handle})
			_, err := f.UpdateFunctionConfiguration(t.Context(), &sdk.UpdateFunctionConfigurationInput{
				FunctionName: aws.String("f"), Timeout: aws.Int32(10),
			})
			require.NoError(t, err)
			_, err = f.PutFunctionConcurrency(t.Context(), &sdk.PutFunctionConcurrencyInput{
				FunctionName: aws.String("f"), ReservedConcurrentExecutions: aws.Int32(2),
			})
			require.NoError(t, err)
			dead, deadARN := f.queue(t, "dead")
			url, arn := f.queue(t, "q", "VisibilityTimeout", "10", "RedrivePolicy",
				`{"deadLetterTargetArn":"`+deadARN+`","maxReceiveCount":1}`)
			f.put(t, url, "1", "2", "3", "4", "5")
			in := sdk.CreateEventSourceMappingInput{EventSourceArn: &arn, BatchSize: aws.Int32(1)}
			if c.most != nil {
				in.ScalingConfig = &types.ScalingConfig{MaximumConcurrency: c.most}
			}
			f.mapping(t, in)
			g.enter(t)
			g.enter(t)
			if c.most == nil {
				f.await(t, 3) // throttles
				f.has(t, url, "0+5")
				for range 9 {
					f.clock.Advance(time.Second)
				}
				g.leave <- nil
				g.leave <- nil
				f.has(t, url, "0+3")
				f.clock.Advance(2 * time.Second)
			} else {
				f.has(t, url, "3+2")
				for range 2 {
					g.leave <- nil
					g.enter(t)
				}
				g.leave <- nil
				g.enter(t)
				g.leave <- nil
				g.leave <- nil
				f.has(t, url, "0+0")
			}
			f.has(t, dead, c.dead)
		})
	}
}

func TestMoreMessagesGetMorePollers(t *testing.T) {
	g := newGate()
	f := start(t, handlers{"f": g.handle})
	url, arn := f.queue(t, "q")
	for n := range 20 {
		f.put(t, url, fmt.Sprint(n))
	}
	f.mapping(t, sdk.CreateEventSourceMappingInput{EventSourceArn: &arn, BatchSize: aws.Int32(1)})
	for range 5 {
		g.enter(t)
	}
	require.Equal(t, "15+5", f.count(t, url))
	f.clock.Advance(time.Second)
	for range 5 {
		g.enter(t)
	}
	require.Equal(t, "10+10", f.count(t, url))
	for range 20 {
		select {
		case <-g.entered:
		default:
		}
		g.leave <- nil
	}
	f.has(t, url, "0+0")
}

func TestAWindowGathersABatch(t *testing.T) {
	g := newGate()
	f := start(t, handlers{"f": g.handle})
	url, arn := f.queue(t, "q")
	for n := range 15 {
		f.put(t, url, fmt.Sprint(n))
	}
	f.mapping(t, sdk.CreateEventSourceMappingInput{
		EventSourceArn: &arn, BatchSize: aws.Int32(15), MaximumBatchingWindowInSeconds: aws.Int32(20),
		ScalingConfig: &types.ScalingConfig{MaximumConcurrency: aws.Int32(2)},
	})
	f.has(t, url, "0+15")
	// Two pollers may share the messages; then the end of the window gives the function what they have.
	seen := 0
	for seen < 15 {
		f.clock.Advance(time.Second)
		select {
		case payload := <-g.entered:
			var event struct{ Records []json.RawMessage }
			require.NoError(t, json.Unmarshal([]byte(payload), &event))
			seen += len(event.Records)
			g.leave <- nil
		case <-time.After(10 * time.Millisecond):
		}
	}
	f.has(t, url, "0+0")
}

func TestAMappingIsRefused(t *testing.T) {
	f := start(t, handlers{"f": echo})
	_, arn := f.queue(t, "q", "VisibilityTimeout", "2")
	_, fifo := f.queue(t, "q.fifo", "FifoQueue", "true")
	for message, in := range map[string]sdk.CreateEventSourceMappingInput{
		"Queue visibility timeout: 2 seconds is less than Function timeout": {EventSourceArn: &arn},
		"The specified queue does not exist.":                               {EventSourceArn: aws.String(arn + "x")},
		"Maximum batch window in seconds must be greater than 0": {
			EventSourceArn: &arn, BatchSize: aws.Int32(11)},
		"not supported for FIFO queues": {
			EventSourceArn: &fifo, MaximumBatchingWindowInSeconds: aws.Int32(1)},
		"Member must have value less than or equal to 10000": {
			EventSourceArn: &arn, BatchSize: aws.Int32(10001)},
		"Member must have value greater than or equal to 2": {EventSourceArn: &arn,
			ScalingConfig: &types.ScalingConfig{MaximumConcurrency: aws.Int32(1)}},
		"Unrecognized event source":         {EventSourceArn: aws.String("q")},
		"Unsupported parameter for the SQS": {EventSourceArn: &arn, MaximumRetryAttempts: aws.Int32(1)},
		"no event source mappings for kafka": {
			EventSourceArn: aws.String("arn:aws:kafka:us-east-1:000000000000:cluster/c")},
		"Function not found: arn:aws:lambda:us-east-1": {EventSourceArn: &arn, FunctionName: aws.String("g")},
	} {
		if in.FunctionName == nil {
			in.FunctionName = aws.String("f")
		}
		_, err := f.CreateEventSourceMapping(t.Context(), &in)
		require.ErrorContains(t, err, message)
	}
}
