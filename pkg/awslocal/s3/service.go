package s3

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// Config describes a Service. The zero value is useful.
type Config struct {
	Clock     clockwork.Clock        // nil means the real one
	Account   string                 // 12 digits, of clients whose access key names none; default "000000000000"
	NotServed func(operation string) // is told of requests for what is left out; may be nil
}

// Service is S3 in memory, an http.Handler. It starts no goroutine.
type Service struct {
	cfg   Config
	store *store
}

// New returns a Service without buckets.
func New(cfg Config) *Service {
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	if cfg.Account == "" {
		cfg.Account = "000000000000"
	}
	if cfg.NotServed == nil {
		cfg.NotServed = func(string) {}
	}
	return &Service{cfg: cfg, store: newStore(cfg.Clock)}
}

// ServeHTTP answers one request of the S3 REST API.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Server", "AmazonS3")
	h.Set(requestIDHeader, strings.ToUpper(id.Hex(8)))
	h.Set(hostIDHeader, base64.StdEncoding.EncodeToString([]byte(id.Hex(24))))
	r = withHoisted(r)
	q := parse(r)
	do, err := q.handler(r.Method)
	if err == nil {
		err = s.admit(r.Header, q)
	}
	if err == nil {
		err = do(s, w, r, q)
	}
	if err != nil {
		s.writeError(w, r, err)
	}
}
