package conformance

import (
	"bytes"
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// bucket makes a bucket and returns its name.
func (e *Env) bucket(t *testing.T) string {
	t.Helper()
	name := e.Name()
	ok(e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}))(t)
	return name
}

func (e *Env) putObject(t *testing.T, bucket, key, body string) *s3.PutObjectOutput {
	t.Helper()
	return ok(e.S3.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader([]byte(body)),
	}))(t)
}

// body reads an answer to its end.
func body(t *testing.T, out *s3.GetObjectOutput) string {
	t.Helper()
	b, err := io.ReadAll(out.Body)
	must(t, err)
	must(t, out.Body.Close())
	return string(b)
}

func (e *Env) getObject(t *testing.T, bucket, key string) string {
	t.Helper()
	return body(t, ok(e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key}))(t))
}
