package fault

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// protocol is the wire form that a call speaks and wants its answer in.
type protocol int

const (
	jsonProtocol  protocol = iota // JSON 1.0 and 1.1: SQS, DynamoDB, Kinesis, EventBridge
	queryProtocol                 // form in, XML out: SNS, STS, older SQS clients
	restXML                       // S3
)

// awsCall is what a request's target header, signature, form and path say of it.
type awsCall struct {
	protocol  protocol
	service   string // as the signature names it: "sqs", "events"
	operation string // "SendMessage"
	region    string
	resources []string // names of queue, table, stream, topic, bus; bucket and bucket/key
	body      []byte   // of JSON and form requests; nil for S3
	form      url.Values
}

// services by the prefix of their target header, for requests that are not signed.
var serviceByTarget = map[string]string{
	"AmazonSQS":                "sqs",
	"DynamoDB_20120810":        "dynamodb",
	"DynamoDBStreams_20120810": "dynamodb",
	"Kinesis_20131202":         "kinesis",
	"AWSEvents":                "events",
}

// recognise reads what a request is. It consumes the body of a JSON or form request, which the
// call then holds.
func recognise(r *http.Request) (*awsCall, error) {
	c := &awsCall{}
	c.service, c.region = signedFor(r)
	target := r.Header.Get("X-Amz-Target")
	isForm := strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	if target == "" && !isForm {
		c.protocol = restXML
		if c.service == "" {
			c.service = serviceOfHost(r.URL.Host)
		}
		c.s3(r)
		return c, nil
	}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
		c.body = body
	}
	if target != "" {
		prefix, operation, _ := strings.Cut(target, ".")
		c.protocol, c.operation = jsonProtocol, operation
		if c.service == "" {
			c.service = serviceByTarget[prefix]
		}
		c.resources = jsonResources(c.body)
		return c, nil
	}
	c.protocol = queryProtocol
	c.form, _ = url.ParseQuery(string(c.body)) // a damaged form is the service's to refuse
	c.operation = c.form.Get("Action")
	if c.service == "" {
		c.service = serviceOfHost(r.URL.Host)
	}
	for name, values := range c.form {
		switch name {
		case "TopicArn", "QueueUrl", "TargetArn":
			c.resources = append(c.resources, lastPart(values[0]))
		}
	}
	return c, nil
}

// signedFor reads service and region from the scope of a signature, version 4, in the header or
// in a presigned URL: key/date/region/service/aws4_request.
func signedFor(r *http.Request) (service, region string) {
	credential := ""
	if _, rest, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		credential, _, _ = strings.Cut(rest, ",")
	} else if strings.Contains(r.URL.RawQuery, "X-Amz-Credential=") {
		credential = r.URL.Query().Get("X-Amz-Credential")
	}
	parts := strings.Split(strings.TrimSpace(credential), "/")
	if n := len(parts); n >= 5 {
		return parts[n-2], parts[n-3]
	}
	return "", ""
}

// serviceOfHost reads "sqs" from "sqs.us-east-1.amazonaws.com", and "s3" from a bucket's host.
func serviceOfHost(host string) string {
	if strings.HasPrefix(host, "s3.") || strings.Contains(host, ".s3.") || strings.Contains(host, ".s3-") {
		return "s3"
	}
	label, _, _ := strings.Cut(host, ".")
	return label
}

// jsonResources reads the names of what a JSON request is about.
func jsonResources(body []byte) []string {
	var in struct {
		QueueURL     string `json:"QueueUrl"`
		QueueName    string
		TableName    string
		StreamName   string
		StreamARN    string
		EventBusName string
		RequestItems map[string]json.RawMessage
		Entries      []struct{ EventBusName string }
	}
	if json.NewDecoder(bytes.NewReader(body)).Decode(&in) != nil {
		return nil // an Entries of another shape (SQS batches) does not fail: unknown fields are ignored
	}
	var names []string
	for _, name := range []string{in.QueueURL, in.QueueName, in.TableName, in.StreamName, in.StreamARN, in.EventBusName} {
		if name != "" {
			names = append(names, lastPart(name))
		}
	}
	for table := range in.RequestItems {
		names = append(names, lastPart(table))
	}
	for _, e := range in.Entries {
		if e.EventBusName != "" {
			names = append(names, lastPart(e.EventBusName))
		}
	}
	return names
}

// lastPart returns the name at the end of a URL or an ARN.
func lastPart(s string) string {
	return s[strings.LastIndexAny(s, "/:")+1:]
}

// s3 reads operation, bucket and key from a request's method, host, path and query.
func (c *awsCall) s3(r *http.Request) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if host, rest, ok := strings.Cut(r.URL.Host, "."); ok && host != "s3" &&
		(strings.HasPrefix(rest, "s3.") || strings.HasPrefix(rest, "s3-") || strings.HasPrefix(rest, "localhost")) {
		bucket, key = host, strings.TrimPrefix(r.URL.Path, "/")
	}
	if bucket != "" {
		c.resources = append(c.resources, bucket)
	}
	if key != "" {
		c.resources = append(c.resources, bucket+"/"+key)
	}
	c.operation = s3Operation(r, bucket != "", key != "")
}

// s3Operation names the operation. The SDK says it itself in x-id, where the path leaves it open.
func s3Operation(r *http.Request, bucket, key bool) string {
	q := r.URL.Query()
	if id := q.Get("x-id"); id != "" {
		return id
	}
	switch {
	case !bucket:
		return "ListBuckets"
	case !key:
		switch {
		case q.Has("delete"):
			return "DeleteObjects"
		case q.Has("uploads"):
			return "ListMultipartUploads"
		case q.Get("list-type") == "2":
			return "ListObjectsV2"
		case q.Has("versioning"):
			return s3Verb(r.Method) + "BucketVersioning"
		}
		return map[string]string{
			http.MethodGet: "ListObjects", http.MethodHead: "HeadBucket",
			http.MethodPut: "CreateBucket", http.MethodDelete: "DeleteBucket",
		}[r.Method]
	case q.Has("uploads"):
		return "CreateMultipartUpload"
	case q.Has("uploadId"):
		return map[string]string{
			http.MethodGet: "ListParts", http.MethodPut: "UploadPart",
			http.MethodPost: "CompleteMultipartUpload", http.MethodDelete: "AbortMultipartUpload",
		}[r.Method]
	case q.Has("tagging"):
		return s3Verb(r.Method) + "ObjectTagging"
	case r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") != "":
		return "CopyObject"
	}
	return s3Verb(r.Method) + "Object"
}

func s3Verb(method string) string {
	return method[:1] + strings.ToLower(method[1:])
}
