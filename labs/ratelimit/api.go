package ratelimit

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

// The headers of the API.
const (
	requestID = "X-Request-Id"
	tenantID  = "X-Tenant"
	decidedAt = "X-Decided-At" // microseconds since 1970, by the clock of who decided
)

// api is the HTTP service that is protected: GET /resource, with the tenant in a header. It answers
// 200; 429 where the tenant is over its limit; 503 where the limiter can't tell or won't.
func (s *service) api(ctx context.Context, i *lab.Instance) error {
	limiter := s.newLimiter(i, s.env.Name)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /resource", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", i.Clock().Now().UTC().Format(http.TimeFormat))
		tenant := r.Header.Get(tenantID)
		began := time.Now()
		d, err := limiter.allow(r.Context(), tenant)
		s.record(history.Event{Op: r.Header.Get(requestID), Name: decided, By: i.Name, Key: tenant, N: time.Since(began).Microseconds()})
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set(decidedAt, strconv.FormatInt(d.at.UnixMicro(), 10))
		if !d.allowed {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "too many requests", http.StatusTooManyRequests)
			return
		}
		s.record(history.Event{Op: r.Header.Get(requestID), Name: admitted, By: i.Name, Key: tenant, N: d.at.UnixMicro()})
		fmt.Fprintln(w, "here you are")
	})
	return i.Serve(ctx, mux)
}
