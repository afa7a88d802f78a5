package meter

import (
	"net/http"
	"strings"
)

// s3 counts a call by its price class.
func (m *Meter) s3(c *call) {
	price := s3Class(c.operation)
	if price == "" || c.status >= 500 { // AWS does not bill its own errors
		m.count(c, "", 0, 0)
		return
	}
	m.count(c, price, 1, 1)
}

// s3Class returns the price of an operation: PUT, COPY, POST and LIST, or everything else; deleting
// is free.
func s3Class(operation string) string {
	switch {
	case strings.HasPrefix(operation, "Delete"), strings.HasPrefix(operation, "Abort"):
		return ""
	case strings.HasPrefix(operation, "Get"), strings.HasPrefix(operation, "Head"):
		return "s3.get"
	}
	return "s3.put"
}

// s3Operation names the operation of a request by what the SDK says of it, or else by method and
// path. It keeps apart what is billed apart, and no more.
func s3Operation(r *http.Request) string {
	q := r.URL.Query()
	if id := q.Get("x-id"); id != "" {
		return id
	}
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	what := "Bucket"
	if key != "" {
		what = "Object"
	}
	switch {
	case q.Has("delete"):
		return "DeleteObjects"
	case q.Has("uploads") && r.Method == http.MethodPost:
		return "CreateMultipartUpload"
	case q.Has("uploadId") && r.Method == http.MethodPost:
		return "CompleteMultipartUpload"
	case r.Method == http.MethodGet && key == "":
		return "List"
	}
	return r.Method[:1] + strings.ToLower(r.Method[1:]) + what
}
