package awslocal_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

// raw makes a request by hand and returns status, headers and body.
func raw(t *testing.T, method, url, body string, header ...string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer http.DefaultClient.CloseIdleConnections()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, resp.Header, string(text)
}

const scope = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/"

func TestEveryServiceAnswersAtOneEndpoint(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	cfg := awstest.Config(t, s)
	ctx := t.Context()
	for name, call := range map[string]func() error{
		"sqs":    func() error { _, err := sqs.NewFromConfig(cfg).ListQueues(ctx, nil); return err },
		"sns":    func() error { _, err := sns.NewFromConfig(cfg).ListTopics(ctx, nil); return err },
		"sts":    func() error { _, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, nil); return err },
		"dynamo": func() error { _, err := dynamodb.NewFromConfig(cfg).ListTables(ctx, nil); return err },
		"stream": func() error { _, err := kinesis.NewFromConfig(cfg).ListStreams(ctx, nil); return err },
		"events": func() error { _, err := eventbridge.NewFromConfig(cfg).ListEventBuses(ctx, nil); return err },
		"s3": func() error {
			_, err := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }).ListBuckets(ctx, nil)
			return err
		},
	} {
		require.NoError(t, call(), name)
	}
}

func TestRouting(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	form := "application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		want               string // part of the answer
	}{
		"target": {"POST", "/", `{}`, []string{"X-Amz-Target", "AmazonSQS.ListQueues"}, `{}`},
		"scope": {"POST", "/", "Action=ListTopics",
			[]string{"Content-Type", form, "Authorization", scope + "sns/aws4_request, SignedHeaders=host"}, "ListTopicsResult"},
		"scope's region": {"POST", "/", "Action=CreateTopic&Name=t",
			[]string{"Content-Type", form, "Authorization", scope + "sns/aws4_request"}, "arn:aws:sns:eu-west-1:000000000000:t"},
		"version": {"POST", "/", "Action=ListQueues&Version=2012-11-05", []string{"Content-Type", form},
			"ListQueuesResult"},
		"query string": {"GET", "/?Action=GetCallerIdentity&Version=2011-06-15", "", nil, "GetCallerIdentityResult"},
		"presigned": {"GET",
			"/?Action=GetCallerIdentity&X-Amz-Credential=111122223333%2F20260101%2Fus-east-1%2Fsts%2Faws4_request", "", nil,
			"<Account>111122223333</Account>"},
		"queue's path": {"POST", "/000000000000/none", "Action=GetQueueAttributes", []string{"Content-Type", form},
			"NonExistentQueue"},
		"path with region": {"POST", "/queue/eu-west-1/000000000000/none", "Action=PurgeQueue",
			[]string{"Content-Type", form}, "NonExistentQueue"},
		"unknown operation": {"POST", "/", `{}`, []string{"X-Amz-Target", "AmazonSQS.Dance"}, "UnknownOperationException"},
		"unknown target": {"POST", "/", `{}`, []string{"X-Amz-Target", "Ballet_20260101.Dance"},
			"UnknownOperationException"},
		"unknown service": {"POST", "/", "Action=Dance",
			[]string{"Content-Type", form, "Authorization", scope + "ballet/aws4_request"}, "InvalidAction"},
		"unknown REST": {"GET", "/2021-10-31/apis/", "", []string{"Authorization", scope + "apigateway/aws4_request"},
			`{"message":"The service \"apigateway\" is not served by the embedded AWS."}`},
		"no action": {"POST", "/", "", []string{"Authorization", scope + "sqs/aws4_request"}, "InvalidAction"},
		"malformed": {"POST", "/", `{`, []string{"X-Amz-Target", "AmazonSQS.ListQueues"}, "SerializationException"},
		"mistyped": {"POST", "/", `{"MaxResults":"x"}`, []string{"X-Amz-Target", "AmazonSQS.ListQueues"},
			"SerializationException"},
		"the rest is S3's": {"GET", "/bucket/key", "", nil, "NoSuchBucket"},
	} {
		_, _, body := raw(t, c.method, s.URL()+c.path, c.body, c.header...)
		require.Contains(t, body, c.want, name)
	}
}

func TestAnswersHaveWhatClientsRead(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	status, h, _ := raw(t, "POST", s.URL(), `{"QueueName":"none"}`, "X-Amz-Target", "AmazonSQS.GetQueueUrl",
		"Content-Type", "application/x-amz-json-1.0")
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "AWS.SimpleQueueService.NonExistentQueue;Sender", h.Get("X-Amzn-Query-Error"))
	require.Equal(t, "application/x-amz-json-1.0", h.Get("Content-Type"))
	require.Len(t, h.Get("X-Amzn-Requestid"), 36)

	_, h, body := raw(t, "POST", s.URL(), `{}`, "X-Amz-Target", "DynamoDB_20120810.ListTables")
	require.NotEmpty(t, h.Get("X-Amz-Crc32"))
	require.JSONEq(t, `{"TableNames":[]}`, body)
}

func TestARequestThatIsTooLargeIsRefusedInItsProtocol(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	status, _, body := raw(t, "POST", s.URL(), strings.Repeat(" ", 17<<20+1), "X-Amz-Target", "AmazonSQS.ListQueues")
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
	require.Contains(t, body, `"__type":"RequestEntityTooLarge"`)
}

func TestHealthAnswersAsLocalStack(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	status, _, body := raw(t, "GET", s.URL()+"/_localstack/health", "")
	require.Equal(t, http.StatusOK, status)
	var page struct {
		Services map[string]string
		Edition  string
		Version  string
	}
	require.NoError(t, json.Unmarshal([]byte(body), &page))
	require.Equal(t, "running", page.Services["sqs"])
	require.Equal(t, "running", page.Services["dynamodb"])
	require.Equal(t, "community", page.Edition)
}

func TestFormTypedBodiesReachS3(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	form := []string{"Content-Type", "application/x-www-form-urlencoded"} // what curl sends unasked
	raw(t, "PUT", s.URL()+"/bucket", "")
	status, _, _ := raw(t, "PUT", s.URL()+"/bucket/key", "a=b", form...)
	require.Equal(t, http.StatusOK, status)
	_, _, body := raw(t, "GET", s.URL()+"/bucket/key", "")
	require.Equal(t, "a=b", body)
}

func TestStalledRequestsAreCarriedOutOnResume(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	client := sqs.NewFromConfig(awstest.Config(t, s))
	s.Stall()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("late")})
	require.Error(t, err, "the client gave up")
	s.Resume()
	require.Eventually(t, func() bool {
		_, err := client.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("late")})
		return err == nil
	}, 5*time.Second, time.Millisecond, "the call takes effect all the same")
}

func TestAddressInUse(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	_, err := awslocal.Start(awslocal.Config{Addr: strings.TrimPrefix(s.URL(), "http://")})
	require.ErrorContains(t, err, "start embedded aws: listen tcp")
	require.NoError(t, s.Close())
	require.Error(t, s.Restart())
}

// A client that is not made with awsclient.Config fails here within a few calls.
func TestClientKeepsAnswersWhole(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	client := sns.NewFromConfig(awstest.Config(t, s))
	for i := range 100 {
		_, err := client.CreateTopic(t.Context(), &sns.CreateTopicInput{
			Name: aws.String(strings.Repeat("t", 100) + strconv.Itoa(i)),
		})
		require.NoError(t, err)
	}
	for range 200 {
		out, err := client.ListTopics(t.Context(), nil) // an answer of some 15 kB
		require.NoError(t, err)
		require.Len(t, out.Topics, 100)
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s, err := awslocal.Start(awslocal.Config{})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
