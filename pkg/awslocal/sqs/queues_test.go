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

func TestCreateQueueTwice(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q", "VisibilityTimeout", "10")
	require.Equal(t, url, w.queue("q", "VisibilityTimeout", "10"))
	require.Equal(t, url, w.queue("q"))
	_, err := w.CreateQueue(t.Context(), &sqs.CreateQueueInput{
		QueueName: aws.String("q"), Attributes: awstest.Attrs("VisibilityTimeout", "11"),
	})
	require.Equal(t, "QueueAlreadyExists", awstest.Code(err))
	var typed *types.QueueNameExists
	require.ErrorAs(t, err, &typed)
}

func TestCreateQueueErrors(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		queue string
		attrs map[string]string
		want  string
	}{
		"characters":          {"a b", nil, "InvalidParameterValue"},
		"too long":            {strings.Repeat("q", 81), nil, "InvalidParameterValue"},
		"suffix without FIFO": {"q.fifo", nil, "InvalidParameterValue"},
		"FIFO without suffix": {"q", awstest.Attrs("FifoQueue", "true"), "InvalidParameterValue"},
		"FIFO false":          {"q.fifo", awstest.Attrs("FifoQueue", "false"), "InvalidAttributeValue"},
		"unknown":             {"q", awstest.Attrs("Color", "red"), "InvalidAttributeName"},
		"read only":           {"q", awstest.Attrs("QueueArn", "x"), "InvalidAttributeName"},
		"FIFO attribute":      {"q", awstest.Attrs("ContentBasedDeduplication", "true"), "InvalidAttributeName"},
		"delay":               {"q", awstest.Attrs("DelaySeconds", "901"), "InvalidAttributeValue"},
		"no number":           {"q", awstest.Attrs("DelaySeconds", "soon"), "InvalidAttributeValue"},
		"empty number":        {"q", awstest.Attrs("VisibilityTimeout", ""), "InvalidAttributeValue"},
		"message size":        {"q", awstest.Attrs("MaximumMessageSize", "1048577"), "InvalidAttributeValue"},
		"retention":           {"q", awstest.Attrs("MessageRetentionPeriod", "59"), "InvalidAttributeValue"},
		"wait":                {"q", awstest.Attrs("ReceiveMessageWaitTimeSeconds", "21"), "InvalidAttributeValue"},
		"visibility":          {"q", awstest.Attrs("VisibilityTimeout", "43201"), "InvalidAttributeValue"},
		"policy":              {"q", awstest.Attrs("Policy", "{"), "InvalidAttributeValue"},
		"scope": {"q.fifo", awstest.Attrs("FifoQueue", "true", "DeduplicationScope", "world"),
			"InvalidAttributeValue"},
	} {
		_, err := w.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &c.queue, Attributes: c.attrs})
		require.Equal(t, c.want, awstest.Code(err), name)
	}
}

func TestQueueAttributes(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true")
	out, err := w.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{"All"},
	})
	require.NoError(t, err)
	require.Equal(t, awstest.Attrs(
		"ApproximateNumberOfMessages", "0", "ApproximateNumberOfMessagesDelayed", "0",
		"ApproximateNumberOfMessagesNotVisible", "0",
		"ContentBasedDeduplication", "false", "CreatedTimestamp", "1767323045", "DeduplicationScope", "queue", "DelaySeconds",
		"0",
		"FifoQueue", "true", "FifoThroughputLimit", "perQueue", "LastModifiedTimestamp", "1767323045", "MaximumMessageSize",
		"1048576",
		"MessageRetentionPeriod", "345600", "QueueArn", arn("q.fifo"), "ReceiveMessageWaitTimeSeconds", "0",
		"SqsManagedSseEnabled", "true",
		"VisibilityTimeout", "30"), out.Attributes)

	w.clock.Advance(5e9)
	_, err = w.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
		QueueUrl: &url, Attributes: awstest.Attrs("VisibilityTimeout", "1"),
	})
	require.NoError(t, err)
	require.Equal(t, "1", w.attribute(url, "VisibilityTimeout"))
	require.Equal(t, "1767323050", w.attribute(url, "LastModifiedTimestamp"))
	_, err = w.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{"Color"},
	})
	require.Equal(t, "InvalidAttributeName", awstest.Code(err))
	_, err = w.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
		QueueUrl: &url, Attributes: awstest.Attrs("VisibilityTimeout", "-1"),
	})
	require.Equal(t, "InvalidAttributeValue", awstest.Code(err))
}

func TestListQueuesInPages(t *testing.T) {
	w := newWorld(t)
	a, b, c := w.queue("list-a"), w.queue("list-b"), w.queue("list-c")
	w.queue("other")
	in := &sqs.ListQueuesInput{QueueNamePrefix: aws.String("list-"), MaxResults: aws.Int32(2)}
	out, err := w.ListQueues(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, []string{a, b}, out.QueueUrls)
	in.NextToken = out.NextToken
	out, err = w.ListQueues(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, []string{c}, out.QueueUrls)
	require.Nil(t, out.NextToken)
	in.MaxResults = aws.Int32(1001)
	_, err = w.ListQueues(t.Context(), in)
	require.Equal(t, "InvalidParameterValue", awstest.Code(err))
}

func TestPurgeAndDeleteQueue(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	w.send(url, "a")
	w.send(url, "b")
	m := w.receive(url, limit(1))[0]
	_, err := w.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: &url})
	require.NoError(t, err)
	require.Equal(t, [3]string{"0", "0", "0"}, w.counts(url))
	w.delete(url, m)

	w.send(url, "c")
	_, err = w.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &url})
	require.NoError(t, err)
	_, err = w.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("m")})
	require.Equal(t, "AWS.SimpleQueueService.NonExistentQueue", awstest.Code(err))
	require.Empty(t, w.receive(w.queue("q")), "a new queue of the same name is empty")
}

func TestTags(t *testing.T) {
	w := newWorld(t)
	out, err := w.CreateQueue(t.Context(), &sqs.CreateQueueInput{
		QueueName: aws.String("q"), Tags: awstest.Attrs("a", "1"),
	})
	require.NoError(t, err)
	url := out.QueueUrl
	_, err = w.TagQueue(t.Context(), &sqs.TagQueueInput{QueueUrl: url, Tags: awstest.Attrs("b", "2", "c", "3")})
	require.NoError(t, err)
	_, err = w.UntagQueue(t.Context(), &sqs.UntagQueueInput{QueueUrl: url, TagKeys: []string{"a", "none"}})
	require.NoError(t, err)
	tags, err := w.ListQueueTags(t.Context(), &sqs.ListQueueTagsInput{QueueUrl: url})
	require.NoError(t, err)
	require.Equal(t, awstest.Attrs("b", "2", "c", "3"), tags.Tags)
}

func TestPermissions(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	add := &sqs.AddPermissionInput{
		QueueUrl: &url, Label: aws.String("l"), AWSAccountIds: []string{"111122223333"}, Actions: []string{"SendMessage"},
	}
	_, err := w.AddPermission(t.Context(), add)
	require.NoError(t, err)
	require.Contains(t, w.attribute(url, "Policy"), "SQS:SendMessage")
	_, err = w.AddPermission(t.Context(), add)
	require.Equal(t, "InvalidParameterValue", awstest.Code(err), "label in use")
	_, err = w.RemovePermission(t.Context(), &sqs.RemovePermissionInput{QueueUrl: &url, Label: aws.String("l")})
	require.NoError(t, err)
	require.Empty(t, w.attribute(url, "Policy"))
	_, err = w.RemovePermission(t.Context(), &sqs.RemovePermissionInput{QueueUrl: &url, Label: aws.String("l")})
	require.Equal(t, "InvalidParameterValue", awstest.Code(err))
}
