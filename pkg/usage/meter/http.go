package meter

import (
	"net/http"

	"github.com/crashlab/crashlab/pkg/usage"
)

// HTTP returns the transport for an instance's requests to other instances, in front of next.
func (m *Meter) HTTP(next http.RoundTripper) http.RoundTripper { return &web{m, next} }

type web struct {
	meter *Meter
	next  http.RoundTripper
}

func (t *web) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return resp, err
	}
	t.meter.handle()
	key := usage.Key{Service: "http", Operation: r.Method}
	sent := max(r.ContentLength, 0)
	resp.Body = &body{ReadCloser: resp.Body, done: func(_ []byte, size int64) {
		t.meter.add(key, usage.Tally{Requests: 1, Out: sent, In: size})
	}}
	return resp, nil
}

// Served returns the handler for requests to an instance, in front of next.
func (m *Meter) Served(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.handle()
		next.ServeHTTP(w, r)
	})
}

// CloseIdleConnections closes those of the underlying transport, as http.Client expects.
func (t *web) CloseIdleConnections() { closeIdle(t.next) }

func closeIdle(t http.RoundTripper) {
	if c, ok := t.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
