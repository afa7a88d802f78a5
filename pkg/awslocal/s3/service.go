package s3

import (
	"net/http"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/jonboulle/clockwork"
)

// Config describes a Service. The zero value is useful.
type Config struct {
	Clock clockwork.Clock // nil means the real one
}

// Service is S3 in memory, an http.Handler. It starts no goroutine.
type Service struct {
	store   *store
	handler http.Handler
}

// New returns a Service without buckets.
func New(cfg Config) *Service {
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	s := &Service{store: newStore(cfg.Clock)}
	core := gofakes3.New(backend{s.store},
		gofakes3.WithTimeSource(clockSource{cfg.Clock}),
		gofakes3.WithTimeSkewLimit(0),     // a lab's clock is not the client's
		gofakes3.WithMetadataSizeLimit(0), // it counts every header; see metadata.go
	).Server()

	// From the outside in. Each layer corrects one thing and passes the rest on.
	layers := []func(http.Handler) http.Handler{
		virtualHost, unsupported, answers, s.buckets, body, metadata,
		s.copies, s.multipart, s.deletes, s.listing, s.versionListing, writeConditions, s.reads, nullVersions,
	}
	s.handler = core
	for i := len(layers) - 1; i >= 0; i-- {
		s.handler = layers[i](s.handler)
	}
	return s
}

// ServeHTTP answers one request of the S3 REST API.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// clockSource gives gofakes3 the service's clock.
type clockSource struct{ clockwork.Clock }

func (c clockSource) Since(t time.Time) time.Duration { return c.Clock.Since(t) }
