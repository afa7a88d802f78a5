package awscall_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/awscall"
)

const (
	form  = "application/x-www-form-urlencoded"
	scope = "AWS4-HMAC-SHA256 Credential=key/20260101/eu-west-1/"
)

// read describes a request as a client sends it.
func read(t *testing.T, method, url, body string, header ...string) *awscall.Call {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	c, err := awscall.Read(r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestServiceAndOperation(t *testing.T) {
	for name, test := range map[string]struct {
		method, url, body string
		header            []string
		protocol          awscall.Protocol
		want              string // service, API, operation, region
	}{
		"target": {"POST", "http://127.0.0.1:1/", `{}`, []string{"X-Amz-Target", "AmazonSQS.SendMessage"},
			awscall.JSON, "sqs sqs SendMessage -"},
		"target, signed": {"POST", "http://127.0.0.1:1/", `{}`,
			[]string{
				"X-Amz-Target", "AWSEvents.PutEvents", "Authorization", scope + "events/aws4_request",
			}, awscall.JSON, "events events PutEvents eu-west-1"},
		"streams of tables": {"POST", "http://127.0.0.1:1/", `{}`,
			[]string{
				"X-Amz-Target", "DynamoDBStreams_20120810.GetRecords",
			}, awscall.JSON, "dynamodb dynamodbstreams GetRecords -"},
		"RPC v2": {"POST", "http://127.0.0.1:1/service/GraniteServiceVersion20100801/operation/PutMetricData", "\xa0",
			[]string{"Smithy-Protocol", "rpc-v2-cbor"}, awscall.RPC, "monitoring monitoring PutMetricData -"},
		"target of metrics": {"POST", "http://127.0.0.1:1/", `{}`,
			[]string{"X-Amz-Target", "GraniteServiceVersion20100801.ListMetrics"},
			awscall.JSON, "monitoring monitoring ListMetrics -"},
		"form of metrics": {"POST", "http://127.0.0.1:1/", "Action=ListMetrics&Version=2010-08-01",
			[]string{"Content-Type", form}, awscall.Query, "monitoring monitoring ListMetrics -"},
		"state machines": {"POST", "http://127.0.0.1:1/", `{}`, []string{"X-Amz-Target", "AWSStepFunctions.StartExecution"},
			awscall.JSON, "states states StartExecution -"},
		"unknown target": {"POST", "http://127.0.0.1:1/", `{}`, []string{"X-Amz-Target", "Ballet_2026.Dance"},
			awscall.JSON, "Ballet_2026 Ballet_2026 Dance -"},
		"form, signed": {"POST", "http://127.0.0.1:1/", "Action=Publish",
			[]string{
				"Content-Type", form, "Authorization", scope + "sns/aws4_request, SignedHeaders=host",
			}, awscall.Query, "sns sns Publish eu-west-1"},
		"form's version": {"POST", "http://127.0.0.1:1/", "Action=ListQueues&Version=2012-11-05",
			[]string{"Content-Type", form + "; charset=utf-8"}, awscall.Query, "sqs sqs ListQueues -"},
		"form's host": {"POST", "https://sns.us-east-1.amazonaws.com/", "Action=Publish",
			[]string{"Content-Type", form}, awscall.Query, "sns sns Publish -"},
		"form's path": {"POST", "http://127.0.0.1:1/000000000000/q.fifo", "Action=SendMessage",
			[]string{"Content-Type", form}, awscall.Query, "sqs sqs SendMessage -"},
		"path with a region": {"POST", "http://127.0.0.1:1/queue/eu-west-1/000000000000/q", "Action=SendMessage",
			[]string{"Content-Type", form}, awscall.Query, "sqs sqs SendMessage -"},
		"form of nobody": {"POST", "http://127.0.0.1:1/", "Action=Dance", []string{"Content-Type", form},
			awscall.Query, "- - Dance -"},
		"form in the URL": {"GET", "http://127.0.0.1:1/?Action=GetCallerIdentity&Version=2011-06-15", "", nil,
			awscall.Query, "sts sts GetCallerIdentity -"},
		"presigned": {"GET",
			"http://127.0.0.1:1/?Action=GetCallerIdentity&X-Amz-Credential=key%2F20260101%2Feu-west-1%2Fsts%2Faws4_request", "",
			nil, awscall.Query, "sts sts GetCallerIdentity eu-west-1"},
		"form without an action": {"POST", "http://127.0.0.1:1/b/k?uploads", "a=b", []string{"Content-Type", form},
			awscall.REST, "s3 s3 CreateMultipartUpload -"},
		"form put": {"PUT", "http://127.0.0.1:1/b/k", "Action=Publish", []string{"Content-Type", form},
			awscall.REST, "s3 s3 PutObject -"},
		"signature version 2": {"GET", "http://127.0.0.1:1/b/k", "", []string{"Authorization", "AWS key:signature"},
			awscall.REST, "s3 s3 GetObject -"},
		"presigned object": {"GET", "http://127.0.0.1:1/b/k?X-Amz-Credential=key/20260101/eu-west-1/s3/aws4_request", "",
			nil, awscall.REST, "s3 s3 GetObject eu-west-1"},
		"bucket's host":    {"GET", "https://b.s3.eu-west-1.amazonaws.com/k", "", nil, awscall.REST, "s3 s3 GetObject -"},
		"bucket of a name": {"GET", "http://sqs.localhost:1/k", "", nil, awscall.REST, "s3 s3 GetObject -"},
		"another REST service": {"GET", "http://127.0.0.1:1/2015-03-31/functions/", "",
			[]string{"Authorization", scope + "apigateway/aws4_request"}, awscall.REST, "apigateway apigateway - eu-west-1"},
		"another's host": {"GET", "https://apigateway.eu-west-1.amazonaws.com/restapis/", "", nil, awscall.REST,
			"apigateway apigateway - -"},
		"REST and JSON": {"GET", "http://127.0.0.1:1/2015-03-31/functions/", "",
			[]string{"Authorization", scope + "lambda/aws4_request"}, awscall.RESTJSON,
			"lambda lambda ListFunctions eu-west-1"},
		"REST and JSON, a host": {"POST", "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/f/invocations", "1",
			nil, awscall.RESTJSON, "lambda lambda Invoke -"},
		"REST and JSON, no operation": {"GET", "http://127.0.0.1:1/2015-03-31/ballets", "",
			[]string{"Authorization", scope + "lambda/aws4_request"}, awscall.RESTJSON, "lambda lambda - eu-west-1"},
	} {
		c := read(t, test.method, test.url, test.body, test.header...)
		words := []string{c.Service, c.API, c.Operation, c.Region}
		for i := range words {
			if words[i] == "" {
				words[i] = "-"
			}
		}
		if got := strings.Join(words, " "); got != test.want || c.Protocol != test.protocol {
			t.Errorf("%s: %s in protocol %d, want %s in %d", name, got, c.Protocol, test.want, test.protocol)
		}
	}
}

func TestRoutes(t *testing.T) {
	const of = "https://lambda.eu-west-1.amazonaws.com"
	for request, want := range map[string]string{ // operation, function's label, resources
		"GET /2019-09-30/functions/f/provisioned-concurrency?List=ALL":    "ListProvisionedConcurrencyConfigs f [f]",
		"GET /2019-09-30/functions/f/provisioned-concurrency?Qualifier=1": "GetProvisionedConcurrencyConfig f [f]",
		"DELETE /2015-03-31/functions/f%3Aprod/":                          "DeleteFunction f:prod [f]",
		"GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Af%3A1/aliases/a%2Fb": "" +
			"GetAlias arn:aws:lambda:eu-west-1:000000000000:function:f:1 [f a/b]",
		"PUT /2015-03-31/functions": "  []",
	} {
		method, url, _ := strings.Cut(request, " ")
		c := read(t, method, of+url, "")
		if got := fmt.Sprint(c.Operation, " ", c.Labels["FunctionName"], " ", c.Resources()); got != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
	if got := read(t, "POST", of+"/2015-03-31/functions", `{"FunctionName":"f"}`).Resources(); !slices.Equal(got,
		[]string{"f"}) {
		t.Errorf("a new function: %q", got)
	}
}

func TestS3(t *testing.T) {
	for request, want := range map[[2]string]string{ // bucket, key, operation
		{"GET", "/"}: "  ListBuckets", {"PUT", "/b"}: "b  CreateBucket", {"DELETE", "/b"}: "b  DeleteBucket",
		{"HEAD", "/b"}:           "b  HeadBucket",
		{"PUT", "/b?versioning"}: "b  PutBucketVersioning", {"GET", "/b?versioning"}: "b  GetBucketVersioning",
		{"GET", "/b?location"}:    "b  GetBucketLocation",
		{"GET", "/b?list-type=2"}: "b  ListObjectsV2", {"GET", "/b"}: "b  ListObjects",
		{"GET", "/b?versions"}: "b  ListObjectVersions",
		{"GET", "/b?uploads"}:  "b  ListMultipartUploads", {"POST", "/b?delete"}: "b  DeleteObjects",
		{"PUT", "/b/k"}: "b k PutObject", {"GET", "/b/k/l"}: "b k/l GetObject", {"HEAD", "/b/k"}: "b k HeadObject",
		{"DELETE", "/b/k"}:       "b k DeleteObject",
		{"POST", "/b/k?uploads"}: "b k CreateMultipartUpload", {"PUT", "/b/k?uploadId=1&partNumber=1"}: "b k UploadPart",
		{"GET", "/b/k?uploadId=1"}:  "b k ListParts",
		{"POST", "/b/k?uploadId=1"}: "b k CompleteMultipartUpload", {"DELETE", "/b/k?uploadId=1"}: "b k AbortMultipartUpload",
		{"PUT", "/b/k?tagging"}: "b k PutObjectTagging", {"GET", "/b/k?x-id=GetObjectTorrent"}: "b k GetObjectTorrent",
		{"PATCH", "/b/k"}:                 "b k ",
		{"PUT", "http://b.localhost:1/k"}: "b k PutObject", {"PUT", "http://b.localhost:1/"}: "b  CreateBucket",
		{"GET", "http://b.s3.localhost:1/k"}: "b k GetObject",
		{"GET", "http://s3.localhost:1/b/k"}: "b k GetObject", {"GET", "http://b.127.0.0.1:1/k"}: "b k GetObject",
		{"GET", "http://s3.eu-west-1.amazonaws.com/b/k"}:      "b k GetObject",
		{"GET", "http://b.s3-eu-west-1.amazonaws.com/k"}:      "b k GetObject",
		{"GET", "http://b.s3.localhost.localstack.cloud:1/k"}: "b k GetObject",
	} {
		c := awscall.Of(httptest.NewRequest(request[0], request[1], nil), nil)
		if got := c.Bucket + " " + c.Key + " " + c.Operation; got != want || c.Service != "s3" {
			t.Errorf("%s %s: %s of %s, want %s", request[0], request[1], got, c.Service, want)
		}
	}
	for url, want := range map[string]string{"/b/k": "CopyObject", "/b/k?uploadId=1&partNumber=1": "UploadPartCopy"} {
		r := httptest.NewRequest("PUT", url, nil)
		r.Header.Set("X-Amz-Copy-Source", "b/x")
		if got := awscall.Of(r, nil).Operation; got != want {
			t.Errorf("copy to %s: %s, want %s", url, got, want)
		}
	}
}

func TestResources(t *testing.T) {
	json := func(body string) *awscall.Call {
		return read(t, "POST", "http://localhost/", body, "X-Amz-Target", "A.B")
	}
	posted := func(path, body string) *awscall.Call {
		return read(t, "POST", "http://localhost"+path, "Action=A&"+body, "Content-Type", form)
	}
	for name, test := range map[string]struct {
		call *awscall.Call
		want string
	}{
		"queue":       {json(`{"QueueUrl":"http://localhost/000000000000/orders"}`), "orders"},
		"batch":       {json(`{"QueueUrl":"http://localhost/000000000000/orders","Entries":[{"Id":"1"}]}`), "orders"},
		"new queue":   {json(`{"QueueName":"orders"}`), "orders"},
		"table":       {json(`{"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/orders"}`), "orders"},
		"tables":      {json(`{"RequestItems":{"orders":[]}}`), "orders"},
		"stream":      {json(`{"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/clicks"}`), "clicks"},
		"activity":    {json(`{"activityArn":"arn:aws:states:us-east-1:000000000000:activity:pay"}`), "pay"},
		"machine":     {json(`{"stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:saga"}`), "saga"},
		"buses":       {json(`{"Entries":[{"EventBusName":"shop"},{}]}`), "shop"},
		"malformed":   {json(`{`), ""},
		"topic":       {posted("/", "TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A000000000000%3Aplaced"), "placed"},
		"queue's URL": {posted("/000000000000/orders/", ""), "orders"},
		"bucket":      {read(t, "GET", "http://localhost/photos", ""), "photos"},
		"object":      {read(t, "GET", "http://localhost/photos/2024/cat.jpg", ""), "photos photos/2024/cat.jpg"},
	} {
		if got := strings.Join(test.call.Resources(), " "); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if got := json(`{"RequestItems":{"b":[],"a":[]}}`).Resources(); !slices.Equal(slices.Sorted(slices.Values(got)),
		[]string{"a", "b"}) {
		t.Errorf("two tables: %q", got)
	}
}

func TestABodyIsReadIfItBelongsToTheCall(t *testing.T) {
	for name, test := range map[string]struct {
		header [2]string
		read   bool
	}{
		"target": {[2]string{"X-Amz-Target", "A.B"}, true}, "form": {[2]string{"Content-Type", form}, true},
		"upload": {[2]string{"Content-Type", "text/plain"}, false},
	} {
		r := httptest.NewRequest("POST", "/b/k", strings.NewReader("Action=A"))
		r.Header.Set(test.header[0], test.header[1])
		c, err := awscall.Read(r)
		left, _ := io.ReadAll(r.Body)
		if err != nil || (string(c.Body) == "Action=A") != test.read || (len(left) == 0) != test.read {
			t.Errorf("%s: the call has %q, the request %q, %v", name, c.Body, left, err)
		}
	}
}

func TestTheBodysParametersWin(t *testing.T) {
	got := read(t, "POST", "http://localhost/?Action=A&Name=url&Only=url", "Action=B&Name=a%26b", "Content-Type",
		form).Form()
	if got.Get("Name") != "a&b" || got.Get("Only") != "url" || got.Get("Action") != "B" {
		t.Errorf("%v", got)
	}
}
