package awslocal

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// A target is tried against a server that has one of everything. It is made anew from time to time: what was
// created in the meantime must not fill the memory.
type tried struct {
	server *Server
	logs   *observer.ObservedLogs
	calls  int
}

const callsPerServer = 500

func (f *tried) do(t *testing.T, r *http.Request) {
	t.Helper()
	if f.calls++; f.server == nil || f.calls%callsPerServer == 0 {
		f.restart(t)
	}
	w := httptest.NewRecorder()
	answered := make(chan any, 1)
	go func() {
		defer func() { answered <- recover() }()
		f.server.handle(r.Context(), w, r)
	}()
	select {
	case p := <-answered:
		if p != nil {
			t.Fatalf("the handler panicked: %v", p)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("no answer")
	}
	for _, e := range f.logs.TakeAll() {
		if e.Message != "not served" {
			t.Fatalf("%s: %v", e.Message, e.ContextMap())
		}
	}
	if w.Code >= http.StatusInternalServerError && w.Code != http.StatusNotImplemented {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	wellFormed(t, w.Header().Get("Content-Type"), w.Body.Bytes())
}

func wellFormed(t *testing.T, kind string, body []byte) {
	t.Helper()
	switch {
	case len(body) == 0:
	case strings.Contains(kind, "json"):
		if !json.Valid(body) {
			t.Fatalf("not JSON: %q", body)
		}
	case strings.Contains(kind, "xml"):
		d := xml.NewDecoder(strings.NewReader(string(body)))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("not XML: %v: %q", err, body)
			}
		}
	}
}

func (f *tried) restart(t *testing.T) {
	t.Helper()
	f.close()
	core, logs := observer.New(zap.ErrorLevel)
	s, err := Start(Config{Log: zap.New(core)})
	if err != nil {
		t.Fatal(err)
	}
	f.server, f.logs = s, logs
	for _, request := range [][2]string{
		{"AmazonSQS.CreateQueue", `{"QueueName":"q"}`},
		{"AmazonSQS.CreateQueue", `{"QueueName":"q.fifo","Attributes":{"FifoQueue":"true"}}`},
		{"AmazonSQS.SendMessage", `{"QueueUrl":"http://127.0.0.1/000000000000/q","MessageBody":"m"}`},
		{"DynamoDB_20120810.CreateTable", `{"TableName":"t","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},` +
			`{"AttributeName":"s","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},` +
			`{"AttributeName":"s","AttributeType":"N"}],"BillingMode":"PAY_PER_REQUEST"}`},
		{"DynamoDB_20120810.PutItem", `{"TableName":"t","Item":{"p":{"S":"a"},"s":{"N":"1"},"l":{"L":[{"N":"2"}]}}}`},
		{"Kinesis_20131202.CreateStream", `{"StreamName":"s","ShardCount":1}`},
		{"AWSEvents.PutRule", `{"Name":"r","EventPattern":"{\"source\":[\"a\"]}"}`},
	} {
		f.do(t, jsonRequest(t, request[0], []byte(request[1]), "application/x-amz-json-1.0"))
	}
	f.do(t, formRequest(t, "Action=CreateTopic&Version=2010-03-31&Name=t"))
}

func (f *tried) close() {
	if f.server != nil {
		_ = f.server.Close() // its error is always nil
	}
}

// request makes a request whose client waits a tenth of a second: a long poll must not hold up the fuzzer.
func request(t *testing.T, method, target string, body []byte) *http.Request {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(string(body)))
	r.Host = "127.0.0.1"
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	t.Cleanup(cancel)
	return r.WithContext(ctx)
}

func jsonRequest(t *testing.T, target string, body []byte, kind string) *http.Request {
	t.Helper()
	r := request(t, http.MethodPost, "/", body)
	r.Header["X-Amz-Target"], r.Header["Content-Type"] = []string{target}, []string{kind}
	return r
}

func formRequest(t *testing.T, form string) *http.Request {
	t.Helper()
	r := request(t, http.MethodPost, "/", []byte(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// seeds are the lines of a file.
func seeds(f *testing.F, name string) iter.Seq[string] {
	f.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		f.Fatal(err)
	}
	return strings.SplitSeq(strings.TrimSpace(string(text)), "\n")
}

// FuzzJSON tries bodies of the JSON protocols, and of CBOR.
func FuzzJSON(f *testing.F) {
	for seed := range seeds(f, "json-requests.txt") {
		target, body, _ := strings.Cut(seed, " ")
		f.Add(target, []byte(body), "application/x-amz-json-1.0")
	}
	f.Add("Kinesis_20131202.DescribeStream", []byte("\xa1jStreamNameas"), "application/x-amz-cbor-1.1")
	var on tried
	defer on.close()
	f.Fuzz(func(t *testing.T, target string, body []byte, kind string) {
		on.do(t, jsonRequest(t, target, body, kind))
	})
}

// FuzzQuery tries forms of the query protocol.
func FuzzQuery(f *testing.F) {
	for seed := range seeds(f, "query-requests.txt") {
		f.Add(seed)
	}
	var on tried
	defer on.close()
	f.Fuzz(func(t *testing.T, form string) { on.do(t, formRequest(t, form)) })
}

// FuzzREST tries requests of the REST-JSON protocols.
func FuzzREST(f *testing.F) {
	const functions, mappings = "/2015-03-31/functions", "/2015-03-31/event-source-mappings/"
	f.Add("POST", functions, []byte(`{"FunctionName":"f","Role":"r","Runtime":"python3.9","Handler":"a.b",`+
		`"Code":{"ZipFile":"UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}}`), "")
	f.Add("POST", functions+"/f/invocations?Qualifier=1", []byte(`{}`), "Event")
	f.Add("GET", functions+"/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af/versions?MaxItems=x",
		[]byte{}, "")
	f.Add("POST", mappings, []byte(`{"FunctionName":"f","EventSourceArn":"arn:aws:kinesis:us-east-1:0:stream/s",`+
		`"StartingPosition":"AT_TIMESTAMP","StartingPositionTimestamp":1e300,"FilterCriteria":{"Filters":[{}]}}`), "")
	f.Add("DELETE", mappings+"u", []byte(`{`), "DryRun")
	f.Add("POST", "/schedules/s", []byte(`{"ScheduleExpression":"at(1)","FlexibleTimeWindow":{"Mode":"OFF"}}`), "")
	var on tried
	defer on.close()
	f.Fuzz(func(t *testing.T, method, target string, body []byte, kind string) {
		u, err := url.Parse(target)
		if err != nil || bytes.Contains(body, []byte("served")) { // no other servers
			return
		}
		r := request(t, http.MethodPost, "/", body)
		r.Method, r.URL = method, u
		r.Header = http.Header{"Authorization": {scopeOf("lambda")}, "X-Amz-Invocation-Type": {kind}}
		on.do(t, r)
	})
}

// FuzzRoute tries what decides about a request before its service sees it.
func FuzzRoute(f *testing.F) {
	f.Add("GET", "/bucket/key?versionId=1", "127.0.0.1:4566", "http://localhost", scopeOf("s3"))
	f.Add("POST", "/000000000000/q?Action=ReceiveMessage", "bucket.s3.localhost", "null", scopeOf("sqs"))
	f.Add("GET", "/2015-03-31/functions/f", "[::1]:1", "", scopeOf("lambda"))
	f.Add("HEAD", healthPath, "localhost.", "https://evil.example", "AWS key:signature")
	f.Add("OPTIONS", "//", "a:b:c", "://", "Credential=////")
	var on tried
	defer on.close()
	f.Fuzz(func(t *testing.T, method, target, host, origin, authorization string) {
		r, err := http.NewRequest(method, "http://127.0.0.1", nil)
		if err != nil {
			return
		}
		if r.URL, err = r.URL.Parse(target); err != nil {
			return
		}
		r = r.WithContext(request(t, http.MethodGet, "/", nil).Context())
		r.Host, r.Body = host, http.NoBody
		r.Header = http.Header{"Origin": {origin}, "Authorization": {authorization}}
		on.do(t, r)
	})
}

func scopeOf(service string) string {
	return "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/" + service + "/aws4_request"
}
