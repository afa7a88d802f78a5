package awscall

import (
	"io"
	"net/http"
	"regexp"
	"strings"
)

// Protocol is the wire format of a call and its answer.
type Protocol int

const (
	JSON     Protocol = iota // JSON 1.0 and 1.1: SQS, DynamoDB, Kinesis, EventBridge
	Query                    // form in, XML out: SNS, STS, older SQS clients
	REST                     // the operation is in method and path: S3
	RESTJSON                 // so it is here, and bodies are JSON: Lambda, EventBridge Scheduler
	RPC                      // Smithy's RPC v2: the path names the operation, bodies are CBOR: CloudWatch
)

// Call describes a request by its target header, signature, form, host and path. Unknown fields are empty.
type Call struct {
	Protocol  Protocol
	Service   string // as in signatures: "sqs", "events"
	API       string // its endpoint's name; differs for DynamoDB's streams, whose requests are signed for "dynamodb"
	Operation string // as in the API reference: "SendMessage"; in [REST] only for S3
	Region    string
	AccessKey string
	Bucket    string // S3
	Key       string // S3
	Body      []byte // if [InBody] holds

	Labels map[string]string // what the path of a [RESTJSON] request says, by the member's name

	path, query string // of the URL
}

// apiByTarget maps the prefix of a target header to its API.
var apiByTarget = map[string]string{
	"AmazonSQS":                "sqs",
	"DynamoDB_20120810":        "dynamodb",
	"DynamoDBStreams_20120810": "dynamodbstreams",
	"Kinesis_20131202":         "kinesis",
	"AWSEvents":                "events",
	"AWSStepFunctions":         "states",

	"GraniteServiceVersion20100801": "monitoring",
}

// TargetOf returns the prefix of an API's target header, and whether it is known: "AmazonSQS" for "sqs".
func TargetOf(api string) (prefix string, ok bool) {
	for prefix, of := range apiByTarget {
		if of == api {
			return prefix, true
		}
	}
	return "", false
}

// serviceByVersion maps a form's API version to its service.
var serviceByVersion = map[string]string{
	"2012-11-05": "sqs",
	"2010-03-31": "sns",
	"2011-06-15": "sts",
	"2010-08-01": "monitoring",
}

// VersionOf returns the API version of a service that speaks the query protocol, and whether it is known.
func VersionOf(service string) (version string, ok bool) {
	for version, of := range serviceByVersion {
		if of == service {
			return version, true
		}
	}
	return "", false
}

// queuePath matches the path of a queue URL, with or without a region.
var queuePath = regexp.MustCompile(`^(/queue/[a-z0-9-]+)?/\d{12}/[A-Za-z0-9_-]+(\.fifo)?/?$`)

// rpcPattern matches the path of an RPC v2 request.
var rpcPattern = regexp.MustCompile(`/service/([A-Za-z0-9_]+)/operation/([A-Za-z0-9_]+)$`)

// InBody reports whether the body is part of the call's identity, as in JSON and form requests. Other bodies
// may be large, and the service streams them.
func InBody(r *http.Request) bool {
	return r.Header.Get("X-Amz-Target") != "" || rpcPath(r) != nil || mayBeForm(r) || routesByAPI[serviceOfREST(r)] != nil
}

// Read describes a request. If [InBody] holds, it reads the body to its end and closes it; the call then has
// it. It fails if the body can't be read.
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

// Of describes a request whose body was read if [InBody] holds. It leaves the request as it is.
func Of(r *http.Request, body []byte) *Call {
	c := &Call{Body: body, path: r.URL.Path, query: r.URL.RawQuery}
	c.AccessKey, c.Region, c.Service = scopeOf(r)
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		c.json(target)
		return c
	}
	if path := rpcPath(r); path != nil {
		c.named(path[1], path[2])
		c.Protocol = RPC
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
	c.named(prefix, operation)
}

// rpcPath returns the service and the operation of an RPC v2 request after its path; nil for any other request.
func rpcPath(r *http.Request) []string {
	if r.Header.Get("Smithy-Protocol") != "rpc-v2-cbor" {
		return nil
	}
	return rpcPattern.FindStringSubmatch(r.URL.Path)
}

// named takes the service from the prefix of a target header, which RPC v2 has in the path.
func (c *Call) named(prefix, operation string) {
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
		c.Service = serviceOfREST(r)
	}
	c.API = c.Service
	if c.Service == "s3" {
		c.s3(r)
	} else if routes := routesByAPI[c.API]; routes != nil {
		c.Protocol = RESTJSON
		c.Operation, c.Labels = routes.find(r)
	}
}

// serviceOfREST is the service of a request without a target and a form.
func serviceOfREST(r *http.Request) string {
	if _, _, service := scopeOf(r); service != "" {
		return service
	}
	if host := hostOf(r); strings.HasSuffix(host, ".amazonaws.com") {
		return serviceOfHost(host)
	}
	return "s3" // all other services sign every call
}
