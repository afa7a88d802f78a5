package s3

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
)

// request is the operation of a request, from its path and query.
type request struct {
	bucket, key string
	query       url.Values
}

// parse parses a request in path style; virtualHost has made it so.
func parse(r *http.Request) request {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return request{bucket, key, r.URL.Query()}
}

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// writeXML answers with a document.
func writeXML(w http.ResponseWriter, document any) {
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write([]byte(xml.Header)) // the client may be gone; then there is nothing to do
	_ = xml.NewEncoder(w).Encode(document)
}

// readXML reads a document from a request's body.
func readXML(r *http.Request, document any) error {
	if err := xml.NewDecoder(r.Body).Decode(document); err != nil {
		return malformedXML
	}
	return nil
}

// withQuery returns the request with another query; the original is not touched.
func withQuery(r *http.Request, q url.Values) *http.Request {
	r = r.Clone(r.Context())
	r.URL.RawQuery = q.Encode()
	return r
}
