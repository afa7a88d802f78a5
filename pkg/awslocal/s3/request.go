package s3

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
)

// request is what a request is about, read from its path and query.
type request struct {
	bucket, key string
	query       url.Values
}

// parse reads a request in path style; virtualHost has made it so.
func parse(r *http.Request) request {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return request{bucket, key, r.URL.Query()}
}

// Operation names the request's operation as the API reference does: "PutObject".
func (s *Service) Operation(r *http.Request) string {
	q := parse(r)
	if bucket, key := hostBucket(r); bucket != "" {
		q.bucket, q.key = bucket, key
	}
	for _, o := range operations {
		if o.method == r.Method && o.level == level(q.bucket, q.key) &&
			(o.query == "" || q.query.Has(o.query)) && (o.value == "" || q.query.Get(o.query) == o.value) && (o.header == "" || r.Header.Get(o.header) != "") {
			return o.name
		}
	}
	return "Unknown"
}

// level is 0 for the service, 1 for a bucket, 2 for an object.
func level(bucket, key string) int {
	switch {
	case bucket == "":
		return 0
	case key == "":
		return 1
	}
	return 2
}

// operations maps requests to names; the first that fits wins.
var operations = []struct {
	name, method         string
	level                int
	query, value, header string
}{
	{name: "ListBuckets", method: "GET", level: 0},
	{name: "GetBucketLocation", method: "GET", level: 1, query: "location"},
	{name: "GetBucketVersioning", method: "GET", level: 1, query: "versioning"},
	{name: "ListObjectVersions", method: "GET", level: 1, query: "versions"},
	{name: "ListMultipartUploads", method: "GET", level: 1, query: "uploads"},
	{name: "ListObjectsV2", method: "GET", level: 1, query: "list-type", value: "2"},
	{name: "ListObjects", method: "GET", level: 1},
	{name: "HeadBucket", method: "HEAD", level: 1},
	{name: "PutBucketVersioning", method: "PUT", level: 1, query: "versioning"},
	{name: "CreateBucket", method: "PUT", level: 1},
	{name: "DeleteBucket", method: "DELETE", level: 1},
	{name: "DeleteObjects", method: "POST", level: 1, query: "delete"},
	{name: "ListParts", method: "GET", level: 2, query: "uploadId"},
	{name: "GetObject", method: "GET", level: 2},
	{name: "HeadObject", method: "HEAD", level: 2},
	{name: "UploadPartCopy", method: "PUT", level: 2, query: "uploadId", header: "X-Amz-Copy-Source"},
	{name: "UploadPart", method: "PUT", level: 2, query: "uploadId"},
	{name: "CopyObject", method: "PUT", level: 2, header: "X-Amz-Copy-Source"},
	{name: "PutObject", method: "PUT", level: 2},
	{name: "AbortMultipartUpload", method: "DELETE", level: 2, query: "uploadId"},
	{name: "DeleteObject", method: "DELETE", level: 2},
	{name: "CreateMultipartUpload", method: "POST", level: 2, query: "uploads"},
	{name: "CompleteMultipartUpload", method: "POST", level: 2, query: "uploadId"},
}

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// writeXML answers with a document.
func writeXML(w http.ResponseWriter, document any) {
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write([]byte(xml.Header)) // the client may be gone; there is nobody to tell
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
