package conformance

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

var s3Conditions = []Case{
	{"If-None-Match lets one writer create", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		in := func() *s3.PutObjectInput {
			return &s3.PutObjectInput{Bucket: &b, Key: str("k"), Body: bytes.NewReader([]byte("v")), IfNoneMatch: str("*")}
		}
		ok(e.S3.PutObject(t.Context(), in()))(t)
		fails1(e.S3.PutObject(t.Context(), in()))(t, "PreconditionFailed")
	}},
	{"only one of concurrent creators succeeds", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = e.S3.PutObject(t.Context(), &s3.PutObjectInput{
					Bucket: &b, Key: str("k"), Body: strings.NewReader("v"), IfNoneMatch: str("*"),
				})
			})
		}
		wg.Wait()
		var created int
		for _, err := range errs {
			var api smithy.APIError
			switch {
			case err == nil:
				created++
			case errors.As(err, &api) &&
				(api.ErrorCode() == "PreconditionFailed" || api.ErrorCode() == "ConditionalRequestConflict"):
			default:
				t.Fatal(err)
			}
		}
		equal(t, "created", created, 1)
	}},
	{"If-Match replaces the version that it names", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		etag := e.putObject(t, b, "k", "one").ETag
		ok(e.S3.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &b, Key: str("k"), Body: strings.NewReader("two"), IfMatch: etag,
		}))(t)
		fails1(e.S3.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &b, Key: str("k"), Body: strings.NewReader("three"), IfMatch: etag,
		}))(t, "PreconditionFailed")
		equal(t, "body", e.getObject(t, b, "k"), "two")
	}},
	{"If-Match of a missing object is NoSuchKey", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		fails1(e.S3.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &b, Key: str("k"), Body: strings.NewReader("v"), IfMatch: str(`"0123"`),
		}))(t, "NoSuchKey")
	}},
	{"a read with the object's ETag in If-None-Match is NotModified", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		etag := e.putObject(t, b, "k", "one").ETag
		fails1(e.S3.GetObject(t.Context(), &s3.GetObjectInput{
			Bucket: &b, Key: str("k"), IfNoneMatch: etag,
		}))(t, "NotModified")
	}},
	{"a read with another object's ETag in If-Match is PreconditionFailed", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		e.putObject(t, b, "k", "one")
		fails1(e.S3.GetObject(t.Context(), &s3.GetObjectInput{
			Bucket: &b, Key: str("k"), IfMatch: str(`"0123"`),
		}))(t, "PreconditionFailed")
	}},
}
