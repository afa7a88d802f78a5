package sqs_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/clocktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is an embedded AWS on a clock that stands still until a test moves it, and a client.
type world struct {
	*sqs.Client
	t      testing.TB
	clock  *clocktest.Clock
	server *awslocal.Server
}

func newWorld(t testing.TB) *world {
	clock := clocktest.New(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	server := awstest.Start(t, awslocal.Config{Clock: clock})
	return &world{Client: sqs.NewFromConfig(awstest.Config(t, server)), t: t, clock: clock, server: server}
}

// queue creates a queue and returns its URL.
func (w *world) queue(name string, pairs ...string) string {
	w.t.Helper()
	out, err := w.CreateQueue(w.t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: awstest.Attrs(pairs...)})
	require.NoError(w.t, err)
	return *out.QueueUrl
}

func arn(name string) string { return "arn:aws:sqs:us-east-1:000000000000:" + name }

func redriveTo(name string, max int) string {
	return `{"deadLetterTargetArn":"` + arn(name) + `","maxReceiveCount":` + strconv.Itoa(max) + `}`
}

func (w *world) send(url, body string) *sqs.SendMessageOutput {
	w.t.Helper()
	out, err := w.SendMessage(w.t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body})
	require.NoError(w.t, err)
	return out
}

func (w *world) sendTo(url, group, dedup, body string) *sqs.SendMessageOutput {
	w.t.Helper()
	in := &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, MessageGroupId: &group}
	if dedup != "" {
		in.MessageDeduplicationId = &dedup
	}
	out, err := w.SendMessage(w.t.Context(), in)
	require.NoError(w.t, err)
	return out
}

// receive receives up to ten messages with all their attributes.
func (w *world) receive(url string, change ...func(*sqs.ReceiveMessageInput)) []types.Message {
	w.t.Helper()
	in := &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: 10,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
		MessageAttributeNames:       []string{"All"},
	}
	for _, c := range change {
		c(in)
	}
	out, err := w.ReceiveMessage(w.t.Context(), in)
	require.NoError(w.t, err)
	return out.Messages
}

func limit(n int32) func(*sqs.ReceiveMessageInput) {
	return func(in *sqs.ReceiveMessageInput) { in.MaxNumberOfMessages = n }
}

func (w *world) bodies(url string, change ...func(*sqs.ReceiveMessageInput)) []string {
	w.t.Helper()
	var out []string
	for _, m := range w.receive(url, change...) {
		out = append(out, *m.Body)
	}
	return out
}

func (w *world) delete(url string, m types.Message) {
	w.t.Helper()
	_, err := w.DeleteMessage(w.t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle})
	require.NoError(w.t, err)
}

func (w *world) visibility(url string, m types.Message, seconds int32) error {
	_, err := w.ChangeMessageVisibility(w.t.Context(), &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: seconds,
	})
	return err
}

func (w *world) attribute(url, name string) string {
	w.t.Helper()
	out, err := w.GetQueueAttributes(w.t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeName(name)},
	})
	require.NoError(w.t, err)
	return out.Attributes[name]
}

// counts returns how many messages are visible, in flight and delayed.
func (w *world) counts(url string) [3]string {
	w.t.Helper()
	return [3]string{
		w.attribute(url, "ApproximateNumberOfMessages"),
		w.attribute(url, "ApproximateNumberOfMessagesNotVisible"),
		w.attribute(url, "ApproximateNumberOfMessagesDelayed"),
	}
}
