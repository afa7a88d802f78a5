package s3

import (
	"net/http"
	"net/url"

	"github.com/crashlab/crashlab/pkg/awscall"
)

// virtualHost turns bucket.host requests into path style.
//
// gofakes3 compares hosts with their port, so that "b.localhost:4566" is no bucket of
// "localhost", and takes "127" for a bucket where it is told to look at every host's first
// label.
func virtualHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if bucket := awscall.HostBucket(r); bucket != "" {
			r = r.Clone(r.Context())
			u := *r.URL
			u.Path = "/" + bucket + r.URL.Path
			u.RawPath = ""
			if r.URL.RawPath != "" {
				u.RawPath = "/" + url.PathEscape(bucket) + r.URL.RawPath
			}
			r.URL = &u
		}
		next.ServeHTTP(w, r)
	})
}
