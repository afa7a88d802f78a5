package s3

import (
	"net/http"
	"strings"
)

const maxMetadata = 2 << 10 // bytes of a user's own names and values

// kept are the standard headers that S3 stores with an object.
var kept = []string{
	"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires",
}

// metadata decides which headers are stored with an object.
//
// gofakes3 stores every header that begins with x-amz-, so that a GET returns the date and the content hash
// of the upload's signature. It forgets Cache-Control, Content-Language and Expires. It has no default
// content type. It counts all headers, not only the user's own, against the limit of 2 KB.
func metadata(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := parse(r)
		storing := q.key != "" &&
			(r.Method == http.MethodPut && !q.query.Has("uploadId") || r.Method == http.MethodPost && q.query.Has("uploads"))
		if !storing {
			next.ServeHTTP(w, r)
			return
		}
		meta, err := metadataOf(r.Header)
		if err != nil {
			writeError(w, r, err)
			return
		}
		if r.Header.Get("X-Amz-Copy-Source") != "" {
			next.ServeHTTP(w, r) // copies.go reads the headers itself
			return
		}
		r = r.Clone(r.Context())
		for name := range r.Header {
			if strings.HasPrefix(name, "X-Amz-") {
				delete(r.Header, name)
			}
		}
		for _, name := range kept {
			r.Header.Del(name)
		}
		for name, value := range meta {
			r.Header.Set(name, value)
		}
		next.ServeHTTP(w, r)
	})
}

// metadataOf returns what is stored with an object: standard headers under the held prefix, the user's own
// and the checksum as they are.
func metadataOf(h http.Header) (map[string]string, error) {
	meta := map[string]string{heldPrefix + "Content-Type": "binary/octet-stream"}
	for _, name := range kept {
		value := h.Get(name)
		if name == "Content-Encoding" {
			value = withoutChunked(value)
		}
		if value != "" {
			meta[heldPrefix+name] = value
		}
	}
	size := 0
	for name, values := range h {
		if user, ok := strings.CutPrefix(name, "X-Amz-Meta-"); ok {
			meta[name] = strings.Join(values, ",")
			size += len(user) + len(meta[name])
		}
	}
	if size > maxMetadata {
		return nil, &apiError{
			Code: "MetadataTooLarge", Message: "Your metadata headers exceed the maximum allowed metadata size",
		}
	}
	for algorithm := range algorithms {
		if value := h.Get(checksumPrefix + algorithm); value != "" {
			meta[checksumPrefix+algorithm] = value
			meta[checksumPrefix+"Type"] = "FULL_OBJECT"
		}
	}
	return meta, nil
}

// withoutChunked removes aws-chunked, which belongs to the wire and not to the object, from a
// Content-Encoding.
func withoutChunked(encoding string) string {
	var rest []string
	for _, e := range strings.Split(encoding, ",") {
		if e = strings.TrimSpace(e); e != "" && e != "aws-chunked" {
			rest = append(rest, e)
		}
	}
	return strings.Join(rest, ",")
}
