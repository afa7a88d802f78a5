package s3_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/crashlab/crashlab/pkg/awslocal/s3"
)

// writes are the requests that begin an object, each of another one.
var writes = map[string]func(f fixture, t testing.TB, h http.Header) (*http.Response, string){
	"put": func(f fixture, t testing.TB, h http.Header) (*http.Response, string) {
		return f.raw(t, "PUT", f.url+"/bucket/put", h, []byte("x"))
	},
	"copy": func(f fixture, t testing.TB, h http.Header) (*http.Response, string) {
		f.put(t, "source", "x")
		h = h.Clone()
		h.Set("X-Amz-Copy-Source", "bucket/source")
		return f.raw(t, "PUT", f.url+"/bucket/copy", h, nil)
	},
	"upload": func(f fixture, t testing.TB, h http.Header) (*http.Response, string) {
		return f.raw(t, "POST", f.url+"/bucket/upload?uploads", h, nil)
	},
}

// admission.go: what a header asks for is done or refused, never dropped.
func TestRefusedHeaders(t *testing.T) {
	f := start(t)
	for header, want := range map[string]string{
		"x-amz-server-side-encryption: aws:kms":                               "501 NotImplemented side-encryption",
		"x-amz-server-side-encryption: aws:kms:dsse":                          "501 NotImplemented side-encryption",
		"x-amz-server-side-encryption: rot13":                                 "400 InvalidArgument",
		"x-amz-server-side-encryption-aws-kms-key-id: key":                    "501 NotImplemented aws-kms-key-id",
		"x-amz-server-side-encryption-bucket-key-enabled: true":               "501 NotImplemented bucket-key-enabled",
		"x-amz-server-side-encryption-context: e30=":                          "501 NotImplemented encryption-context",
		"x-amz-server-side-encryption-customer-algorithm: AES256":             "501 NotImplemented customer-algorithm",
		"x-amz-server-side-encryption-customer-key: a2V5":                     "501 NotImplemented customer-key",
		"x-amz-copy-source-server-side-encryption-customer-algorithm: AES256": "501 NotImplemented x-amz-copy-source",
		"x-amz-object-lock-mode: GOVERNANCE":                                  "400 InvalidRequest Object Lock",
		"x-amz-object-lock-retain-until-date: 2030-01-01T00:00:00Z":           "400 InvalidRequest Object Lock",
		"x-amz-object-lock-legal-hold: ON":                                    "400 InvalidRequest Object Lock",
		"x-amz-acl: public-read":                                              "400 AccessControlListNotSupported",
		"x-amz-acl: authenticated-read":                                       "400 AccessControlListNotSupported",
		"x-amz-grant-read: id=1":                                              "400 AccessControlListNotSupported",
		"x-amz-grant-full-control: id=1":                                      "400 AccessControlListNotSupported",
		"x-amz-expected-bucket-owner: 111122223333":                           "403 AccessDenied",
		"x-amz-expected-bucket-owner: me":                                     "400 InvalidBucketOwnerAWSAccountID",
		"x-amz-write-offset-bytes: 1":                                         "501 NotImplemented x-amz-write-offset-bytes",
		"x-amz-storage-class: ATTIC":                                          "400 InvalidStorageClass",
		"x-amz-storage-class: EXPRESS_ONEZONE":                                "400 InvalidStorageClass",
		"x-amz-tagging: a=1&a=2":                                              "400 InvalidArgument",
		"x-amz-tagging: a=%zz":                                                "400 InvalidArgument",
		"x-amz-tagging: a&b&c&d&e&f&g&h&i&j&k":                                "400 BadRequest",
		"x-amz-tagging: =1":                                                   "400 InvalidTag",
		"x-amz-website-redirect-location: nowhere":                            "400 InvalidRedirectLocation",
		"x-amz-checksum-sha512: AAAA":                                         "501 NotImplemented x-amz-checksum-sha512",
	} {
		name, value, _ := strings.Cut(header, ": ")
		for write, do := range writes {
			resp, body := do(f, t, http.Header{http.CanonicalHeaderKey(name): {value}})
			words := strings.SplitN(want, " ", 3)
			if resp.Status[:3] != words[0] || !strings.Contains(body, "<Code>"+words[1]+"</Code>") ||
				!strings.Contains(body, words[len(words)-1]) {
				t.Errorf("%s with %s: %s %s, want %s", write, header, resp.Status, body, want)
			}
		}
	}
	listed := must[*sdk.ListObjectsV2Output](t)(f.ListObjectsV2(ctx, &sdk.ListObjectsV2Input{Bucket: ptr("bucket")}))
	if len(listed.Contents) != 1 { // the source of the copies
		t.Errorf("something was written: %+v", listed.Contents)
	}
}

func TestHarmlessHeaders(t *testing.T) {
	f := start(t)
	for _, header := range []string{
		"x-amz-acl: private", "x-amz-acl: bucket-owner-full-control", "x-amz-expected-bucket-owner: 000000000000",
		"x-amz-server-side-encryption-bucket-key-enabled: false", "x-amz-request-payer: requester",
		"x-amz-storage-class: STANDARD", "x-amz-server-side-encryption: AES256", "x-amz-tagging: ",
		"x-amz-source-expected-bucket-owner: 000000000000",
	} {
		name, value, _ := strings.Cut(header, ": ")
		for write, do := range writes {
			if resp, body := do(f, t, http.Header{http.CanonicalHeaderKey(name): {value}}); resp.StatusCode != 200 {
				t.Errorf("%s with %s: %s %s", write, header, resp.Status, body)
			}
		}
	}
}

func TestRefusedHeadersOfOtherRequests(t *testing.T) {
	f := start(t)
	f.put(t, "k", "x")
	for _, c := range []struct{ method, path, header, want string }{
		{"GET", "/bucket/k", "x-amz-expected-bucket-owner: 111122223333", "AccessDenied"},
		{"GET", "/bucket", "x-amz-expected-bucket-owner: 111122223333", "AccessDenied"},
		{"DELETE", "/bucket/k", "x-amz-expected-bucket-owner: 111122223333", "AccessDenied"},
		{"GET", "/bucket/k", "x-amz-server-side-encryption-customer-algorithm: AES256", "NotImplemented"},
		{"DELETE", "/bucket/k", "x-amz-bypass-governance-retention: true", "InvalidArgument"},
		{"DELETE", "/bucket/k", "x-amz-if-match-size: 1", "NotImplemented"},
		{"DELETE", "/bucket/k", "x-amz-if-match-last-modified-time: Wed, 01 May 2024 12:00:00 GMT", "NotImplemented"},
		{"PUT", "/new-bucket", "x-amz-bucket-object-lock-enabled: true", "NotImplemented"},
		{"PUT", "/new-bucket", "x-amz-acl: public-read", "InvalidBucketAclWithObjectOwnership"},
		{"PUT", "/new-bucket", "x-amz-object-ownership: ObjectWriter", "NotImplemented"},
		{"PUT", "/bucket/copy", "x-amz-source-expected-bucket-owner: 111122223333", "AccessDenied"},
	} {
		name, value, _ := strings.Cut(c.header, ": ")
		h := http.Header{http.CanonicalHeaderKey(name): {value}}
		if strings.HasSuffix(c.path, "/copy") {
			h.Set("X-Amz-Copy-Source", "bucket/k")
		}
		if _, body := f.raw(t, c.method, f.url+c.path, h, nil); !strings.Contains(body, "<Code>"+c.want+"</Code>") {
			t.Errorf("%s %s with %s: %s, want %s", c.method, c.path, c.header, body, c.want)
		}
	}
	if body, _ := f.get(t, &sdk.GetObjectInput{Key: ptr("k")}); body != "x" {
		t.Errorf("the object is now %q", body)
	}
}

// A bucket belongs to the account that made it.
func TestExpectedBucketOwner(t *testing.T) {
	f := start(t)
	as := http.Header{
		"Authorization": {"AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host"},
	}
	if resp, body := f.raw(t, "PUT", f.url+"/theirs", as, nil); resp.StatusCode != 200 {
		t.Fatal(body)
	}
	for owner, want := range map[string]int{"111122223333": 200, "000000000000": 403} {
		h := http.Header{"X-Amz-Expected-Bucket-Owner": {owner}}
		if resp, _ := f.raw(t, "GET", f.url+"/theirs", h, nil); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", owner, resp.StatusCode, want)
		}
	}
}

// Every object is encrypted with S3's keys, as on AWS.
func TestEncryptionIsEchoed(t *testing.T) {
	f := start(t)
	for write, do := range writes {
		for _, h := range []http.Header{{}, {"X-Amz-Server-Side-Encryption": {"AES256"}}} {
			if resp, body := do(f, t, h); resp.Header.Get("X-Amz-Server-Side-Encryption") != "AES256" {
				t.Errorf("%s: %v %s", write, resp.Header, body)
			}
		}
	}
	_, out := f.get(t, &sdk.GetObjectInput{Key: ptr("put")})
	if out.ServerSideEncryption != types.ServerSideEncryptionAes256 {
		t.Errorf("get: %q", out.ServerSideEncryption)
	}
}

func TestStorageClass(t *testing.T) {
	f := start(t)
	put := func(key string, class types.StorageClass) {
		t.Helper()
		must[*sdk.PutObjectOutput](t)(f.PutObject(ctx, &sdk.PutObjectInput{
			Bucket: ptr("bucket"), Key: &key, Body: strings.NewReader("x"), StorageClass: class,
		}))
	}
	put("cool", types.StorageClassStandardIa)
	put("cold", types.StorageClassGlacier)
	put("warm", types.StorageClassStandard)
	id := must[*sdk.CreateMultipartUploadOutput](t)(f.CreateMultipartUpload(ctx, &sdk.CreateMultipartUploadInput{
		Bucket: ptr("bucket"), Key: ptr("joined"), StorageClass: types.StorageClassOnezoneIa,
	})).UploadId
	if _, err := f.complete("joined", id, f.part(t, "joined", id, 1, []byte("x"))); err != nil {
		t.Fatal(err)
	}
	must[*sdk.CopyObjectOutput](t)(f.CopyObject(ctx, &sdk.CopyObjectInput{
		Bucket: ptr("bucket"), Key: ptr("copy"), CopySource: ptr("bucket/cool"),
	}))
	want := map[string]types.StorageClass{
		"cool": "STANDARD_IA", "cold": "GLACIER", "warm": "", "joined": "ONEZONE_IA", "copy": "",
	}
	for key, class := range want {
		h := must[*sdk.HeadObjectOutput](t)(f.HeadObject(ctx, &sdk.HeadObjectInput{Bucket: ptr("bucket"), Key: &key}))
		if h.StorageClass != class {
			t.Errorf("%s: %q, want %q", key, h.StorageClass, class)
		}
	}
	listed := must[*sdk.ListObjectsV2Output](t)(f.ListObjectsV2(ctx, &sdk.ListObjectsV2Input{Bucket: ptr("bucket")}))
	for _, o := range listed.Contents {
		class := want[*o.Key]
		if class == "" {
			class = "STANDARD"
		}
		if string(o.StorageClass) != string(class) {
			t.Errorf("%s is listed as %s", *o.Key, o.StorageClass)
		}
	}
	_, err := f.GetObject(ctx, &sdk.GetObjectInput{Bucket: ptr("bucket"), Key: ptr("cold")})
	wantCode(t, err, "InvalidObjectState")
	wantStatus(t, err, 403)
	_, err = f.CopyObject(ctx, &sdk.CopyObjectInput{Bucket: ptr("bucket"), Key: ptr("c"), CopySource: ptr("bucket/cold")})
	wantCode(t, err, "InvalidObjectState")
	// a copy to itself may change the class
	must[*sdk.CopyObjectOutput](t)(f.CopyObject(ctx, &sdk.CopyObjectInput{
		Bucket: ptr("bucket"), Key: ptr("warm"), CopySource: ptr("bucket/warm"), StorageClass: types.StorageClassGlacierIr,
	}))
}

func TestRedirectIsKeptAndNotCopied(t *testing.T) {
	f := start(t)
	must[*sdk.PutObjectOutput](t)(f.PutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: ptr("k"), WebsiteRedirectLocation: ptr("/other"),
	}))
	must[*sdk.CopyObjectOutput](t)(f.CopyObject(ctx, &sdk.CopyObjectInput{
		Bucket: ptr("bucket"), Key: ptr("copy"), CopySource: ptr("bucket/k"),
	}))
	if _, out := f.get(t, &sdk.GetObjectInput{Key: ptr("k")}); out.WebsiteRedirectLocation == nil ||
		*out.WebsiteRedirectLocation != "/other" {
		t.Errorf("%+v", out)
	}
	if _, out := f.get(t, &sdk.GetObjectInput{Key: ptr("copy")}); out.WebsiteRedirectLocation != nil {
		t.Errorf("%+v", out)
	}
}

// An answer without a body has the same headers.
func TestAnEmptyObjectKeepsItsType(t *testing.T) {
	f := start(t)
	must[*sdk.PutObjectOutput](t)(f.PutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: ptr("k"), ContentType: ptr("text/x-poem"),
	}))
	_, out := f.get(t, &sdk.GetObjectInput{Key: ptr("k")})
	if *out.ContentType != "text/x-poem" || *out.ContentLength != 0 {
		t.Errorf("%+v", out)
	}
}

// An encoding that names aws-chunked says nothing of a body that comes whole.
func TestAWSChunkedIsNoEncodingOfTheObject(t *testing.T) {
	f := start(t)
	for sent, want := range map[string]string{
		"aws-chunked": "", "gzip, aws-chunked": "gzip", "aws-chunked,br, gzip": "br, gzip", "br,gzip": "br,gzip",
	} {
		f.raw(t, "PUT", f.url+"/bucket/k", http.Header{"Content-Encoding": {sent}}, []byte("x"))
		resp, _ := f.raw(t, "HEAD", f.url+"/bucket/k", nil, nil)
		if got := resp.Header.Get("Content-Encoding"); resp.StatusCode != 200 || got != want {
			t.Errorf("%s: %d %q, want %q", sent, resp.StatusCode, got, want)
		}
	}
}

// request.go: what a presigned URL carries as a parameter counts as the header.
func TestPresignedParametersAreHeaders(t *testing.T) {
	f := start(t)
	signed := "X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z"
	resp, body := f.raw(t, "PUT", f.url+"/bucket/k?"+signed+"&x-amz-meta-user=ann&x-amz-tagging=a%3D1", nil, []byte("x"))
	if resp.StatusCode != 200 {
		t.Fatal(body)
	}
	if _, out := f.get(t, &sdk.GetObjectInput{Key: ptr("k")}); out.Metadata["user"] != "ann" || *out.TagCount != 1 {
		t.Errorf("%+v", out)
	}
	if _, body := f.raw(t, "PUT", f.url+"/bucket/k?"+signed+"&x-amz-acl=public-read", nil, []byte("y")); !strings.Contains(
		body, "AccessControlListNotSupported") {
		t.Error(body)
	}
}

// errors.go
func TestErrorsHaveTheirIDs(t *testing.T) {
	f := start(t)
	for _, path := range []string{"/bucket/none", "/none", "/bucket?policy", "/bucket?list-type=2&max-keys=x"} {
		resp, body := f.raw(t, "GET", f.url+path, nil, nil)
		id, host := resp.Header.Get("X-Amz-Request-Id"), resp.Header.Get("X-Amz-Id-2")
		if len(id) != 16 || !strings.Contains(body, "<RequestId>"+id+"</RequestId>") ||
			!strings.Contains(body, "<HostId>"+host+"</HostId>") {
			t.Errorf("%s: %v %s", path, resp.Header, body)
		}
		if _, err := base64.StdEncoding.DecodeString(host); err != nil || host == "" {
			t.Errorf("%s: host %q", path, host)
		}
	}
	resp, _ := f.raw(t, "HEAD", f.url+"/bucket/none", nil, nil)
	if resp.StatusCode != 404 || resp.Header.Get("X-Amz-Request-Id") == "" {
		t.Errorf("%v", resp.Header)
	}
}

func TestWhatIsLeftOutIsReported(t *testing.T) {
	var got []string
	svc := s3.New(s3.Config{NotServed: func(operation string) { got = append(got, operation) }})
	for _, c := range []struct{ method, path, header string }{
		{"GET", "/bucket?policy", ""}, {"PUT", "/bucket/k?retention", ""}, {"POST", "/bucket", ""},
		{"PUT", "/bucket/k", "X-Amz-Write-Offset-Bytes"}, {"GET", "/bucket/k", ""},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		if c.header != "" {
			r.Header.Set(c.header, "1")
		}
		svc.ServeHTTP(httptest.NewRecorder(), r)
	}
	want := "GET ?policy, PUT ?retention, browser upload, header x-amz-write-offset-bytes"
	if strings.Join(got, ", ") != want {
		t.Errorf("%q, want %s", got, want)
	}
}
