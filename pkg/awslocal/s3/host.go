package s3

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// virtualHost turns bucket.host requests into path style.
//
// gofakes3 compares hosts with their port, so that "b.localhost:4566" is no bucket of
// "localhost", and takes "127" for a bucket where it is told to look at every host's first
// label.
func virtualHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if bucket, _ := hostBucket(r); bucket != "" {
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

// hostBucket returns the bucket that the host names, and the key that the path then is:
// bucket.localhost, bucket.127.0.0.1, bucket.s3.localhost.localstack.cloud and the like.
func hostBucket(r *http.Request) (bucket, key string) {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	for _, base := range []string{".localhost", ".127.0.0.1", ".localhost.localstack.cloud", ".amazonaws.com"} {
		name, ok := strings.CutSuffix(host, base)
		if !ok {
			continue
		}
		// What may stand between the bucket and the base: s3, s3.region.
		if i := strings.LastIndex("."+name, ".s3"); i >= 0 && (len(name) == i+2 || name[i+2] == '.' || name[i+2] == '-') {
			name = strings.TrimSuffix(name[:i], ".")
		}
		return name, strings.TrimPrefix(r.URL.Path, "/")
	}
	return "", ""
}
