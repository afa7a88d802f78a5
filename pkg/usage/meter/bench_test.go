package meter

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"
)

// The total cost of a call, to compare with [BenchmarkMetering].
func BenchmarkCall(b *testing.B) {
	w := newWorld(b)
	c := sqs.NewFromConfig(w.config)
	q, err := c.CreateQueue(b.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("q")})
	require.NoError(b, err)
	body := strings.Repeat("x", 300)
	for b.Loop() {
		if _, err := c.SendMessage(b.Context(), &sqs.SendMessageInput{QueueUrl: q.QueueUrl, MessageBody: &body}); err != nil {
			b.Fatal(err)
		}
	}
}

// canned always answers at once with the same answer.
type canned string

func (c canned) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(string(c)))}, nil
}

// The cost of metering per call.
func BenchmarkMetering(b *testing.B) {
	request := `{"MessageBody":"` + strings.Repeat("x", 300) + `","QueueUrl":"http://127.0.0.1:4566/000000000000/orders"}`
	answer := canned(
		`{"MD5OfMessageBody":"098f6bcd4621d373cade4e832627b4f6","MessageId":"5fea7756-0ea4-451a-a703-a558b933e274"}`)
	for name, t := range map[string]http.RoundTripper{"without": answer, "with": New().AWS(answer)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:4566/", bytes.NewReader([]byte(request)))
				require.NoError(b, err)
				r.Header.Set("X-Amz-Target", "AmazonSQS.SendMessage")
				r.Header.Set("Authorization",
					"AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00")
				resp, err := t.RoundTrip(r)
				require.NoError(b, err)
				_, err = io.ReadAll(resp.Body)
				require.NoError(b, err)
				resp.Body.Close()
			}
		})
	}
}
