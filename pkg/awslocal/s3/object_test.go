package s3_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/crashlab/crashlab/pkg/awslocal/s3"
)

func TestPutGetHeadDelete(t *testing.T) {
	f := start(t)
	p := f.put(t, "a/b c+é", "hello")
	if *p.ETag != `"5d41402abc4b2a76b9719d911017c592"` || p.VersionId != nil {
		t.Errorf("put %+v", p)
	}
	body, g := f.get(t, &sdk.GetObjectInput{Key: ptr("a/b c+é")})
	if body != "hello" || *g.ETag != *p.ETag || *g.ContentLength != 5 || !g.LastModified.Equal(epoch) ||
		*g.ContentType != "application/octet-stream" {
		t.Errorf("get %q %+v", body, g)
	}
	h := must[*sdk.HeadObjectOutput](t)(f.HeadObject(ctx, &sdk.HeadObjectInput{
		Bucket: ptr("bucket"), Key: ptr("a/b c+é"),
	}))
	if *h.ContentLength != 5 || *h.ETag != *p.ETag {
		t.Errorf("head %+v", h)
	}
	d := must[*sdk.DeleteObjectOutput](t)(f.DeleteObject(ctx, &sdk.DeleteObjectInput{
		Bucket: ptr("bucket"), Key: ptr("a/b c+é"),
	}))
	if d.DeleteMarker != nil || d.VersionId != nil {
		t.Errorf("delete %+v", d)
	}
	_, err := f.GetObject(ctx, &sdk.GetObjectInput{Bucket: ptr("bucket"), Key: ptr("a/b c+é")})
	wantCode(t, err, "NoSuchKey")
	_, err = f.HeadObject(ctx, &sdk.HeadObjectInput{Bucket: ptr("bucket"), Key: ptr("a/b c+é")})
	wantCode(t, err, "NotFound")
	// no error
	must[*sdk.DeleteObjectOutput](t)(f.DeleteObject(ctx, &sdk.DeleteObjectInput{Bucket: ptr("bucket"), Key: ptr("never")}))
	_, err = f.PutObject(ctx, &sdk.PutObjectInput{Bucket: ptr("nowhere"), Key: ptr("k"), Body: strings.NewReader("x")})
	wantCode(t, err, "NoSuchBucket")
	if empty, _ := f.get(t, &sdk.GetObjectInput{
		Key: func() *string { f.put(t, "empty", ""); return ptr("empty") }(),
	}); empty != "" {
		t.Errorf("empty object %q", empty)
	}
}

// attributes.go
func TestMetadata(t *testing.T) {
	f := start(t)
	expires := epoch.Add(time.Hour)
	must[*sdk.PutObjectOutput](t)(f.PutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: ptr("k"), Body: strings.NewReader("x"), Metadata: map[string]string{"user": "ann"},
		ContentType: ptr("text/plain"), CacheControl: ptr("no-store"), ContentLanguage: ptr("de"),
		ContentDisposition: ptr("inline"), ContentEncoding: ptr("br, gzip"), Expires: &expires,
	}))
	_, g := f.get(t, &sdk.GetObjectInput{Key: ptr("k")})
	if g.Metadata["user"] != "ann" || len(g.Metadata) != 1 || *g.ContentType != "text/plain" ||
		*g.CacheControl != "no-store" || *g.ContentLanguage != "de" ||
		*g.ContentDisposition != "inline" || *g.ContentEncoding != "br, gzip" || g.ExpiresString == nil {
		t.Errorf("%+v", g)
	}
	resp, _ := f.raw(t, "GET", f.url+"/bucket/k?response-content-type=text/css", nil, nil)
	if resp.Header.Get("Content-Type") != "text/css" {
		t.Errorf("override: %v", resp.Header)
	}
	for name := range resp.Header {
		if strings.HasPrefix(name, "X-Amz-") && name != "X-Amz-Meta-User" && name != "X-Amz-Request-Id" &&
			name != "X-Amz-Id-2" && name != "X-Amz-Server-Side-Encryption" {
			t.Errorf("the upload's %s came back", name)
		}
	}

	f.put(t, "k", "y") // nothing of the old object stays
	if _, g = f.get(t, &sdk.GetObjectInput{Key: ptr("k")}); len(g.Metadata) != 0 || g.CacheControl != nil {
		t.Errorf("after an overwrite: %+v", g)
	}
	_, err := f.PutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: ptr("k"), Body: strings.NewReader("x"), Metadata: map[string]string{
			"m": strings.Repeat("x", 2048),
		},
	})
	wantCode(t, err, "MetadataTooLarge")
}

// attributes.go: metadata names come back in lower case, which Go's own client hides.
func TestMetadataNamesAreLowerCase(t *testing.T) {
	svc := s3.New(s3.Config{})
	svc.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("PUT", "/bucket", nil))
	put := httptest.NewRequest("PUT", "/bucket/k", strings.NewReader("x"))
	put.Header.Set("X-Amz-Meta-User", "ann")
	svc.ServeHTTP(httptest.NewRecorder(), put)
	answer := httptest.NewRecorder()
	svc.ServeHTTP(answer, httptest.NewRequest("GET", "/bucket/k", nil))
	found := false
	for name := range answer.Header() {
		found = found || name == strings.ToLower("X-Amz-Meta-User")
	}
	if !found || answer.Body.String() != "x" {
		t.Errorf("%v %s", answer.Header(), answer.Body)
	}
}

// objects.go: an object's checksum must not come with a part of it.
func TestRangesAndChecksums(t *testing.T) {
	f := start(t)
	f.put(t, "k", "0123456789")
	for rng, want := range map[string]string{
		"bytes=0-3": "0123", "bytes=4-": "456789", "bytes=-3": "789", "bytes=8-100": "89", "bytes=-100": "0123456789",
		"bytes=9-9": "9",
		// not understood: all of it
		"bytes=5-2": "0123456789", "bytes=x-": "0123456789", "bytes=0-1,3-4": "0123456789", "lines=1-2": "0123456789",
	} {
		if body, out := f.get(t, &sdk.GetObjectInput{Key: ptr("k"), Range: &rng}); body != want || out.ChecksumCRC32 != nil &&
			len(body) < 10 {
			t.Errorf("%s: got %q, want %q", rng, body, want)
		}
	}
	_, out := f.get(t, &sdk.GetObjectInput{Key: ptr("k"), Range: ptr("bytes=2-4")})
	if *out.ContentRange != "bytes 2-4/10" || *out.ContentLength != 3 {
		t.Errorf("%+v", out)
	}
	for _, rng := range []string{"bytes=10-", "bytes=99-100", "bytes=-0"} {
		_, err := f.GetObject(ctx, &sdk.GetObjectInput{Bucket: ptr("bucket"), Key: ptr("k"), Range: &rng})
		wantCode(t, err, "InvalidRange")
		wantStatus(t, err, 416)
	}
	h := must[*sdk.HeadObjectOutput](t)(f.HeadObject(ctx, &sdk.HeadObjectInput{
		Bucket: ptr("bucket"), Key: ptr("k"), ChecksumMode: types.ChecksumModeEnabled,
	}))
	if h.ChecksumCRC32 == nil || *h.ChecksumCRC32 != "poTHxg==" {
		t.Errorf("checksum %+v", h.ChecksumCRC32)
	}
	if resp, _ := f.raw(t, "GET", f.url+"/bucket/k", nil, nil); resp.Header.Get("X-Amz-Checksum-Crc32") != "" {
		t.Error("a checksum came without being asked for")
	}
}

// body.go and checksum.go: every algorithm, in a header and in a trailer.
func TestUploadChecksums(t *testing.T) {
	f := start(t)
	for _, a := range types.ChecksumAlgorithm("").Values() {
		if strings.HasPrefix(string(a), "XXHASH") || a == "SHA512" || a == "MD5" {
			continue
		}
		key := string(a)
		out, err := f.PutObject(ctx, &sdk.PutObjectInput{
			Bucket: ptr("bucket"), Key: &key, Body: strings.NewReader("123456789"), ChecksumAlgorithm: a,
		})
		if err != nil {
			t.Errorf("%s: %v", a, err)
			continue
		}
		if a == types.ChecksumAlgorithmCrc64nvme && *out.ChecksumCRC64NVME != "rosUhgp5mIg=" {
			t.Errorf("CRC64NVME %s", *out.ChecksumCRC64NVME)
		}
		// Reading verifies: the SDK compares what comes back.
		if body, _ := f.get(t, &sdk.GetObjectInput{Key: &key, ChecksumMode: types.ChecksumModeEnabled}); body != "123456789" {
			t.Errorf("%s: got %q", a, body)
		}
	}
	_, err := f.PutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: ptr("bad"), Body: strings.NewReader("x"), ChecksumCRC32: ptr("AAAAAA=="),
	})
	wantCode(t, err, "BadDigest")
	_, err = f.PutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: ptr("bad"), Body: strings.NewReader("x"), ChecksumSHA256: ptr("short"),
	})
	wantCode(t, err, "InvalidRequest")
	_, err = f.PutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: ptr("bad"), Body: strings.NewReader("x"), ContentMD5: ptr("1B2M2Y8AsgTpgAmY7PhCfg=="),
	})
	wantCode(t, err, "BadDigest")
	_, err = f.HeadObject(ctx, &sdk.HeadObjectInput{Bucket: ptr("bucket"), Key: ptr("bad")})
	wantCode(t, err, "NotFound") // nothing was stored

	// aws-chunked, as SDKs send what they can't read twice, with signed chunks and without.
	for name, wire := range map[string]string{
		"unsigned, trailer": "4\r\n0123\r\n6\r\n456789\r\n0\r\nx-amz-checksum-crc32:poTHxg==\r\n\r\n",
		"signed":            "a;chunk-signature=00\r\n0123456789\r\n0;chunk-signature=00\r\n\r\n",
		"no last line":      "a\r\n0123456789\r\n0\r\n",
	} {
		resp, body := f.raw(t, "PUT", f.url+"/bucket/chunked", http.Header{
			"X-Amz-Content-Sha256": {"STREAMING-UNSIGNED-PAYLOAD-TRAILER"}, "X-Amz-Decoded-Content-Length": {"10"},
			"Content-Encoding": {"aws-chunked"}, "X-Amz-Trailer": {"x-amz-checksum-crc32"},
		}, []byte(wire))
		if got, out := f.get(t, &sdk.GetObjectInput{Key: ptr("chunked")}); resp.StatusCode != 200 || got != "0123456789" ||
			out.ContentEncoding != nil {
			t.Errorf("%s: %d %s, then %q", name, resp.StatusCode, body, got)
		}
	}
	for code, wire := range map[string]string{
		"BadDigest":      "a\r\n0123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
		"IncompleteBody": "a\r\n01234",
	} {
		_, body := f.raw(t, "PUT", f.url+"/bucket/chunked",
			http.Header{"Content-Encoding": {"aws-chunked"}, "X-Amz-Decoded-Content-Length": {"10"}}, []byte(wire))
		if !strings.Contains(body, code) {
			t.Errorf("%q: got %s, want %s", wire, body, code)
		}
	}
}

// conditions.go
func TestConditionalWrites(t *testing.T) {
	f := start(t)
	put := func(change func(*sdk.PutObjectInput)) error {
		in := &sdk.PutObjectInput{Bucket: ptr("bucket"), Key: ptr("k"), Body: strings.NewReader("x")}
		change(in)
		_, err := f.PutObject(ctx, in)
		return err
	}
	wantCode(t, put(func(in *sdk.PutObjectInput) { in.IfMatch = ptr(`"00"`) }), "NoSuchKey")
	if err := put(func(in *sdk.PutObjectInput) { in.IfNoneMatch = ptr("*") }); err != nil {
		t.Error(err)
	}
	err := put(func(in *sdk.PutObjectInput) { in.IfNoneMatch = ptr("*") })
	wantCode(t, err, "PreconditionFailed")
	wantStatus(t, err, 412)
	wantCode(t, put(func(in *sdk.PutObjectInput) { in.IfMatch = ptr(`"00"`) }), "PreconditionFailed")
	etag := f.put(t, "k", "x").ETag
	if err := put(func(in *sdk.PutObjectInput) { in.IfMatch = etag }); err != nil {
		t.Error(err)
	}
	err = put(func(in *sdk.PutObjectInput) { in.IfNoneMatch = etag })
	wantCode(t, err, "NotImplemented")
	wantStatus(t, err, 501)
}

// Of many writers that all require to be the first, one succeeds.
func TestConditionalWriteHasOneWinner(t *testing.T) {
	f := start(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 16 {
		wg.Go(func() {
			_, err := f.PutObject(ctx, &sdk.PutObjectInput{
				Bucket: ptr("bucket"), Key: ptr("lock"), Body: strings.NewReader(fmt.Sprint(i)), IfNoneMatch: ptr("*"),
			})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else {
				wantCode(t, err, "PreconditionFailed")
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d writers won", won)
	}
}

// objects.go and conditions.go
func TestConditionalReads(t *testing.T) {
	f := start(t)
	etag := f.put(t, "k", "x").ETag
	other := ptr(`"00"`)
	before, after := ptr(epoch.Add(-time.Hour)), ptr(epoch.Add(time.Hour))
	for _, tc := range []struct {
		in   sdk.GetObjectInput
		want int
	}{
		{sdk.GetObjectInput{IfMatch: etag}, 200},
		{sdk.GetObjectInput{IfMatch: other}, 412},
		{sdk.GetObjectInput{IfNoneMatch: etag}, 304},
		{sdk.GetObjectInput{IfNoneMatch: other}, 200},
		{sdk.GetObjectInput{IfModifiedSince: before}, 200},
		{sdk.GetObjectInput{IfModifiedSince: &epoch}, 304},
		{sdk.GetObjectInput{IfUnmodifiedSince: after}, 200},
		{sdk.GetObjectInput{IfUnmodifiedSince: before}, 412},
		{sdk.GetObjectInput{IfMatch: etag, IfUnmodifiedSince: before}, 200}, // the ETag takes precedence
		{sdk.GetObjectInput{IfNoneMatch: other, IfModifiedSince: &epoch}, 200},
	} {
		tc.in.Bucket, tc.in.Key = ptr("bucket"), ptr("k")
		out, err := f.GetObject(ctx, &tc.in)
		if tc.want == 200 {
			if err != nil {
				t.Errorf("%+v: %v", tc.in, err)
			} else {
				_ = out.Body.Close()
			}
			continue
		}
		wantStatus(t, err, tc.want)
	}
}

// A read that begins after a write was answered sees it, in every way of reading.
func TestReadAfterWrite(t *testing.T) {
	f := start(t)
	var wg sync.WaitGroup
	for w := range 64 {
		wg.Go(func() {
			key := fmt.Sprintf("k%02d", w)
			for i := range 5 {
				want := fmt.Sprint(i)
				f.put(t, key, want)
				if got, _ := f.get(t, &sdk.GetObjectInput{Key: &key}); got != want {
					t.Errorf("%s: got %s, want %s", key, got, want)
				}
				l := must[*sdk.ListObjectsV2Output](t)(f.ListObjectsV2(ctx, &sdk.ListObjectsV2Input{
					Bucket: ptr("bucket"), Prefix: &key,
				}))
				if len(l.Contents) != 1 || *l.Contents[0].Size != int64(len(want)) {
					t.Errorf("%s: listed %+v", key, l.Contents)
				}
			}
		})
	}
	wg.Wait()
}

// route.go: a subresource must not be taken for the object.
func TestUnsupported(t *testing.T) {
	f := start(t)
	f.put(t, "k", "precious")
	_, err := f.PutObjectLegalHold(ctx, &sdk.PutObjectLegalHoldInput{
		Bucket: ptr("bucket"), Key: ptr("k"), LegalHold: &types.ObjectLockLegalHold{Status: "ON"},
	})
	wantCode(t, err, "NotImplemented")
	if body, _ := f.get(t, &sdk.GetObjectInput{Key: ptr("k")}); body != "precious" {
		t.Errorf("the object is now %q", body)
	}
	_, err = f.GetBucketPolicy(ctx, &sdk.GetBucketPolicyInput{Bucket: ptr("bucket")})
	wantCode(t, err, "NotImplemented")
	wantStatus(t, err, 501)
	if resp, _ := f.raw(t, "POST", f.url+"/bucket", nil, []byte("form")); resp.StatusCode != 501 {
		t.Errorf("browser upload: %d", resp.StatusCode)
	}
}

func TestPresigned(t *testing.T) {
	f := start(t)
	presign := sdk.NewPresignClient(f.Client)
	p, err := presign.PresignPutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: ptr("signed"), ContentType: ptr("text/plain"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if resp, body := f.raw(t, p.Method, p.URL, p.SignedHeader, []byte("hello")); resp.StatusCode != 200 {
		t.Fatalf("put: %d %s", resp.StatusCode, body)
	}
	g, err := presign.PresignGetObject(ctx, &sdk.GetObjectInput{Bucket: ptr("bucket"), Key: ptr("signed")})
	if err != nil {
		t.Fatal(err)
	}
	if resp, body := f.raw(t, g.Method, g.URL, nil, nil); resp.StatusCode != 200 || body != "hello" ||
		resp.Header.Get("Content-Type") != "text/plain" {
		t.Errorf("get: %d %q", resp.StatusCode, body)
	}
}
