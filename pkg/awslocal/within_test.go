package awslocal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// broken is a service that returns or panics as the test wants.
type broken func() (any, error)

func (b broken) Call(context.Context, *api.Request) (any, error) { return b() }

// unspeakable is an answer that can't be encoded in JSON.
type unspeakable struct{}

func (unspeakable) MarshalJSON() ([]byte, error) { panic("boom") }

// Whatever goes wrong inside, the client gets an error in its protocol, the log gets a line, and the connection
// serves the next request.
func TestErrorsFromWithin(t *testing.T) {
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	target := http.Header{"X-Amz-Target": {"AmazonSQS.ListQueues"}}
	query, object := "Action=ListTopics&Version=2010-03-31", "body"
	panics := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") })
	for name, c := range map[string]struct {
		header     http.Header
		path, body string
		change     func(s *Server)
		want       []string
		line       string // of the log
	}{
		"an error": {form, "/", query, func(s *Server) {
			s.byName["sns"].rpc = broken(func() (any, error) { return nil, errors.New("boom") })
		}, []string{"<Code>InternalFailure</Code>", "<RequestId>"}, "call failed sns ListTopics"},
		"a panic": {form, "/", query, func(s *Server) {
			s.byName["sns"].rpc = broken(func() (any, error) { panic("boom") })
		}, []string{"<Code>InternalFailure</Code>", "<RequestId>"}, "internal error sns ListTopics"},
		"a panic in XML": {form, "/", query, func(s *Server) {
			s.byName["sns"].rpc = broken(func() (any, error) { return struct{ A [][]string }{[][]string{{"a"}}}, nil })
		}, []string{"<Code>InternalFailure</Code>", "<RequestId>"}, "internal error sns ListTopics"},
		"a panic in JSON": {target, "/", "{}", func(s *Server) {
			s.byName["sqs"].rpc = broken(func() (any, error) { return unspeakable{}, nil })
		}, []string{`"__type":"InternalFailure"`}, "internal error sqs ListQueues"},
		"a panic in S3": {http.Header{}, "/bucket/key", object, func(s *Server) { s.byName["s3"].rest = panics },
			[]string{"<Code>InternalError</Code>", "<RequestId>", "<HostId>"}, "internal error s3 "},
	} {
		t.Run(name, func(t *testing.T) {
			core, logs := observer.New(zap.ErrorLevel)
			s, err := Start(Config{Log: zap.New(core)})
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			c.change(s)
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()

			status, body, _ := send(t, transport, s.URL()+c.path, c.header, c.body)
			require.Equal(t, http.StatusInternalServerError, status, body)
			for _, want := range c.want {
				require.Contains(t, body, want)
			}
			require.Len(t, lines(logs), 1, "one line")
			require.Contains(t, lines(logs)[0], c.line)

			status, _, reused := send(t, transport, s.URL(), http.Header{"X-Amz-Target": {"DynamoDB_20120810.ListTables"}}, "{}")
			require.Equal(t, http.StatusOK, status)
			require.True(t, reused, "the connection goes on")
		})
	}
}

// An answer that has begun can't become an error; the client must not take it for a whole one.
func TestAnAnswerIsBrokenOffByAPanic(t *testing.T) {
	s, err := Start(Config{})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	s.byName["s3"].rest = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		panic("boom")
	})
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/bucket/key", nil)
	require.NoError(t, err)
	resp, err := transport.RoundTrip(req)
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
	}
	require.Error(t, err)
	status, _, _ := send(t, transport, s.URL(), http.Header{"X-Amz-Target": {"DynamoDB_20120810.ListTables"}}, "{}")
	require.Equal(t, http.StatusOK, status)
}

// A panic while one service calls another is the caller's error.
func TestAPanicInACalledService(t *testing.T) {
	s, err := Start(Config{})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	s.byName["sqs"].rpc = broken(func() (any, error) { panic("boom") })
	require.ErrorContains(t, s.Invoke(t.Context(), "sqs", "SendMessage", struct{}{}, nil), "InternalFailure")
}

func send(t *testing.T, transport *http.Transport, url string, h http.Header,
	body string) (status int, answer string, reused bool) {
	t.Helper()
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn: func(c httptrace.GotConnInfo) { reused = c.Reused },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header = h
	resp, err := transport.RoundTrip(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(text), reused
}

// lines are what a log says: message, service and operation.
func lines(logs *observer.ObservedLogs) []string {
	var out []string
	for _, e := range logs.FilterLevelExact(zapcore.ErrorLevel).All() {
		fields := e.ContextMap()
		service, _ := fields["service"].(string)
		operation, _ := fields["operation"].(string)
		out = append(out, e.Message+" "+service+" "+operation)
	}
	return out
}
