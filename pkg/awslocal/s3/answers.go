package s3

import (
	"net/http"
	"strings"
)

const (
	heldPrefix = "X-Amz-Held-"       // headers that gofakes3 must not see or would not keep
	heldETag   = heldPrefix + "Etag" // it makes ETags of 16 bytes only, so no "…-3"
)

// answers corrects the headers of every answer.
//
// gofakes3 returns an object's checksum with a part of it, and to clients that did not request it, which
// newer SDKs take for corruption. It writes a user's metadata names with capitals, which clients in other
// languages pass on. It sends "x-amz-delete-marker: false", which AWS does not. It sets an error's content
// type only after the headers were sent.
func answers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&answer{ResponseWriter: w, checksums: r.Method == http.MethodPut ||
			r.Header.Get("X-Amz-Checksum-Mode") == "ENABLED"}, r)
	})
}

type answer struct {
	http.ResponseWriter
	checksums bool
	begun     bool
}

func (a *answer) WriteHeader(status int) {
	if a.begun {
		return
	}
	a.begun = true
	h := a.Header()
	for name := range h {
		switch {
		case strings.HasPrefix(name, heldPrefix):
			real := strings.TrimPrefix(name, heldPrefix)
			if name == heldETag || h.Get(real) == "" { // unless a response-… parameter asked for another
				h[real] = h[name]
			}
			delete(h, name)
		case strings.HasPrefix(name, "X-Amz-Meta-"):
			h[strings.ToLower(name)] = h[name]
			delete(h, name)
		case strings.HasPrefix(name, "X-Amz-Checksum-") && (!a.checksums || status != http.StatusOK):
			delete(h, name)
		}
	}
	if h.Get("X-Amz-Delete-Marker") == "false" {
		h.Del("X-Amz-Delete-Marker")
	}
	if status >= http.StatusBadRequest {
		h.Set("Content-Type", "application/xml")
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.ResponseWriter.Write(p)
}
