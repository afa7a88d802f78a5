package s3_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const fiveMB = 5 << 20

func (f fixture) begin(t testing.TB, key string) *string {
	t.Helper()
	return must[*sdk.CreateMultipartUploadOutput](t)(f.CreateMultipartUpload(ctx, &sdk.CreateMultipartUploadInput{
		Bucket: ptr("bucket"), Key: &key, ContentType: ptr("text/plain"), Metadata: map[string]string{"user": "ann"},
	})).UploadId
}

func (f fixture) part(t testing.TB, key string, id *string, n int32, body []byte) types.CompletedPart {
	t.Helper()
	out := must[*sdk.UploadPartOutput](t)(f.UploadPart(ctx, &sdk.UploadPartInput{
		Bucket: ptr("bucket"), Key: &key, UploadId: id, PartNumber: &n, Body: bytes.NewReader(body),
	}))
	return types.CompletedPart{PartNumber: &n, ETag: out.ETag}
}

func (f fixture) complete(key string, id *string,
	parts ...types.CompletedPart) (*sdk.CompleteMultipartUploadOutput, error) {
	return f.CompleteMultipartUpload(ctx, &sdk.CompleteMultipartUploadInput{
		Bucket: ptr("bucket"), Key: &key, UploadId: id, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
}

// multipart.go
func TestMultipart(t *testing.T) {
	f := start(t)
	id := f.begin(t, "big")
	one, two := bytes.Repeat([]byte("1"), fiveMB), []byte("the end")
	second := f.part(t, "big", id, 2, two)
	f.part(t, "big", id, 1, []byte("to be replaced"))
	first := f.part(t, "big", id, 1, one)

	parts := must[*sdk.ListPartsOutput](t)(f.ListParts(ctx, &sdk.ListPartsInput{
		Bucket: ptr("bucket"), Key: ptr("big"), UploadId: id, MaxParts: ptr[int32](1),
	}))
	rest := must[*sdk.ListPartsOutput](t)(f.ListParts(ctx, &sdk.ListPartsInput{
		Bucket: ptr("bucket"), Key: ptr("big"), UploadId: id, PartNumberMarker: parts.NextPartNumberMarker,
	}))
	if !*parts.IsTruncated || *parts.Parts[0].Size != fiveMB || len(rest.Parts) != 1 || *rest.Parts[0].PartNumber != 2 {
		t.Errorf("parts %+v, rest %+v", parts.Parts, rest.Parts)
	}

	_, err := f.complete("big", id, second, first)
	wantCode(t, err, "InvalidPartOrder")
	_, err = f.complete("big", id, first, types.CompletedPart{PartNumber: ptr[int32](3), ETag: first.ETag})
	wantCode(t, err, "InvalidPart")
	_, err = f.complete("big", id, first, types.CompletedPart{PartNumber: ptr[int32](2), ETag: first.ETag})
	wantCode(t, err, "InvalidPart")
	_, err = f.complete("big", id)
	wantCode(t, err, "MalformedXML")
	_, err = f.GetObject(ctx, &sdk.GetObjectInput{Bucket: ptr("bucket"), Key: ptr("big")})
	wantCode(t, err, "NoSuchKey") // nothing is visible before it is complete

	done := must[*sdk.CompleteMultipartUploadOutput](t)(f.complete("big", id, first, second))
	if !strings.HasSuffix(*done.ETag, `-2"`) {
		t.Errorf("etag %s", *done.ETag)
	}
	body, out := f.get(t, &sdk.GetObjectInput{Key: ptr("big")})
	if body != string(one)+string(two) || *out.ETag != *done.ETag || out.Metadata["user"] != "ann" ||
		*out.ContentType != "text/plain" {
		t.Errorf("object of %d bytes, %s", len(body), *out.ETag)
	}
	l := must[*sdk.ListObjectsV2Output](t)(f.ListObjectsV2(ctx, &sdk.ListObjectsV2Input{Bucket: ptr("bucket")}))
	if *l.Contents[0].ETag != *done.ETag {
		t.Errorf("listed %s", *l.Contents[0].ETag)
	}
	// A part can be read by its number.
	if body, out := f.get(t, &sdk.GetObjectInput{Key: ptr("big"), PartNumber: ptr[int32](2)}); body != string(two) ||
		*out.PartsCount != 2 {
		t.Errorf("part 2: %q", body)
	}
	_, err = f.GetObject(ctx, &sdk.GetObjectInput{Bucket: ptr("bucket"), Key: ptr("big"), PartNumber: ptr[int32](3)})
	wantCode(t, err, "InvalidPartNumber")
	_, err = f.complete("big", id, first, second)
	wantCode(t, err, "NoSuchUpload")
}

func TestMultipartRefuses(t *testing.T) {
	f := start(t)
	id := f.begin(t, "k")
	_, err := f.UploadPart(ctx, &sdk.UploadPartInput{
		Bucket: ptr("bucket"), Key: ptr("k"), UploadId: id, PartNumber: ptr[int32](0), Body: strings.NewReader("x"),
	})
	wantCode(t, err, "InvalidArgument")
	_, err = f.UploadPart(ctx, &sdk.UploadPartInput{
		Bucket: ptr("bucket"), Key: ptr("k"), UploadId: ptr("nope"), PartNumber: ptr[int32](1), Body: strings.NewReader("x"),
	})
	wantCode(t, err, "NoSuchUpload")
	a, b := f.part(t, "k", id, 1, []byte("small")), f.part(t, "k", id, 2, nil) // an empty part is valid
	_, err = f.complete("k", id, a, b)
	wantCode(t, err, "EntityTooSmall")
	wantStatus(t, err, 400)

	must[*sdk.AbortMultipartUploadOutput](t)(f.AbortMultipartUpload(ctx, &sdk.AbortMultipartUploadInput{
		Bucket: ptr("bucket"), Key: ptr("k"), UploadId: id,
	}))
	_, err = f.AbortMultipartUpload(ctx, &sdk.AbortMultipartUploadInput{
		Bucket: ptr("bucket"), Key: ptr("k"), UploadId: id,
	})
	wantCode(t, err, "NoSuchUpload")
	_, err = f.ListParts(ctx, &sdk.ListPartsInput{Bucket: ptr("bucket"), Key: ptr("k"), UploadId: id})
	wantCode(t, err, "NoSuchUpload")
	_, err = f.CreateMultipartUpload(ctx, &sdk.CreateMultipartUploadInput{Bucket: ptr("nowhere"), Key: ptr("k")})
	wantCode(t, err, "NoSuchBucket")
}

func TestMultipartConditions(t *testing.T) {
	f := start(t)
	ifAbsent := func(key string, id *string, p types.CompletedPart) error {
		_, err := f.CompleteMultipartUpload(ctx, &sdk.CompleteMultipartUploadInput{
			Bucket: ptr("bucket"), Key: &key, UploadId: id, IfNoneMatch: ptr("*"),
			MultipartUpload: &types.CompletedMultipartUpload{
				Parts: []types.CompletedPart{p},
			},
		})
		return err
	}
	id := f.begin(t, "k")
	p := f.part(t, "k", id, 1, []byte("x"))
	f.put(t, "k", "first")
	err := ifAbsent("k", id, p)
	wantCode(t, err, "PreconditionFailed")
	must[*sdk.DeleteObjectOutput](t)(f.DeleteObject(ctx, &sdk.DeleteObjectInput{Bucket: ptr("bucket"), Key: ptr("k")}))
	err = ifAbsent("k", id, p)
	wantCode(t, err, "ConditionalRequestConflict")
	wantStatus(t, err, 409)
	id = f.begin(t, "k")
	if err := ifAbsent("k", id, f.part(t, "k", id, 1, []byte("x"))); err != nil {
		t.Error(err)
	}
}

func TestListUploadsPages(t *testing.T) {
	f := start(t)
	if l := must[*sdk.ListMultipartUploadsOutput](t)(f.ListMultipartUploads(ctx, &sdk.ListMultipartUploadsInput{
		Bucket: ptr("bucket"),
	})); len(l.Uploads) != 0 {
		t.Errorf("uploads %+v", l.Uploads)
	}
	for _, key := range []string{"b", "a", "b", "c"} {
		f.begin(t, key)
	}
	var got []string
	in := &sdk.ListMultipartUploadsInput{Bucket: ptr("bucket"), MaxUploads: ptr[int32](1)}
	for {
		l := must[*sdk.ListMultipartUploadsOutput](t)(f.ListMultipartUploads(ctx, in))
		for _, u := range l.Uploads {
			got = append(got, *u.Key)
		}
		if !*l.IsTruncated {
			break
		}
		in.KeyMarker, in.UploadIdMarker = l.NextKeyMarker, l.NextUploadIdMarker
	}
	if s := strings.Join(got, ""); s != "abbc" {
		t.Errorf("got %s", s)
	}
}

// copies.go
func TestCopy(t *testing.T) {
	f := start(t)
	must[*sdk.PutObjectOutput](t)(f.PutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: ptr("from é+"), Body: strings.NewReader("hello"), ContentType: ptr("text/plain"),
		Metadata: map[string]string{"a": "1"},
	}))
	source := ptr("bucket/from%20%C3%A9%2B")
	c := must[*sdk.CopyObjectOutput](t)(f.CopyObject(ctx, &sdk.CopyObjectInput{
		Bucket: ptr("bucket"), Key: ptr("to"), CopySource: source,
	}))
	body, out := f.get(t, &sdk.GetObjectInput{Key: ptr("to")})
	if body != "hello" || out.Metadata["a"] != "1" || *out.ContentType != "text/plain" ||
		*c.CopyObjectResult.ETag != *out.ETag || !c.CopyObjectResult.LastModified.Equal(epoch) {
		t.Errorf("copy %q %+v", body, out)
	}
	must[*sdk.CopyObjectOutput](t)(f.CopyObject(ctx, &sdk.CopyObjectInput{
		Bucket: ptr("bucket"), Key: ptr("to"), CopySource: source, MetadataDirective: types.MetadataDirectiveReplace,
		Metadata: map[string]string{"b": "2"},
	}))
	if _, out = f.get(t, &sdk.GetObjectInput{Key: ptr("to")}); len(out.Metadata) != 1 || out.Metadata["b"] != "2" {
		t.Errorf("replaced metadata %+v", out.Metadata)
	}

	for code, in := range map[string]sdk.CopyObjectInput{
		"InvalidRequest":     {Key: ptr("from é+"), CopySource: source}, // onto itself, unchanged
		"NoSuchKey":          {Key: ptr("x"), CopySource: ptr("bucket/nope")},
		"NoSuchBucket":       {Key: ptr("x"), CopySource: ptr("nowhere/k")},
		"InvalidArgument":    {Key: ptr("x"), CopySource: ptr("nokey")},
		"PreconditionFailed": {Key: ptr("x"), CopySource: source, CopySourceIfMatch: ptr(`"00"`)},
	} {
		in.Bucket = ptr("bucket")
		_, err := f.CopyObject(ctx, &in)
		wantCode(t, err, code)
	}
	_, err := f.CopyObject(ctx, &sdk.CopyObjectInput{
		Bucket: ptr("bucket"), Key: ptr("to"), CopySource: source, IfNoneMatch: ptr("*"),
	})
	wantCode(t, err, "PreconditionFailed")

	f.versioning(t, types.BucketVersioningStatusEnabled)
	old := *f.put(t, "v", "old").VersionId
	f.put(t, "v", "new")
	vc := must[*sdk.CopyObjectOutput](t)(f.CopyObject(ctx, &sdk.CopyObjectInput{
		Bucket: ptr("bucket"), Key: ptr("w"), CopySource: ptr("bucket/v?versionId=" + old),
	}))
	if body, out := f.get(t, &sdk.GetObjectInput{Key: ptr("w")}); body != "old" || *vc.CopySourceVersionId != old ||
		*vc.VersionId != *out.VersionId {
		t.Errorf("copy of a version: %q, %s from %s", body, *vc.VersionId, *vc.CopySourceVersionId)
	}
}

func TestUploadPartCopy(t *testing.T) {
	f := start(t)
	f.put(t, "from", "0123456789")
	id := f.begin(t, "to")
	copyPart := func(rng string) (*sdk.UploadPartCopyOutput, error) {
		return f.UploadPartCopy(ctx, &sdk.UploadPartCopyInput{
			Bucket: ptr("bucket"), Key: ptr("to"), UploadId: id, PartNumber: ptr[int32](1), CopySource: ptr("bucket/from"),
			CopySourceRange: &rng,
		})
	}
	p := must[*sdk.UploadPartCopyOutput](t)(copyPart("bytes=2-5"))
	must[*sdk.CompleteMultipartUploadOutput](t)(f.complete("to", id, types.CompletedPart{
		PartNumber: ptr[int32](1), ETag: p.CopyPartResult.ETag,
	}))
	if body, _ := f.get(t, &sdk.GetObjectInput{Key: ptr("to")}); body != "2345" {
		t.Errorf("got %q", body)
	}
	for _, bad := range []string{"bytes=0-100", "0-3", "bytes=-3"} {
		_, err := copyPart(bad)
		wantCode(t, err, "InvalidArgument")
	}
}

// BenchmarkS3PutGet is one PutObject of 1 KB and one GetObject of it, through the SDK, its
// checksums and a loopback socket.
func BenchmarkS3PutGet(b *testing.B) {
	f := start(b)
	body := strings.Repeat("x", 1024)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		key := fmt.Sprint("k", n%1000)
		n++
		f.put(b, key, body)
		if got, _ := f.get(b, &sdk.GetObjectInput{Key: &key}); len(got) != len(body) {
			b.Fatalf("%d bytes", len(got))
		}
	}
}

func TestTheSizeOfTheWholeIsChecked(t *testing.T) {
	f := start(t)
	id := f.begin(t, "k")
	part := f.part(t, "k", id, 1, []byte("hello"))
	complete := func(size int64) error {
		_, err := f.CompleteMultipartUpload(ctx, &sdk.CompleteMultipartUploadInput{
			Bucket: ptr("bucket"), Key: ptr("k"), UploadId: id, MpuObjectSize: &size,
			MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{part}},
		})
		return err
	}
	wantCode(t, complete(4), "InvalidRequest")
	if err := complete(5); err != nil {
		t.Error(err)
	}
}

// partsum.go
func TestChecksumsOfParts(t *testing.T) {
	f := start(t)
	for algorithm, want := range map[string]string{ // of "hello", in one part; composite sums are sums of sums
		"CRC32": "COMPOSITE", "CRC32C": "COMPOSITE", "SHA1": "COMPOSITE", "SHA256": "COMPOSITE", "CRC64NVME": "FULL_OBJECT",
		"CRC32 FULL_OBJECT": "FULL_OBJECT",
	} {
		name, kind, _ := strings.Cut(algorithm, " ")
		begun := must[*sdk.CreateMultipartUploadOutput](t)(f.CreateMultipartUpload(ctx, &sdk.CreateMultipartUploadInput{
			Bucket: ptr("bucket"), Key: &name, ChecksumAlgorithm: types.ChecksumAlgorithm(name),
			ChecksumType: types.ChecksumType(kind),
		}))
		if string(begun.ChecksumAlgorithm) != name || string(begun.ChecksumType) != want {
			t.Errorf("%s: begun with %s %s", algorithm, begun.ChecksumAlgorithm, begun.ChecksumType)
		}
		part := must[*sdk.UploadPartOutput](t)(f.UploadPart(ctx, &sdk.UploadPartInput{
			Bucket: ptr("bucket"), Key: &name, UploadId: begun.UploadId, PartNumber: ptr[int32](1),
			Body: strings.NewReader("hello"), ChecksumAlgorithm: types.ChecksumAlgorithm(name),
		}))
		done := must[*sdk.CompleteMultipartUploadOutput](t)(f.complete(name, begun.UploadId,
			types.CompletedPart{PartNumber: ptr[int32](1), ETag: part.ETag}))
		_, got := f.get(t, &sdk.GetObjectInput{Key: &name, ChecksumMode: types.ChecksumModeEnabled})
		if string(done.ChecksumType) != want || string(got.ChecksumType) != want {
			t.Errorf("%s: completed as %q, read as %q", algorithm, done.ChecksumType, got.ChecksumType)
		}
		if algorithm == "CRC32 FULL_OBJECT" && (*done.ChecksumCRC32 != "NhCmhg==" || *got.ChecksumCRC32 != "NhCmhg==") {
			t.Errorf("%s: %s, %s", algorithm, *done.ChecksumCRC32, *got.ChecksumCRC32)
		}
		if name == "SHA256" && !strings.HasSuffix(*got.ChecksumSHA256, "-1") {
			t.Errorf("%s: %s", algorithm, *got.ChecksumSHA256)
		}
	}
	for _, wrong := range [][2]string{
		{"CRC64NVME", "COMPOSITE"}, {"SHA1", "FULL_OBJECT"}, {"ROT13", ""}, {"", "COMPOSITE"},
	} {
		_, body := f.raw(t, "POST", f.url+"/bucket/k?uploads",
			http.Header{"X-Amz-Checksum-Algorithm": {wrong[0]}, "X-Amz-Checksum-Type": {wrong[1]}}, nil)
		if !strings.Contains(body, "InvalidRequest") {
			t.Errorf("%s: %s", wrong, body)
		}
	}
	id := f.begin(t, "k")
	part := f.part(t, "k", id, 1, []byte("hello"))
	_, err := f.CompleteMultipartUpload(ctx, &sdk.CompleteMultipartUploadInput{
		Bucket: ptr("bucket"), Key: ptr("k"), UploadId: id, ChecksumCRC32: ptr("AAAAAA=="),
		MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{part}},
	})
	wantCode(t, err, "BadDigest")
}
