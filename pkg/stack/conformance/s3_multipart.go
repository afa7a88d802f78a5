package conformance

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// upload begins an upload of the key "k".
func (e *Env) upload(t *testing.T, bucket string) *string {
	t.Helper()
	return ok(e.S3.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{
		Bucket: &bucket, Key: str("k"),
	}))(t).UploadId
}

func (e *Env) part(t *testing.T, bucket string, upload *string, number int32, body string) types.CompletedPart {
	t.Helper()
	out := ok(e.S3.UploadPart(t.Context(), &s3.UploadPartInput{
		Bucket: &bucket, Key: str("k"), UploadId: upload, PartNumber: &number, Body: strings.NewReader(body),
	}))(t)
	return types.CompletedPart{PartNumber: aws.Int32(number), ETag: out.ETag}
}

func complete(bucket string, upload *string, parts ...types.CompletedPart) *s3.CompleteMultipartUploadInput {
	return &s3.CompleteMultipartUploadInput{
		Bucket: &bucket, Key: str("k"), UploadId: upload, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	}
}

// big is the minimum size of a part that is not the last.
var big = strings.Repeat("x", 5<<20)

var s3Multipart = []Case{
	{"parts become one object when they are completed", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		id := e.upload(t, b)
		second := e.part(t, b, id, 2, "end")
		first := e.part(t, b, id, 1, big)
		fails1(e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &b, Key: str("k")}))(t, "NotFound")
		out := ok(e.S3.CompleteMultipartUpload(t.Context(), complete(b, id, first, second)))(t)
		if !strings.HasSuffix(strings.Trim(aws.ToString(out.ETag), `"`), "-2") {
			t.Errorf("ETag %s", *out.ETag)
		}
		if got := e.getObject(t, b, "k"); got != big+"end" {
			t.Fatalf("the object has %d bytes", len(got))
		}
	}},
	{"an upload that was aborted is NoSuchUpload", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		id := e.upload(t, b)
		part := e.part(t, b, id, 1, "x")
		ok(e.S3.AbortMultipartUpload(t.Context(), &s3.AbortMultipartUploadInput{Bucket: &b, Key: str("k"), UploadId: id}))(t)
		fails1(e.S3.CompleteMultipartUpload(t.Context(), complete(b, id, part)))(t, "NoSuchUpload")
	}},
	{"parts out of order are InvalidPartOrder", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		id := e.upload(t, b)
		first, second := e.part(t, b, id, 1, big), e.part(t, b, id, 2, "end")
		fails1(e.S3.CompleteMultipartUpload(t.Context(), complete(b, id, second, first)))(t, "InvalidPartOrder")
	}},
	{"a part that was not uploaded is InvalidPart", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		id := e.upload(t, b)
		first := e.part(t, b, id, 1, "x")
		fails1(e.S3.CompleteMultipartUpload(t.Context(),
			complete(b, id, types.CompletedPart{PartNumber: aws.Int32(2), ETag: first.ETag})))(t, "InvalidPart")
	}},
	{"a small part that is not the last is EntityTooSmall", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		id := e.upload(t, b)
		first, second := e.part(t, b, id, 1, "small"), e.part(t, b, id, 2, "end")
		fails1(e.S3.CompleteMultipartUpload(t.Context(), complete(b, id, first, second)))(t, "EntityTooSmall")
	}},
}
