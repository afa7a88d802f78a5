package awsrules

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/fxamacker/cbor/v2"

	"github.com/crashlab/crashlab/pkg/awscall"
)

// apiError is an error answer of AWS.
type apiError struct {
	code    string
	status  int
	message string
}

// throttles is each service's throttling error with its status (API references of the services; S3: "Error
// responses").
var throttles = map[string]apiError{
	"sqs": {"RequestThrottled", 400, "Request is throttled."},
	"sns": {"Throttling", 400, "Rate exceeded"},
	"dynamodb": {"ProvisionedThroughputExceededException", 400,
		"The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning " +
			"level with the UpdateTable API."},
	"kinesis": {"ProvisionedThroughputExceededException", 400, "Rate exceeded for shard."},
	"s3":      {"SlowDown", 503, "Please reduce your request rate."},
	"sts":     {"Throttling", 400, "Rate exceeded"},
	"lambda":  {"TooManyRequestsException", 429, "Rate Exceeded."},

	"monitoring": {"Throttling", 400, "Rate exceeded"},

	"scheduler": {"ThrottlingException", 429, "Rate exceeded"},
}

func throttleOf(service string) apiError {
	if e, ok := throttles[service]; ok {
		return e
	}
	return apiError{"ThrottlingException", 400, "Rate exceeded"}
}

// failures is each service's internal error.
var failures = map[string]apiError{
	"sqs": {"InternalFailure", 500,
		"The request processing has failed because of an unknown error, exception or failure."},
	"sns":      {"InternalError", 500, "The request processing has failed due to an internal error."},
	"dynamodb": {"InternalServerError", 500, "The request processing has failed because of an unknown error."},
	"kinesis": {"InternalFailureException", 500,
		"The processing of the request failed because of an unknown error, exception, or failure."},
	"events": {"InternalException", 500, "This exception occurs due to unexpected causes."},
	"s3":     {"InternalError", 500, "We encountered an internal error. Please try again."},
	"lambda": {"ServiceException", 500, "An error occurred and the request cannot be processed."},

	"monitoring": {"InternalServiceFault", 500, "Request processing has failed due to some unknown error."},

	"scheduler": {"InternalServerException", 500, "Unexpected error encountered while processing the request."},
}

func failureOf(service string) apiError {
	if e, ok := failures[service]; ok {
		return e
	}
	return apiError{
		"InternalFailure", 500, "The request processing has failed because of an unknown error, exception or failure.",
	}
}

// namespaces are the prefixes before the '#' in a JSON error's type.
var namespaces = map[string]string{
	"sqs":      "com.amazonaws.sqs#",
	"dynamodb": "com.amazonaws.dynamodb.v20120810#",
}

// write writes e in the wire format of the call's protocol.
func (e apiError) write(c *awscall.Call, r *http.Request, requestID string) *http.Response {
	h := make(http.Header)
	var body []byte
	switch c.Protocol {
	case awscall.JSON:
		h.Set("Content-Type", r.Header.Get("Content-Type"))
		h.Set("X-Amzn-Requestid", requestID)
		if c.Service == "sqs" {
			h.Set("X-Amzn-Query-Error", e.code+";"+sender(e.status))
		}
		body, _ = json.Marshal(map[string]string{"__type": namespaces[c.Service] + e.code, "message": e.message})
	case awscall.RPC:
		h.Set("Content-Type", "application/cbor")
		h.Set("Smithy-Protocol", "rpc-v2-cbor")
		h.Set("X-Amzn-Requestid", requestID)
		h.Set("X-Amzn-Query-Error", e.code+";"+sender(e.status))
		body, _ = cbor.Marshal(map[string]string{"__type": e.code, "message": e.message})
	case awscall.RESTJSON:
		h.Set("Content-Type", "application/json")
		h.Set("X-Amzn-Requestid", requestID)
		h.Set("X-Amzn-Errortype", e.code)
		body, _ = json.Marshal(map[string]string{"message": e.message})
	case awscall.Query:
		h.Set("Content-Type", "text/xml")
		h.Set("X-Amzn-Requestid", requestID)
		body = fmt.Appendf(nil,
			"<ErrorResponse><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error>"+
				"<RequestId>%s</RequestId></ErrorResponse>",
			sender(e.status), escape(e.code), escape(e.message), requestID)
	case awscall.REST:
		h.Set("Content-Type", "application/xml")
		h.Set("X-Amz-Request-Id", requestID)
		if r.Method != http.MethodHead {
			body = fmt.Appendf(nil,
				"%s<Error><Code>%s</Code><Message>%s</Message><Resource>%s</Resource><RequestId>%s</RequestId></Error>",
				xml.Header, escape(e.code), escape(e.message), escape(r.URL.Path), requestID)
		}
	}
	return response(r, e.status, h, body)
}

// response builds an answer that did not come from the network.
func response(r *http.Request, status int, h http.Header, body []byte) *http.Response {
	h.Set("Content-Length", strconv.Itoa(len(body)))
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", status, http.StatusText(status)),
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}

// sender returns which side an error is attributed to in the query protocol.
func sender(status int) string {
	if status >= 500 {
		return "Receiver"
	}
	return "Sender"
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer does not fail
	return b.String()
}
