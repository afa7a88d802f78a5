package awsclient

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// maxBuffered bounds the request bodies that are copied, in bytes: every body except a large upload.
const maxBuffered = 2 << 20

// buffered gives request bodies to the underlying transport in a form that net/http knows to be in memory.
// Without it, clients of the AWS SDK for Go sometimes fail with "use of closed network connection" on an
// answer of status 200 from an endpoint on the same machine.
//
// The cause is in smithy-go (seen in v1.28.9). It hides its in-memory request body in a type that net/http
// does not know. So net/http flushes the headers, writes the body straight to the socket and then reads on to
// see that the body has ended. A server on loopback may have answered by then. The SDK closes the body as
// soon as it has the answer's headers. The closed body's WriteTo returns io.EOF. net/http takes that for a
// failed write and closes the connection under the answer's body. With a body that net/http knows to be in
// memory, request and body leave in one write, which also saves a system call and a packet.
type buffered struct{ next http.RoundTripper }

func (t buffered) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.ContentLength <= 0 || r.ContentLength > maxBuffered {
		return t.next.RoundTrip(r)
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, body)
	if closeErr := r.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("read request body: %w", err)
	}
	// A RoundTripper may not change its caller's request.
	clone := *r
	clone.Body = io.NopCloser(bytes.NewReader(body))
	return t.next.RoundTrip(&clone)
}

// CloseIdleConnections closes those of the underlying transport, as http.Client expects.
func (t buffered) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
