package awslocal_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
	"github.com/crashlab/crashlab/pkg/awslocal/signature"
)

// beside starts an AWS that verifies signatures, and one in front of it that has some services itself.
func beside(t *testing.T, services ...string) (front, up *awslocal.Server) {
	t.Helper()
	up = awstest.Start(t, awslocal.Config{Keys: signature.Keys{"test": "test"}})
	front = awstest.Start(t, awslocal.Config{Upstream: &awslocal.Upstream{
		URL: up.URL(), AccessKey: "test", SecretKey: "test", Services: services,
	}})
	return front, up
}

func TestServicesOfTheUpstream(t *testing.T) {
	front, up := beside(t, "dynamodb")
	cfg, upCfg := awstest.Config(t, front), awstest.Config(t, up)

	_, err := dynamodb.NewFromConfig(cfg).ListTables(t.Context(), &dynamodb.ListTablesInput{})
	require.NoError(t, err)
	made, err := sqs.NewFromConfig(cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
	require.NoError(t, err)
	require.Contains(t, *made.QueueUrl, front.URL(), "clients come back here")
	there, err := sqs.NewFromConfig(upCfg).ListQueues(t.Context(), &sqs.ListQueuesInput{})
	require.NoError(t, err)
	require.Len(t, there.QueueUrls, 1)

	objects := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	_, err = objects.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("photos")})
	require.NoError(t, err)
	body := strings.Repeat("x", 1<<20)
	_, err = objects.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String("photos"), Key: aws.String("k"), Body: strings.NewReader(body),
	})
	require.NoError(t, err)
	got, err := objects.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("photos"), Key: aws.String("k")})
	require.NoError(t, err)
	read, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	require.Equal(t, body, string(read))

	_, err = sns.NewFromConfig(cfg).Publish(t.Context(), &sns.PublishInput{
		TopicArn: aws.String("arn:aws:sns:us-east-1:000000000000:none"), Message: aws.String("m"),
	})
	require.Equal(t, "NotFound", awstest.Code(err), "an error comes as it is")
}

func TestNoAnswerOfTheUpstreamIsNone(t *testing.T) {
	front, up := beside(t, "dynamodb")
	up.Stop()
	_, err := sqs.NewFromConfig(awstest.Config(t, front)).ListQueues(t.Context(), &sqs.ListQueuesInput{})
	require.ErrorContains(t, err, "request send failed")
}

func TestOwnServicesCallThoseOfTheUpstream(t *testing.T) {
	front, up := beside(t, "events")
	queues := sqs.NewFromConfig(awstest.Config(t, up))
	made, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
	require.NoError(t, err)
	bus := eventbridge.NewFromConfig(awstest.Config(t, front))
	_, err = bus.PutRule(t.Context(), &eventbridge.PutRuleInput{
		Name: aws.String("r"), EventPattern: aws.String(`{"source":["shop"]}`),
	})
	require.NoError(t, err)
	_, err = bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("r"), Targets: []types.Target{
		{Id: aws.String("q"), Arn: aws.String("arn:aws:sqs:us-east-1:000000000000:q")},
	}})
	require.NoError(t, err)
	_, err = bus.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{Source: aws.String("shop"), DetailType: aws.String("order"), Detail: aws.String(`{"n":1}`)},
	}})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		out, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: made.QueueUrl})
		return err == nil && len(out.Messages) == 1 && strings.Contains(*out.Messages[0].Body, `"n":1`)
	}, 10*time.Second, 10*time.Millisecond)
}

func TestCallsOfTheUpstreamByProtocol(t *testing.T) {
	front, up := beside(t, "events")
	topics := sns.NewFromConfig(awstest.Config(t, up))
	topic, err := topics.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("t")})
	require.NoError(t, err)
	type message struct {
		TopicArn, Message string
		Attributes        []string `json:",omitempty"`
	}
	invoke := func(service, operation string, in any) error {
		return front.Invoke(t.Context(), service, operation, in, nil)
	}
	require.NoError(t, invoke("sns", "Publish", message{TopicArn: *topic.TopicArn, Message: "m"}))
	var e *api.Error
	require.ErrorAs(t, invoke("sns", "Publish", message{TopicArn: *topic.TopicArn + "x", Message: "m"}), &e)
	require.Equal(t, "NotFound", e.Code)
	require.Equal(t, http.StatusNotFound, e.HTTPStatus())
	require.ErrorAs(t, invoke("sqs", "GetQueueUrl", map[string]string{"QueueName": "none"}), &e)
	require.Contains(t, e.Code, "QueueDoesNotExist")
	require.ErrorAs(t, invoke("kinesis", "DescribeStream", map[string]string{"StreamName": "none"}), &e)
	require.Equal(t, "ResourceNotFoundException", e.Code)
	require.ErrorContains(t, invoke("sns", "Publish", message{Attributes: []string{"a"}}), "which is not a string")
	require.ErrorContains(t, invoke("ballet", "Dance", struct{}{}), "can't be asked for this service")
}
