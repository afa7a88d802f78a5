package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/crashlab/crashlab/pkg/loopback"
)

// Served is the S3Bucket of a function that an HTTP server runs; S3Key is its URL. Each environment is a resource of
// the server:
//
//	POST   URL/environments/{id}              start it; answered when it can take a request
//	POST   URL/environments/{id}/invocations  a request, with the headers of the Runtime API
//	DELETE URL/environments/{id}              end it
//
// A request that fails is answered with a status of 500, [ErrorTypeHeader], and the error as JSON. A request for an
// environment that the server does not know, since it was started anew, is answered with 410.
const Served = "served"

// Headers of the Runtime API.
const (
	RequestIDHeader   = "Lambda-Runtime-Aws-Request-Id"
	DeadlineHeader    = "Lambda-Runtime-Deadline-Ms"
	FunctionARNHeader = "Lambda-Runtime-Invoked-Function-Arn"
	ErrorTypeHeader   = "Lambda-Runtime-Function-Error-Type"
)

// exitError is the error type of a request whose process ended.
const exitError = "Runtime.ExitError"

// remote reaches the servers of functions.
func newRemote() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: loopback.Dial, MaxIdleConnsPerHost: 1000}}
}

// remoteRunner is an environment that a server runs.
type remoteRunner struct {
	client *http.Client
	url    string // of the environment
}

func (r *remoteRunner) start(ctx context.Context) *failure {
	status, failed := r.send(ctx, http.MethodPost, r.url, nil, nil)
	if failed == nil && status.failed != nil {
		return status.failed
	}
	return failed
}

func (r *remoteRunner) stop() {
	// A server that is gone has no environments.
	_, _ = r.send(context.Background(), http.MethodDelete, r.url, nil, nil)
}

var errGone = errors.New("the server does not know the environment")

func (r *remoteRunner) invoke(ctx context.Context, i *invocation) outcome {
	header := http.Header{}
	header.Set(RequestIDHeader, i.requestID)
	header.Set(FunctionARNHeader, i.arn)
	header.Set(DeadlineHeader, strconv.FormatInt(i.deadline.UnixMilli(), 10))
	url := r.url + "/invocations"
	out, failed := r.send(ctx, http.MethodPost, url, header, i.payload)
	if failed != nil && failed.Message == errGone.Error() { // it ended while it was idle: it starts again for the request
		if failed = r.start(ctx); failed == nil {
			out, failed = r.send(ctx, http.MethodPost, url, header, i.payload)
		}
	}
	if failed == nil {
		return out
	}
	if ctx.Err() != nil {
		return outcome{failed: &failure{Type: timedOut}, broken: true}
	}
	failed.Message = "RequestId: " + i.requestID + " Error: Runtime exited with error: " + failed.Message
	return outcome{failed: failed, broken: true}
}

// send makes one request. It returns a failure if there is no answer.
func (r *remoteRunner) send(ctx context.Context, method, url string, header http.Header,
	body []byte) (outcome, *failure) {
	exited := func(err error) (outcome, *failure) { return outcome{}, &failure{Message: err.Error(), Type: exitError} }
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return exited(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := r.client.Do(request)
	if err != nil {
		return exited(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxPayload+1))
	switch {
	case err != nil:
		return exited(err)
	case response.StatusCode == http.StatusGone:
		return exited(errGone)
	case response.StatusCode < 300:
		return outcome{payload: answer}, nil
	}
	failed := &failure{raw: answer}
	if json.Unmarshal(answer, failed) != nil || failed.Type == "" && failed.Message == "" {
		failed.raw, failed.Message = nil, response.Status+": "+string(answer)
	}
	if kind := response.Header.Get(ErrorTypeHeader); kind != "" {
		failed.Type = kind
	}
	return outcome{failed: failed}, nil
}
