package s3

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzRequest tries requests on a service with a versioned bucket, an object in it and an upload in progress.
// Each answer has to be well-formed, and none an internal error.
func FuzzRequest(f *testing.F) {
	for _, seed := range []struct{ method, target, header, body string }{
		{"PUT", "/new-bucket", "", "<CreateBucketConfiguration/>"},
		{"PUT", "/bucket?versioning", "", "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"},
		{"PUT", "/bucket/k", "X-Amz-Tagging: a=1&b=%C3%BC\nX-Amz-Meta-User: ann\nIf-None-Match: *", "x"},
		{"PUT", "/bucket/k", "Content-Encoding: aws-chunked\nX-Amz-Decoded-Content-Length: 3",
			"3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n"},
		{"PUT", "/bucket/k", "X-Amz-Checksum-Sha256: AA==\nContent-Md5: AA==", "x"},
		{"PUT", "/bucket/copy", "X-Amz-Copy-Source: bucket/k?versionId=null\nX-Amz-Metadata-Directive: REPLACE", ""},
		{"PUT", "/bucket/u?uploadId=ID&partNumber=1", "X-Amz-Copy-Source: bucket/k\nX-Amz-Copy-Source-Range: bytes=0-1", ""},
		{"PUT", "/bucket/u?uploadId=ID&partNumber=1", "", "part"},
		{"POST", "/bucket/u?uploadId=ID", "X-Amz-Mp-Object-Size: 1",
			"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>"},
		{"GET", "/bucket/u?uploadId=ID&max-parts=1&part-number-marker=1", "", ""},
		{"GET", "/bucket?uploads&prefix=u&key-marker=a&max-uploads=1", "", ""},
		{"GET", "/bucket/k?partNumber=1", "Range: bytes=-5", ""},
		{"GET", "/bucket/k?response-content-type=a%0Ab", "Range: bytes=1-\nIf-Modified-Since: x", ""},
		{"HEAD", "/bucket/k", "X-Amz-Checksum-Mode: ENABLED\nIf-Match: *", ""},
		{"GET", "/bucket?list-type=2&delimiter=/&continuation-token=YQ&encoding-type=url&max-keys=1", "", ""},
		{"GET", "/bucket?versions&key-marker=k&version-id-marker=null&delimiter=k", "", ""},
		{"POST", "/bucket?delete", "", "<Delete><Object><Key>k</Key><ETag>a</ETag></Object><Quiet>true</Quiet></Delete>"},
		{"PUT", "/bucket/k?tagging", "", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"},
		{"DELETE", "/bucket/k?versionId=null", "If-Match: \"a\"", ""},
		{"GET", "/?prefix=b", "Host: bucket.s3.localhost", ""},
		{"PUT", "/bucket/k?X-Amz-Credential=a&x-amz-acl=public-read", "", ""},
	} {
		f.Add(seed.method, seed.target, seed.header, []byte(seed.body))
	}
	f.Fuzz(func(t *testing.T, method, target, header string, body []byte) {
		s, id := filled(t)
		r, err := http.NewRequest(method, "http://127.0.0.1", nil)
		if err != nil {
			return
		}
		if r.URL, err = url.ParseRequestURI(strings.ReplaceAll(target, "ID", id)); err != nil {
			return
		}
		for line := range strings.SplitSeq(header, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Add(name, value)
		}
		r.Host = r.Header.Get("Host")
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(string(body))), int64(len(body))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code == http.StatusInternalServerError {
			t.Fatalf("%s", w.Body)
		}
		if w.Header().Get("Content-Type") == "application/xml" && w.Code >= http.StatusBadRequest {
			wellFormed(t, w.Body.String())
		}
		if r := serve(s, "GET", "/bucket?versions&encoding-type=url", ""); r.Code != http.StatusOK &&
			r.Code != http.StatusNotFound {
			t.Fatalf("then %d %s", r.Code, r.Body)
		} else {
			wellFormed(t, r.Body.String())
		}
	})
}

func filled(t *testing.T) (s *Service, upload string) {
	t.Helper()
	s = New(Config{})
	serve(s, "PUT", "/bucket", "")
	serve(s, "PUT", "/bucket/k", "before")
	serve(s, "PUT", "/bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	serve(s, "PUT", "/bucket/k", "0123456789")
	var out struct{ UploadId string }
	if err := xml.Unmarshal(serve(s, "POST", "/bucket/u?uploads", "").Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	serve(s, "PUT", "/bucket/u?partNumber=1&uploadId="+out.UploadId, "part")
	return s, out.UploadId
}

func serve(s *Service, method, target, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(method, "http://127.0.0.1"+target, strings.NewReader(body)))
	return w
}

func wellFormed(t *testing.T, body string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(body)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("not XML: %v: %q", err, body)
		}
	}
}
