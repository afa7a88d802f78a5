package awslocal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	kinesistypes "github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
	"github.com/crashlab/crashlab/pkg/awslocal/signature"
)

var testKeys = signature.Keys{"test": "test"}

func pathStyle(o *s3.Options) { o.UsePathStyle = true }

// calls is one call of each protocol.
func calls(ctx context.Context, cfg aws.Config) map[string]error {
	errs := map[string]error{}
	_, errs["sqs"] = sqs.NewFromConfig(cfg).ListQueues(ctx, nil)
	_, errs["sns"] = sns.NewFromConfig(cfg).ListTopics(ctx, nil)
	_, errs["sts"] = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, nil)
	_, errs["dynamodb"] = dynamodb.NewFromConfig(cfg).ListTables(ctx, nil)
	_, errs["dynamodbstreams"] = dynamodbstreams.NewFromConfig(cfg).ListStreams(ctx, nil)
	_, errs["events"] = eventbridge.NewFromConfig(cfg).ListEventBuses(ctx, nil)
	_, errs["kinesis"] = kinesis.NewFromConfig(cfg).ListStreams(ctx, nil)
	_, errs["s3"] = s3.NewFromConfig(cfg, pathStyle).ListBuckets(ctx, nil)
	return errs
}

func TestSignaturesAreVerifiedInEachProtocol(t *testing.T) {
	cfg := awstest.Config(t, awstest.Start(t, awslocal.Config{Keys: testKeys}))
	for service, err := range calls(t.Context(), cfg) {
		require.NoError(t, err, service)
	}
	cfg.Credentials = credentials.NewStaticCredentialsProvider("test", "wrong", "")
	codes := map[string]string{"s3": "SignatureDoesNotMatch", "sns": "SignatureDoesNotMatch",
		"sts": "SignatureDoesNotMatch", "sqs": "SignatureDoesNotMatch"} // SQS's by its header for older codes
	for service, err := range calls(t.Context(), cfg) {
		want := "InvalidSignatureException"
		if code := codes[service]; code != "" {
			want = code
		}
		require.Equal(t, want, awstest.Code(err), service)
	}
	cfg.Credentials = credentials.NewStaticCredentialsProvider("nobody", "test", "")
	codes = map[string]string{"s3": "InvalidAccessKeyId", "sns": "InvalidClientTokenId", "sts": "InvalidClientTokenId",
		"sqs": "InvalidClientTokenId"}
	for service, err := range calls(t.Context(), cfg) {
		want := "UnrecognizedClientException"
		if code := codes[service]; code != "" {
			want = code
		}
		require.Equal(t, want, awstest.Code(err), service)
	}
}

func TestUnsignedRequestsAreRefusedInTheirProtocol(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{Keys: testKeys})
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		status             int
		want               string
	}{
		"JSON": {"POST", "/", `{}`, []string{"X-Amz-Target", "DynamoDB_20120810.ListTables"}, 400,
			`"__type":"com.amazon.coral.service#MissingAuthenticationTokenException"`},
		"query": {"POST", "/", "Action=ListTopics&Version=2010-03-31",
			[]string{"Content-Type", "application/x-www-form-urlencoded"}, 403, "<Code>MissingAuthenticationToken</Code>"},
		"S3": {"GET", "/bucket/key", "", nil, 403, "<Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>"},
		"S3 of another time": {"GET", "/", "", []string{"Authorization", scope + "s3/aws4_request, SignedHeaders=host, " +
			"Signature=0", "X-Amz-Date", "20260101T000000Z"}, 403,
			"<MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds><RequestTime>20260101T000000Z</RequestTime>"},
		"not served": {"GET", "/v1/pipes/", "", []string{"Authorization", scope + "pipes/aws4_request"}, 404,
			"is not served"},
		"no operation": {"POST", "/", `{}`, []string{"Authorization", scope + "dynamodb/aws4_request"}, 400,
			"IncompleteSignatureException"},
	} {
		status, _, body := raw(t, c.method, s.URL()+c.path, c.body, c.header...)
		require.Equal(t, c.status, status, name)
		require.Contains(t, body, c.want, name)
	}
	status, _, _ := raw(t, "GET", s.URL()+"/_localstack/health", "")
	require.Equal(t, http.StatusOK, status, "the health page asks for no signature")
}

func TestObjectsThatSDKsSignAreTaken(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{Keys: testKeys})
	cfg := awstest.Config(t, s)
	ctx, client := t.Context(), s3.NewFromConfig(cfg, pathStyle)
	_, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("bucket")})
	require.NoError(t, err)
	const key = "a b/./c//d+e%2F~€"
	_, err = client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String("bucket"), Key: aws.String(key), Body: strings.NewReader("content"),
		Metadata: map[string]string{"a": "b  c"},
	})
	require.NoError(t, err)
	_, err = client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String("bucket"), Key: aws.String("form"), Body: strings.NewReader("Action=no"),
		ContentType: aws.String("application/x-www-form-urlencoded"),
	})
	require.NoError(t, err)

	presigner := s3.NewPresignClient(client)
	get, err := presigner.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String(key)})
	require.NoError(t, err)
	status, _, body := raw(t, get.Method, get.URL, "")
	require.Equal(t, http.StatusOK, status, body)
	require.Equal(t, "content", body)
	status, _, body = raw(t, get.Method, strings.Replace(get.URL, "X-Amz-Expires=900", "X-Amz-Expires=901", 1), "")
	require.Equal(t, http.StatusForbidden, status)
	require.Contains(t, body, "<Code>SignatureDoesNotMatch</Code>")

	put, err := presigner.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("bucket"), Key: aws.String("put")})
	require.NoError(t, err)
	var header []string
	for name, values := range put.SignedHeader {
		header = append(header, name, values[0])
	}
	status, _, body = raw(t, put.Method, put.URL, "anything", header...)
	require.Equal(t, http.StatusOK, status, body)
}

// send signs a request by hand, for a body that may differ from the one that is sent.
func send(t *testing.T, r *http.Request, service, body string) (int, string) {
	t.Helper()
	sum := sha256.Sum256([]byte(body))
	if service == "s3" {
		r.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(sum[:]))
	}
	require.NoError(t, v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"},
		r, hex.EncodeToString(sum[:]), service, "us-east-1", time.Now()))
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer http.DefaultClient.CloseIdleConnections()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, string(text)
}

func TestBodiesAreHeldAgainstTheSignature(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{Keys: testKeys})
	request := func(method, path, body string, header ...string) *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
		require.NoError(t, err)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return r
	}
	status, body := send(t, request("PUT", "/bucket", ""), "s3", "")
	require.Equal(t, http.StatusOK, status, body)
	for _, path := range []string{"/bucket/key", "/bucket?versioning"} {
		status, body = send(t, request("PUT", path, "sent"), "s3", "signed")
		require.Equal(t, http.StatusBadRequest, status)
		require.Contains(t, body, "<Code>XAmzContentSHA256Mismatch</Code>")
	}
	target := []string{"X-Amz-Target", "DynamoDB_20120810.ListTables"}
	status, body = send(t, request("POST", "/", `{"Limit":1}`, target...), "dynamodb", `{"Limit":1}`)
	require.Equal(t, http.StatusOK, status, body)
	_, body = send(t, request("POST", "/", `{"Limit":1}`, target...), "dynamodb", `{"Limit":2}`)
	require.Contains(t, body, "InvalidSignatureException")
	_, body = send(t, request("POST", "/", `{"Limit":1}`, target...), "sqs", `{"Limit":1}`)
	require.Contains(t, body, "Credential should be scoped to correct service: 'dynamodb'.")
	status, body = send(t, request("POST", "/", "\xbf\xff", // an empty map of open length
		"X-Amz-Target", "Kinesis_20131202.ListStreams", "Content-Type", "application/x-amz-cbor-1.1"), "kinesis", "\xbf\xff")
	require.Equal(t, http.StatusOK, status, body)
	_, body = send(t, request("POST", "/", "x"), "dynamodb", "x")
	require.Contains(t, body, "UnknownOperationException", "it is signed, and names no operation")
}

// The documentation's upload in signed chunks, at its time.
func TestSignedChunksAreVerified(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{
		Clock: clockwork.NewFakeClockAt(time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)),
		Keys:  signature.Keys{"AKIAIOSFODNN7EXAMPLE": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
	})
	upload := func(second string) (int, string) {
		var body bytes.Buffer
		body.WriteString("10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n")
		body.WriteString(strings.Repeat("a", 64<<10) + "\r\n")
		body.WriteString("400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n")
		body.WriteString(strings.Repeat(second, 1<<10) + "\r\n")
		body.WriteString("0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n")
		status, _, text := raw(t, "PUT", s.URL()+"/examplebucket/chunkObject.txt", body.String(), "Host", "s3.amazonaws.com",
			"Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"+
				"SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"+
				"x-amz-decoded-content-length;x-amz-storage-class,"+
				"Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
			"X-Amz-Date", "20130524T000000Z", "X-Amz-Storage-Class", "REDUCED_REDUNDANCY", "Content-Encoding", "aws-chunked",
			"X-Amz-Content-Sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "X-Amz-Decoded-Content-Length", "66560")
		return status, text
	}
	status, text := upload("b")
	require.Equal(t, http.StatusForbidden, status)
	require.Contains(t, text, "<Code>SignatureDoesNotMatch</Code>")
	status, text = upload("a")
	require.Equal(t, http.StatusNotFound, status, text)
	require.Contains(t, text, "<Code>NoSuchBucket</Code>", "every signature was right")
}

func TestSubscriptionsAreSignedToo(t *testing.T) {
	cfg := awstest.Config(t, awstest.Start(t, awslocal.Config{Keys: testKeys}))
	ctx, client := t.Context(), kinesis.NewFromConfig(cfg)
	_, err := client.CreateStream(ctx, &kinesis.CreateStreamInput{
		StreamName: aws.String("clicks"), ShardCount: aws.Int32(1),
	})
	require.NoError(t, err)
	var stream *kinesis.DescribeStreamSummaryOutput
	require.Eventually(t, func() bool {
		stream, err = client.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: aws.String("clicks")})
		return err == nil && stream.StreamDescriptionSummary.StreamStatus == kinesistypes.StreamStatusActive
	}, 5*time.Second, time.Millisecond)
	consumer, err := client.RegisterStreamConsumer(ctx, &kinesis.RegisterStreamConsumerInput{
		ConsumerName: aws.String("reader"), StreamARN: stream.StreamDescriptionSummary.StreamARN,
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		out, err := client.SubscribeToShard(ctx, &kinesis.SubscribeToShardInput{
			ConsumerARN: consumer.Consumer.ConsumerARN, ShardId: aws.String("shardId-000000000000"),
			StartingPosition: &kinesistypes.StartingPosition{Type: kinesistypes.ShardIteratorTypeTrimHorizon},
		})
		return err == nil && out.GetStream().Close() == nil
	}, 5*time.Second, 10*time.Millisecond)
}
