package sns_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/clocktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is an embedded AWS on a clock that stands still until a test moves it.
type world struct {
	*sns.Client
	sqs    *sqs.Client
	t      testing.TB
	clock  *clocktest.Clock
	server *awslocal.Server
}

func newWorld(t testing.TB) *world {
	clock := clocktest.New(time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC))
	server := awstest.Start(t, awslocal.Config{Clock: clock})
	cfg := awstest.Config(t, server)
	return &world{Client: sns.NewFromConfig(cfg), sqs: sqs.NewFromConfig(cfg), t: t, clock: clock, server: server}
}

func (w *world) topic(name string, pairs ...string) string {
	w.t.Helper()
	out, err := w.CreateTopic(w.t.Context(), &sns.CreateTopicInput{Name: &name, Attributes: awstest.Attrs(pairs...)})
	require.NoError(w.t, err)
	return *out.TopicArn
}

func (w *world) queue(name string, pairs ...string) (url, arn string) {
	w.t.Helper()
	out, err := w.sqs.CreateQueue(w.t.Context(), &sqs.CreateQueueInput{
		QueueName: &name, Attributes: awstest.Attrs(pairs...),
	})
	require.NoError(w.t, err)
	return *out.QueueUrl, "arn:aws:sqs:us-east-1:000000000000:" + name
}

func (w *world) subscribe(topic, queueARN string, pairs ...string) string {
	w.t.Helper()
	out, err := w.Subscribe(w.t.Context(), &sns.SubscribeInput{
		TopicArn: &topic, Protocol: aws.String("sqs"), Endpoint: &queueARN, Attributes: awstest.Attrs(pairs...),
	})
	require.NoError(w.t, err)
	return *out.SubscriptionArn
}

func (w *world) publish(topic, message string, attributes ...map[string]types.MessageAttributeValue) string {
	w.t.Helper()
	in := &sns.PublishInput{TopicArn: &topic, Message: &message}
	for _, a := range attributes {
		in.MessageAttributes = a
	}
	out, err := w.Publish(w.t.Context(), in)
	require.NoError(w.t, err)
	return *out.MessageId
}

// drain receives up to ten messages from a queue.
func (w *world) drain(url string) []sqstypes.Message {
	w.t.Helper()
	out, err := w.sqs.ReceiveMessage(w.t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{"All"},
	})
	require.NoError(w.t, err)
	return out.Messages
}

func (w *world) bodies(url string) []string {
	w.t.Helper()
	var out []string
	for _, m := range w.drain(url) {
		out = append(out, *m.Body)
	}
	return out
}

func envelope(t testing.TB, body string) map[string]any {
	t.Helper()
	var out map[string]any
	require.NoError(t, json.Unmarshal([]byte(body), &out))
	return out
}

func value(dataType, text string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: &dataType, StringValue: &text}
}
