package awslocal_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

// long returns a client of the target, GetItem or ListQueues, whose answer is as long as given or more. Go's client
// does not ask for gzip by itself if Accept-Encoding is set, even to nothing.
func long(t *testing.T, url, target string, length int) func(accept string) (h http.Header, body []byte) {
	call := func(target, accept, body string) (http.Header, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("X-Amz-Target", target)
		r.Header["Accept-Encoding"] = []string{accept}
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer answer.Body.Close()
		packed, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, answer.StatusCode, string(packed))
		return answer.Header, packed
	}
	if target == "DynamoDB_20120810.GetItem" {
		call("DynamoDB_20120810.CreateTable", "", `{"TableName":"long","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],
			"AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}`)
		call("DynamoDB_20120810.PutItem", "", fmt.Sprintf(`{"TableName":"long","Item":{"p":{"S":"a"},"x":{"S":"%s"}}}`,
			strings.Repeat("x", length)))
		return func(accept string) (http.Header, []byte) {
			return call(target, accept, `{"TableName":"long","Key":{"p":{"S":"a"}}}`)
		}
	}
	for i := range length / 40 {
		call("AmazonSQS.CreateQueue", "", fmt.Sprintf(`{"QueueName":"%04d"}`, i))
	}
	return func(accept string) (http.Header, []byte) { return call(target, accept, `{}`) }
}

func TestCompressedAnswersGoToWhoAsks(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	get := long(t, s.URL(), "DynamoDB_20120810.GetItem", 5000)
	for _, tc := range []struct{ accept, want string }{
		{"", ""}, {"identity", ""}, {"br", ""}, {"x-gzip", ""}, {"gzip", "gzip"}, {"deflate", "deflate"}, {"GZIP", "gzip"},
		{"gzip, deflate", "gzip"}, {"br, deflate, gzip", "deflate"}, {"dog, gzip ,, cat", "gzip"},
		{"gzip;q=0.5, deflate;q=0.8", "deflate"}, {"gzip;q=0", ""}, {"gzip ;q=0, deflate; q = 0.5", "deflate"},
		{"*", "gzip"}, {"*, deflate", "deflate"}, {"*, deflate;q=0.5", "gzip"}, {"*, gzip;q=0.5", "deflate"},
		{"*;q=0", ""}, {"*;q=0.5, identity", "gzip"}, {"gzip;q=0, *", "deflate"}, {"gzip;q=0, deflate;q=0, *", ""},
		{"gzip;q=0.5, identity;q=0.8", "gzip"}, {`"gzip"`, ""}, {"gzip br", ""}, {"gzip:q=1", ""},
		{"deflate;q=0.5, gzip;q=31", "gzip"}, {"gzip;q=31, deflate;q=51", "gzip"}, {"deflate;q=0.5, gzip;q=1;q=0.2", "gzip"},
		{"deflate;q=0.5, gzip;q=0.", "deflate"}, {"deflate;q=0.5, gzip;q=0.x", "gzip"}, {"deflate;q=-1, gzip;q=0.2", "gzip"},
		{"gzip;q=NaN", "gzip"}, {"gzip;q=0, gzip;q=1, gzip;q=0", "gzip"},
	} {
		h, body := get(tc.accept)
		require.Equal(t, tc.want, h.Get("Content-Encoding"), tc.accept)
		require.Equal(t, fmt.Sprint(crc32.ChecksumIEEE(body)), h.Get("X-Amz-Crc32"), tc.accept)
		var plain io.Reader = bytes.NewReader(body)
		var err error
		switch tc.want {
		case "gzip":
			plain, err = gzip.NewReader(plain)
		case "deflate":
			plain, err = zlib.NewReader(plain)
		}
		require.NoError(t, err)
		text, err := io.ReadAll(plain)
		require.NoError(t, err)
		require.Greater(t, len(text), 5000, tc.accept)
	}
}

func TestShortAnswersAndOtherServicesAreNotCompressed(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	h, _ := long(t, s.URL(), "DynamoDB_20120810.GetItem", 4000)("gzip")
	require.Empty(t, h.Get("Content-Encoding"))
	h, body := long(t, s.URL(), "AmazonSQS.ListQueues", 8000)("gzip")
	require.Greater(t, len(body), 5000)
	require.Empty(t, h.Get("Content-Encoding"))
}

func TestDynamoDBLimitsTheHeadOfARequest(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	for length, want := range map[int]int{8 << 10: 200, 17 << 10: 400} {
		status, _, _ := raw(t, "POST", s.URL(), `{}`, "X-Amz-Target", "DynamoDB_20120810.ListTables",
			"X-Long", strings.Repeat("x", length))
		require.Equal(t, want, status, length)
	}
}

// AWS does not say what is wrong with text that is no JSON.
func TestMalformedRequestsToDynamoDB(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	for body, message := range map[string]string{
		`{broken`: "", `null`: "", `{"Limit":1`: "",
		`{"Limit":"x"}`: "STRING can not be converted to int64 (Limit)",
	} {
		for _, target := range []string{"DynamoDB_20120810.ListTables", "DynamoDBStreams_20120810.ListStreams"} {
			status, _, answer := raw(t, "POST", s.URL(), body, "X-Amz-Target", target)
			require.Equal(t, http.StatusBadRequest, status)
			require.Contains(t, answer, `"__type":"com.amazon.coral.service#SerializationException"`, body)
			if target == "DynamoDB_20120810.ListTables" {
				require.Contains(t, answer, fmt.Sprintf("%q", message), body)
			}
		}
	}
}
