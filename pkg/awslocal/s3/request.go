package s3

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"

	"github.com/crashlab/crashlab/pkg/awscall"
)

// request is what a request is about, from its host, path and query.
type request struct {
	bucket, key string
	query       url.Values
	account     string // of the caller, if its access key names one
}

// parse parses a request in path style or virtual-host style.
func parse(r *http.Request) request {
	path := strings.TrimPrefix(r.URL.Path, "/")
	q := request{query: r.URL.Query(), account: awscall.Of(r, nil).Account("")}
	if q.bucket = awscall.HostBucket(r); q.bucket != "" {
		q.key = path
	} else {
		q.bucket, q.key, _ = strings.Cut(path, "/")
	}
	return q
}

// signing are the parameters of a presigned URL that belong to the signature.
var signing = map[string]bool{
	"X-Amz-Algorithm": true, "X-Amz-Credential": true, "X-Amz-Date": true, "X-Amz-Expires": true,
	"X-Amz-Signature": true, "X-Amz-SignedHeaders": true, "X-Amz-Security-Token": true, "X-Amz-Content-Sha256": true,
}

// withHoisted returns the request with the headers that a presigned URL carries as parameters.
func withHoisted(r *http.Request) *http.Request {
	if !strings.Contains(r.URL.RawQuery, "X-Amz-Credential=") {
		return r
	}
	r = r.Clone(r.Context())
	for name, values := range r.URL.Query() {
		header := http.CanonicalHeaderKey(name)
		if strings.HasPrefix(header, "X-Amz-") && !signing[name] && r.Header[header] == nil {
			r.Header[header] = values
		}
	}
	return r
}

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// writeXML answers with a document.
func writeXML(w http.ResponseWriter, document any) {
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write([]byte(xml.Header)) // the client may be gone; then there is nothing to do
	_ = xml.NewEncoder(w).Encode(document)
}

// maxDocument bounds a request's document: the largest lists 10,000 parts or 1,000 keys.
const maxDocument = 4 << 20

// readXML reads a document from a request's body.
func readXML(w http.ResponseWriter, r *http.Request, document any) error {
	if err := xml.NewDecoder(http.MaxBytesReader(w, r.Body, maxDocument)).Decode(document); err != nil {
		return malformedXML
	}
	return nil
}
