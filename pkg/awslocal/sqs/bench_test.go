package sqs_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

// BenchmarkSQSSendReceiveDelete is one message's life through the SDK and loopback: three
// calls an op.
func BenchmarkSQSSendReceiveDelete(b *testing.B) {
	c := sqs.NewFromConfig(awstest.Config(b, awstest.Start(b, awslocal.Config{})))
	ctx := b.Context()
	queue, err := c.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("bench")})
	require.NoError(b, err)
	body := aws.String(strings.Repeat("x", 256))

	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: body}); err != nil {
			b.Fatal(err)
		}
		got, err := c.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, MaxNumberOfMessages: 1})
		if err != nil || len(got.Messages) != 1 {
			b.Fatal(err, got)
		}
		if _, err := c.DeleteMessage(ctx, &sqs.DeleteMessageInput{
			QueueUrl: queue.QueueUrl, ReceiptHandle: got.Messages[0].ReceiptHandle,
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(3*float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
