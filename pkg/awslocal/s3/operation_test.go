package s3_test

import (
	"net/http/httptest"
	"testing"

	"github.com/crashlab/crashlab/pkg/awslocal/s3"
)

func TestOperation(t *testing.T) {
	s := s3.New(s3.Config{})
	for request, want := range map[[2]string]string{
		{"GET", "/"}: "ListBuckets", {"PUT", "/b"}: "CreateBucket", {"PUT", "/b?versioning"}: "PutBucketVersioning", {"GET", "/b?location"}: "GetBucketLocation",
		{"GET", "/b?list-type=2"}: "ListObjectsV2", {"GET", "/b"}: "ListObjects", {"GET", "/b?versions"}: "ListObjectVersions", {"POST", "/b?delete"}: "DeleteObjects",
		{"PUT", "/b/k"}: "PutObject", {"GET", "/b/k/l"}: "GetObject", {"HEAD", "/b/k"}: "HeadObject", {"DELETE", "/b/k"}: "DeleteObject",
		{"POST", "/b/k?uploads"}: "CreateMultipartUpload", {"PUT", "/b/k?uploadId=1&partNumber=1"}: "UploadPart", {"POST", "/b/k?uploadId=1"}: "CompleteMultipartUpload",
		{"PUT", "http://b.localhost:1/k"}: "PutObject", {"PUT", "http://b.localhost:1/"}: "CreateBucket", {"GET", "http://b.s3.localhost:1/k"}: "GetObject", {"PATCH", "/b/k"}: "Unknown",
	} {
		if got := s.Operation(httptest.NewRequest(request[0], request[1], nil)); got != want {
			t.Errorf("%s %s: got %s, want %s", request[0], request[1], got, want)
		}
	}
	r := httptest.NewRequest("PUT", "/b/k", nil)
	r.Header.Set("X-Amz-Copy-Source", "b/x")
	if got := s.Operation(r); got != "CopyObject" {
		t.Errorf("copy: %s", got)
	}
}
