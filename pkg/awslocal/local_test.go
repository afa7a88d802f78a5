package awslocal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

// ask makes a request to the server under any host.
func ask(t *testing.T, s *awslocal.Server, method, path, host, body string,
	header ...string) (int, http.Header, string) {
	t.Helper()
	return raw(t, method, s.URL()+path, body, append(header, "Host", host)...)
}

func TestHosts(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	own := strings.TrimPrefix(s.URL(), "http://")
	for _, host := range []string{
		own, "127.0.0.1", "127.0.0.2:4566", "localhost", "LOCALHOST:4566", "localhost.", "[::1]:4566", "app.localhost:80",
		"host.docker.internal:4566", "bucket.127.0.0.1:4566", "localhost.localstack.cloud:4566",
		"bucket.s3.localhost.localstack.cloud:4566", "sqs.us-east-1.localhost.localstack.cloud:4566",
		"bucket.s3.eu-west-1.amazonaws.com", "sqs.us-east-1.amazonaws.com",
	} {
		status, _, body := ask(t, s, "POST", "/", host, "{}", "X-Amz-Target", "AmazonSQS.ListQueues")
		require.Equal(t, http.StatusOK, status, "%s: %s", host, body)
	}
	for _, host := range []string{
		"evil.example", "evil.example:4566", "localhost.evil.example", "evillocalhost", "127.0.0.1.evil.example",
		"127.0.0.1.nip.io", "evilamazonaws.com", "amazonaws.com.evil.example", "10.0.0.5:4566", "0.0.0.0:4566", "[::2]",
		"evil.example:x:y", "aws",
	} {
		status, _, body := ask(t, s, "POST", "/", host, `{"QueueName":"q"}`, "X-Amz-Target", "AmazonSQS.CreateQueue")
		require.Equal(t, http.StatusForbidden, status, host)
		require.Contains(t, body, `"__type":"AccessDenied"`, host)
		require.Contains(t, body, "use 127.0.0.1 or localhost", host)
	}
	_, _, body := raw(t, "POST", s.URL(), "{}", "X-Amz-Target", "AmazonSQS.ListQueues")
	require.JSONEq(t, "{}", body, "nothing was carried out")
}

func TestTheConfiguredHostIsServed(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{Addr: "0.0.0.0:0"})
	local := strings.Replace(s.URL(), "0.0.0.0", "127.0.0.1", 1)
	local = strings.Replace(local, "[::]", "127.0.0.1", 1)
	for host, want := range map[string]int{"10.0.0.5:4566": 200, "0.0.0.0": 200, "evil.example": 403} {
		status, _, _ := raw(t, "POST", local, "{}", "X-Amz-Target", "AmazonSQS.ListQueues", "Host", host)
		require.Equal(t, want, status, host)
	}
}

func TestRefusalsAreInTheClientsProtocol(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	form := "application/x-www-form-urlencoded"
	for want, c := range map[string][]string{
		`"__type":"AccessDenied"`:          {"POST", "/", "{}", "X-Amz-Target", "AmazonSQS.ListQueues"},
		"<ErrorResponse":                   {"POST", "/", "Action=ListTopics&Version=2010-03-31", "Content-Type", form},
		"<Error><Code>AccessDenied</Code>": {"GET", "/bucket/key", ""},
		`{"message":`:                      {"GET", "/schedules", "", "Authorization", scope + "scheduler/aws4_request"},
	} {
		status, _, body := ask(t, s, c[0], c[1], "evil.example", c[2], c[3:]...)
		require.Equal(t, http.StatusForbidden, status)
		require.Contains(t, body, want)
	}
}

func TestPagesOfABrowser(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	own := s.URL()
	for name, c := range map[string]struct {
		header []string
		want   int
	}{
		"none":                    {nil, 200},
		"this machine's":          {[]string{"Origin", "http://localhost:3000"}, 200},
		"its own":                 {[]string{"Origin", own}, 200},
		"a name of this machine":  {[]string{"Origin", "https://app.localhost"}, 200},
		"foreign":                 {[]string{"Origin", "https://evil.example"}, 403},
		"foreign, looks local":    {[]string{"Origin", "https://localhost.evil.example"}, 403},
		"a bucket of AWS":         {[]string{"Origin", "https://evil.s3.amazonaws.com"}, 403},
		"hidden":                  {[]string{"Origin", "null"}, 403},
		"a file":                  {[]string{"Origin", "file://"}, 403},
		"not a URL":               {[]string{"Origin", "://"}, 403},
		"an image of another":     {[]string{"Sec-Fetch-Site", "cross-site", "Referer", "https://evil.example/"}, 403},
		"an image, no referrer":   {[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"an image of a local app": {[]string{"Sec-Fetch-Site", "cross-site", "Referer", "http://localhost:3000/"}, 200},
		"typed":                   {[]string{"Sec-Fetch-Site", "none"}, 200},
		"the same site":           {[]string{"Sec-Fetch-Site", "same-site"}, 200},
	} {
		status, h, body := raw(t, "GET", own+"/?Action=CreateQueue&Version=2012-11-05&QueueName=q", "", c.header...)
		require.Equal(t, c.want, status, "%s: %s", name, body)
		_, _, listed := raw(t, "POST", own, "{}", "X-Amz-Target", "AmazonSQS.ListQueues")
		if c.want == 200 {
			require.Contains(t, listed, "/q", name)
			raw(t, "POST", own, `{"QueueUrl":"`+own+`/000000000000/q"}`, "X-Amz-Target", "AmazonSQS.DeleteQueue")
		} else {
			require.JSONEq(t, "{}", listed, name)
			require.Contains(t, body, "AccessDenied", name)
			require.Empty(t, h.Get("Access-Control-Allow-Origin"), name)
		}
	}
}

func TestALocalPageMayReadAnswers(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	page := "http://localhost:3000"
	status, h, _ := raw(t, "OPTIONS", s.URL()+"/bucket/key", "", "Origin", page, "Access-Control-Request-Method", "PUT",
		"Access-Control-Request-Headers", "authorization,x-amz-date")
	require.Equal(t, http.StatusNoContent, status)
	require.Equal(t, page, h.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "authorization,x-amz-date", h.Get("Access-Control-Allow-Headers"))
	status, h, _ = raw(t, "PUT", s.URL()+"/bucket", "", "Origin", page)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, page, h.Get("Access-Control-Allow-Origin"))
	status, _, _ = raw(t, "OPTIONS", s.URL()+"/bucket/key", "", "Origin", "https://evil.example",
		"Access-Control-Request-Method", "PUT")
	require.Equal(t, http.StatusForbidden, status)
}
