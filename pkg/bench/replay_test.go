package bench

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
)

// recorder keeps the last answer to each kind of request until it is done: a server's worth of
// answers for [replay].
type recorder struct {
	next http.RoundTripper
	done atomic.Bool

	mu      sync.Mutex
	answers map[string]answer
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// kindOf identifies the kind of a request, without its object.
func kindOf(r *http.Request) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target
	}
	return r.Method + " " + r.URL.Query().Get("x-id")
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.next.RoundTrip(req)
	if err != nil || r.done.Load() {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[kindOf(req)] = answer{resp.StatusCode, resp.Header.Clone(), body}
	return resp, nil
}

// replay serves the recorded answers: the cheapest possible server.
func replay(answers map[string]answer) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // a client that is gone has no use for the answer either
		a, ok := answers[kindOf(r)]
		if !ok {
			http.Error(w, "nothing was recorded for "+kindOf(r), http.StatusNotImplemented)
			return
		}
		for k, v := range a.header {
			w.Header()[k] = v
		}
		w.WriteHeader(a.status)
		w.Write(a.body)
	}))
}
