package sqs_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func entries(idsAndBodies ...string) []types.SendMessageBatchRequestEntry {
	var out []types.SendMessageBatchRequestEntry
	for i := 0; i < len(idsAndBodies); i += 2 {
		out = append(out, types.SendMessageBatchRequestEntry{Id: &idsAndBodies[i], MessageBody: &idsAndBodies[i+1]})
	}
	return out
}

func TestBatchesFailInPart(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	sent, err := w.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{
		QueueUrl: &url, Entries: entries("a", "1", "b", "\x02", "c", "3"),
	})
	require.NoError(t, err)
	require.Len(t, sent.Successful, 2)
	require.Len(t, sent.Failed, 1)
	require.Equal(t,
		types.BatchResultErrorEntry{Id: aws.String("b"), Code: aws.String("InvalidMessageContents"), SenderFault: true,
			Message: sent.Failed[0].Message}, sent.Failed[0])

	got := w.receive(url)
	require.Len(t, got, 2)
	changed, err := w.ChangeMessageVisibilityBatch(t.Context(),
		&sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
			{Id: aws.String("a"), ReceiptHandle: got[0].ReceiptHandle, VisibilityTimeout: 0},
			{Id: aws.String("b"), ReceiptHandle: aws.String("nonsense"), VisibilityTimeout: 0},
		}})
	require.NoError(t, err)
	require.Equal(t, "a", *changed.Successful[0].Id)
	require.Equal(t, "ReceiptHandleIsInvalid", *changed.Failed[0].Code)
	require.Equal(t, []string{"1"}, w.bodies(url))

	deleted, err := w.DeleteMessageBatch(t.Context(),
		&sqs.DeleteMessageBatchInput{QueueUrl: &url, Entries: []types.DeleteMessageBatchRequestEntry{
			{Id: aws.String("x"), ReceiptHandle: got[1].ReceiptHandle}, {
				Id: aws.String("y"), ReceiptHandle: aws.String("nonsense"),
			},
		}})
	require.NoError(t, err)
	require.Equal(t, "x", *deleted.Successful[0].Id)
	require.Equal(t, "y", *deleted.Failed[0].Id)
	require.Equal(t, [3]string{"0", "1", "0"}, w.counts(url))
}

func TestBatchesFailAsAWhole(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	var eleven []string
	for _, c := range "abcdefghijk" {
		eleven = append(eleven, string(c), "m")
	}
	half := strings.Repeat("x", 1<<19)
	for want, list := range map[string][]types.SendMessageBatchRequestEntry{
		"EmptyBatchRequest":            {},
		"TooManyEntriesInBatchRequest": entries(eleven...),
		"BatchEntryIdsNotDistinct":     entries("a", "1", "a", "2"),
		"InvalidBatchEntryId":          entries("a b", "1"),
		"BatchRequestTooLong":          entries("a", half, "b", half+"x"),
	} {
		_, err := w.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: list})
		require.Equal(t, "AWS.SimpleQueueService."+want, awstest.Code(err))
	}
	_, err := w.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{
		QueueUrl: &url, Entries: entries("a", half, "b", half),
	})
	require.NoError(t, err, "exactly 1 MiB")
}
