package lambda

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// runtimeAPI is what a process takes its requests from:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	ready   chan struct{}    // the process asks for a request
	work    chan *invocation // the next one
	results chan outcome
	failed  chan *failure // of the process's start

	mu      sync.Mutex
	current string // ID of the request that has no result yet
}

func newRuntimeAPI() *runtimeAPI {
	return &runtimeAPI{
		ready: make(chan struct{}, 1), work: make(chan *invocation), results: make(chan outcome, 1),
		failed: make(chan *failure, 1),
	}
}

// handler serves the API until ctx ends.
func (a *runtimeAPI) handler(ctx context.Context) http.Handler {
	mux := http.NewServeMux()
	const root = "/2018-06-01/runtime/"
	mux.HandleFunc("GET "+root+"invocation/next", func(w http.ResponseWriter, r *http.Request) { a.next(ctx, w, r) })
	mux.HandleFunc("POST "+root+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		a.finish(w, r, func(body []byte) outcome { return outcome{payload: body} })
	})
	mux.HandleFunc("POST "+root+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) {
		a.finish(w, r, func(body []byte) outcome { return outcome{failed: reportedFailure(r, body)} })
	})
	mux.HandleFunc("POST "+root+"init/error", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, maxPayload))
		select {
		case a.failed <- reportedFailure(r, body):
		default: // a second report says nothing new
		}
		accepted(w)
	})
	return mux
}

func (a *runtimeAPI) next(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	select {
	case a.ready <- struct{}{}:
	default:
	}
	select {
	case i := <-a.work:
		a.mu.Lock()
		a.current = i.requestID
		a.mu.Unlock()
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set(RequestIDHeader, i.requestID)
		h.Set(FunctionARNHeader, i.arn)
		h.Set(DeadlineHeader, strconv.FormatInt(i.deadline.UnixMilli(), 10))
		if i.clientContext != "" {
			h.Set("Lambda-Runtime-Client-Context", i.clientContext)
		}
		_, _ = w.Write(i.payload) // a process that is gone is noticed as such
	case <-r.Context().Done():
	case <-ctx.Done():
	}
}

func (a *runtimeAPI) finish(w http.ResponseWriter, r *http.Request, read func(body []byte) outcome) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
	a.mu.Lock()
	mine := err == nil && a.current == r.PathValue("id")
	if mine {
		a.current = ""
	}
	a.mu.Unlock()
	if !mine {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(failure{Message: "Invalid request ID", Type: "InvalidRequestID"})
		return
	}
	a.results <- read(body)
	accepted(w)
}

func accepted(w http.ResponseWriter) {
	w.WriteHeader(http.StatusAccepted)
	_, _ = w.Write([]byte(`{"status":"OK"}`))
}

// reportedFailure reads an error that a process reports.
func reportedFailure(r *http.Request, body []byte) *failure {
	f := &failure{raw: body}
	if json.Unmarshal(body, f) != nil {
		f.raw, f.Message = nil, string(body)
	}
	if f.Type == "" {
		f.Type = r.Header.Get(ErrorTypeHeader)
	}
	if f.Type == "" {
		f.Type = "Runtime.Unknown"
	}
	return f
}
