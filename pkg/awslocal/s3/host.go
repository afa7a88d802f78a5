package s3

import (
	"net/http"
	"net/url"

	"github.com/crashlab/crashlab/pkg/awscall"
)

// virtualHost turns bucket.host requests into path style.
//
// gofakes3 compares hosts including their port, so that "b.localhost:4566" is not a bucket of "localhost". If
// it is configured to use every host's first label, it takes "127" for a bucket.
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
