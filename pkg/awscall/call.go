package awscall

import (
	"io"
	"net/http"
	"regexp"
	"strings"
)

// Protocol is the wire form that a call speaks and wants its answer in.
type Protocol int

const (
	JSON  Protocol = iota // JSON 1.0 and 1.1: SQS, DynamoDB, Kinesis, EventBridge
	Query                 // form in, XML out: SNS, STS, older SQS clients
	REST                  // the operation is in method and path: S3
)

// Call is what a request's target header, signature, form, host and path say of it. What they do not say
// is empty.
type Call struct {
	Protocol  Protocol
	Service   string // as signatures name it: "sqs", "events"
	API       string // as its endpoint is named; differs for DynamoDB's streams, which are signed for as "dynamodb"
	Operation string // as the API reference spells it: "SendMessage"; of REST services for S3 alone
	Region    string
	AccessKey string
	Bucket    string // S3
	Key       string // S3
	Body      []byte // of JSON and form requests

	path, query string // of the URL
}

// apiByTarget is by the prefix of a target header the API that it names.
var apiByTarget = map[string]string{
	"AmazonSQS":                "sqs",
	"DynamoDB_20120810":        "dynamodb",
	"DynamoDBStreams_20120810": "dynamodbstreams",
	"Kinesis_20131202":         "kinesis",
	"AWSEvents":                "events",
}

// serviceByVersion is by API version the service of a form.
var serviceByVersion = map[string]string{
	"2012-11-05": "sqs",
	"2010-03-31": "sns",
	"2011-06-15": "sts",
}

// queuePath matches the path of a queue URL, with or without a region.
var queuePath = regexp.MustCompile(`^(/queue/[a-z0-9-]+)?/\d{12}/[A-Za-z0-9_-]+(\.fifo)?/?$`)

// InBody reports whether the body belongs to what the call is, as in JSON and form requests. Other bodies
// may be large, and are the service's to stream.
func InBody(r *http.Request) bool { return r.Header.Get("X-Amz-Target") != "" || mayBeForm(r) }

// Read tells what a request is. It reads the body to its end and closes it where [InBody] holds; the call
// then has it. It fails where the body can't be read.
func Read(r *http.Request) (*Call, error) {
	if r.Body == nil || !InBody(r) {
		return Of(r, nil), nil
	}
	body, err := io.ReadAll(r.Body)
	if closeErr := r.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, err
	}
	return Of(r, body), nil
}

// Of tells what a request is whose body was read where [InBody] holds. It leaves the request as it is.
func Of(r *http.Request, body []byte) *Call {
	c := &Call{Body: body, path: r.URL.Path, query: r.URL.RawQuery}
	c.AccessKey, c.Region, c.Service = scopeOf(r)
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		c.json(target)
		return c
	}
	if mayBeForm(r) {
		if c.Operation = c.parameter("Action"); c.Operation != "" {
			c.form(hostOf(r))
			return c
		}
	}
	c.rest(r)
	return c
}

func (c *Call) json(target string) {
	c.Protocol = JSON
	prefix, operation, _ := strings.Cut(target, ".")
	c.Operation, c.API = operation, prefix
	if api, known := apiByTarget[prefix]; known {
		c.API = api
	}
	switch {
	case c.Service != "":
	case c.API == "dynamodbstreams":
		c.Service = "dynamodb"
	default:
		c.Service = c.API
	}
}

func (c *Call) form(host string) {
	c.Protocol = Query
	if c.Service == "" {
		c.Service = serviceByVersion[c.parameter("Version")]
	}
	switch {
	case c.Service != "":
	case queuePath.MatchString(c.path):
		c.Service = "sqs"
	default:
		c.Service = serviceOfHost(host)
	}
	c.API = c.Service
}

func (c *Call) rest(r *http.Request) {
	c.Protocol = REST
	if c.Service == "" {
		c.Service = "s3" // all but S3 sign every call
		if host := hostOf(r); strings.HasSuffix(host, ".amazonaws.com") {
			c.Service = serviceOfHost(host)
		}
	}
	c.API = c.Service
	if c.Service == "s3" {
		c.s3(r)
	}
}
