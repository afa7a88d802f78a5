package part

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// MaxBody is the maximum size of a body in bytes. It is less than the services behind a door accept, so that
// an accepted body can be passed on. SNS accepts 256 KiB; SQS, Kinesis and Kafka accept 1 MiB by default.
const MaxBody = 64 << 10

// Request is a request that a door has accepted.
type Request struct {
	*http.Request
	Body []byte
}

// Take returns a handler for JSON bodies: it answers [Accepted] once do has returned. It refuses an invalid
// body.
func Take[T any](do func(ctx context.Context, sent T) error) Handler {
	return func(ctx context.Context, r *Request) (any, error) {
		var sent T
		if err := json.Unmarshal(r.Body, &sent); err != nil {
			return nil, load.Definite(fmt.Errorf("read the body: %w", err))
		}
		return Accepted, do(ctx, sent)
	}
}

// Handler answers a request; ctx belongs to the operation of the request. The result becomes the answer:
//
//	nil                      204
//	[Accepted]               202
//	[]byte                   200, as it is
//	func(w io.Writer)        200, and what it writes until it returns; each write is sent at once
//	anything else            200, as JSON
//	an error of [load.Definite]  400: it was refused and nothing has happened
//	a [Status]               that status
//	any other error          503: it may have happened or not
type Handler func(ctx context.Context, r *Request) (answer any, err error)

// Accepted is the answer to a request that is stored safely and will be done later.
var Accepted = accepted{}

type accepted struct{}

// Status is an answer that is not a success, for its sender and its receiver.
type Status struct {
	Code int
	Text string
}

func (s *Status) Error() string {
	return fmt.Sprintf("%d %s: %s", s.Code, http.StatusText(s.Code), s.Text)
}

// Serve runs an HTTP service for the rest of its life. Routes are patterns of http.ServeMux:
// "GET /products/{id}". In addition to the handlers' answers there are
//
//	400  the body was damaged: it does not match the request's Content-Digest (RFC 9530, SHA-256)
//	413  the body is longer than MaxBody
//
// TCP's checksum protects one hop, not a message in the memory of a proxy or a client. One flipped bit in
// its ID makes another operation's ID, and no service behind the door could notice.
func Serve(ctx context.Context, i *lab.Instance, routes map[string]Handler) error {
	mux := http.NewServeMux()
	for pattern, handle := range routes {
		mux.Handle(pattern, door(handle))
	}
	return i.Serve(ctx, mux)
}

func door(handle Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		if want := r.Header.Get(contentDigest); want != "" && want != digest(body) {
			http.Error(w, fmt.Sprintf("the body has the digest %s, not %s", digest(body), want), http.StatusBadRequest)
			return
		}
		say(handle(load.WithOperation(r.Context(), r.Header.Get(operationID)), &Request{r, body}))(w)
	})
}

// say returns a function that writes an answer.
func say(answer any, err error) func(http.ResponseWriter) {
	var status *Status
	switch {
	case errors.As(err, &status):
		return func(w http.ResponseWriter) { http.Error(w, status.Text, status.Code) }
	case load.IsDefinite(err):
		return func(w http.ResponseWriter) { http.Error(w, err.Error(), http.StatusBadRequest) }
	case err != nil:
		return func(w http.ResponseWriter) { http.Error(w, err.Error(), http.StatusServiceUnavailable) }
	}
	switch answer := answer.(type) {
	case nil:
		return func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }
	case accepted:
		return func(w http.ResponseWriter) { w.WriteHeader(http.StatusAccepted) }
	case []byte:
		return func(w http.ResponseWriter) { _, _ = w.Write(answer) } // to a client that is gone
	case func(io.Writer):
		return func(w http.ResponseWriter) { answer(atOnce{w}) }
	}
	return func(w http.ResponseWriter) { _ = json.NewEncoder(w).Encode(answer) }
}

// atOnce sends each write without waiting for the next.
type atOnce struct{ http.ResponseWriter }

func (w atOnce) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	return n, errors.Join(err, http.NewResponseController(w.ResponseWriter).Flush())
}

// The headers of a request.
const (
	operationID   = "X-Request-Id" // the operation that it is sent for
	contentDigest = "Content-Digest"
)

// digest returns a body's digest in the format of the header.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}
