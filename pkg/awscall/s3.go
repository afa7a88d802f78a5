package awscall

import (
	"net/http"
	"net/url"
	"strings"
)

func (c *Call) s3(r *http.Request) {
	path := strings.TrimPrefix(c.path, "/")
	if c.Bucket = HostBucket(r); c.Bucket != "" {
		c.Key = path
	} else {
		c.Bucket, c.Key, _ = strings.Cut(path, "/")
	}
	c.Operation = c.s3Operation(r.Method, r.Header, r.URL.Query())
}

// HostBucket returns the bucket in a request's host: bucket.localhost, bucket.127.0.0.1,
// bucket.s3.eu-west-1.amazonaws.com, bucket.s3.localhost.localstack.cloud and the like. It is empty for path
// style.
func HostBucket(r *http.Request) string {
	host := hostOf(r)
	for _, base := range []string{".localhost", ".127.0.0.1", ".localhost.localstack.cloud", ".amazonaws.com"} {
		name, ok := strings.CutSuffix(host, base)
		if !ok {
			continue
		}
		// Possible parts between the bucket and the base: s3, s3.region, s3-region.
		if i := strings.LastIndex("."+name, ".s3"); i >= 0 && (len(name) == i+2 || name[i+2] == '.' || name[i+2] == '-') {
			name = strings.TrimSuffix(name[:i], ".")
		}
		return name
	}
	return ""
}

// level is the kind of resource in an S3 request's path.
type level int

const (
	account level = iota
	bucket
	object
)

// s3Operations are found by method, path, query and header; the first match wins.
var s3Operations = []struct {
	name, method         string
	level                level
	query, value, header string
}{
	{name: "ListBuckets", method: "GET", level: account},
	{name: "GetBucketLocation", method: "GET", level: bucket, query: "location"},
	{name: "GetBucketVersioning", method: "GET", level: bucket, query: "versioning"},
	{name: "ListObjectVersions", method: "GET", level: bucket, query: "versions"},
	{name: "ListMultipartUploads", method: "GET", level: bucket, query: "uploads"},
	{name: "ListObjectsV2", method: "GET", level: bucket, query: "list-type", value: "2"},
	{name: "ListObjects", method: "GET", level: bucket},
	{name: "HeadBucket", method: "HEAD", level: bucket},
	{name: "PutBucketVersioning", method: "PUT", level: bucket, query: "versioning"},
	{name: "CreateBucket", method: "PUT", level: bucket},
	{name: "DeleteBucket", method: "DELETE", level: bucket},
	{name: "DeleteObjects", method: "POST", level: bucket, query: "delete"},
	{name: "GetObjectTagging", method: "GET", level: object, query: "tagging"},
	{name: "PutObjectTagging", method: "PUT", level: object, query: "tagging"},
	{name: "DeleteObjectTagging", method: "DELETE", level: object, query: "tagging"},
	{name: "ListParts", method: "GET", level: object, query: "uploadId"},
	{name: "GetObject", method: "GET", level: object},
	{name: "HeadObject", method: "HEAD", level: object},
	{name: "UploadPartCopy", method: "PUT", level: object, query: "uploadId", header: "X-Amz-Copy-Source"},
	{name: "UploadPart", method: "PUT", level: object, query: "uploadId"},
	{name: "CopyObject", method: "PUT", level: object, header: "X-Amz-Copy-Source"},
	{name: "PutObject", method: "PUT", level: object},
	{name: "AbortMultipartUpload", method: "DELETE", level: object, query: "uploadId"},
	{name: "DeleteObject", method: "DELETE", level: object},
	{name: "CreateMultipartUpload", method: "POST", level: object, query: "uploads"},
	{name: "CompleteMultipartUpload", method: "POST", level: object, query: "uploadId"},
}

// s3Operation prefers the SDK's x-id, which names the operation if the path is ambiguous.
func (c *Call) s3Operation(method string, header http.Header, query url.Values) string {
	if id := query.Get("x-id"); id != "" {
		return id
	}
	at := account
	switch {
	case c.Key != "":
		at = object
	case c.Bucket != "":
		at = bucket
	}
	for _, o := range s3Operations {
		if o.method == method && o.level == at &&
			(o.query == "" || query.Has(o.query)) && (o.value == "" || query.Get(o.query) == o.value) &&
			(o.header == "" || header.Get(o.header) != "") {
			return o.name
		}
	}
	return ""
}
