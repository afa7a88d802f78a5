package conformance

import (
	"crypto/md5"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

var s3Objects = []Case{
	{"an object is read after a write, and after an overwrite", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		e.putObject(t, b, "k", "one")
		equal(t, "body", e.getObject(t, b, "k"), "one")
		e.putObject(t, b, "k", "two")
		equal(t, "body", e.getObject(t, b, "k"), "two")
	}},
	{"an object's ETag is the MD5 of its body", func(t *testing.T, e *Env) {
		sum := md5.Sum([]byte("hello"))
		equal(t, "ETag", *e.putObject(t, e.bucket(t), "k", "hello").ETag, `"`+hex.EncodeToString(sum[:])+`"`)
	}},
	{"an object keeps its type and metadata", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		ok(e.S3.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &b, Key: str("k"), Body: strings.NewReader("v"), ContentType: str("text/x-poem"),
			Metadata: map[string]string{"author": "me"},
		}))(t)
		head := ok(e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &b, Key: str("k")}))(t)
		equal(t, "type", aws.ToString(head.ContentType), "text/x-poem")
		equal(t, "metadata", head.Metadata["author"], "me")
		if head.LastModified == nil {
			t.Error("no time")
		}
	}},
	{"an object without a body keeps its type", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		ok(e.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &b, Key: str("k"), ContentType: str("text/x-poem")}))(t)
		head := ok(e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &b, Key: str("k")}))(t)
		equal(t, "type", aws.ToString(head.ContentType), "text/x-poem")
		equal(t, "length", aws.ToInt64(head.ContentLength), 0)
	}},
	{"an object and its copy have the tags of the upload", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		ok(e.S3.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &b, Key: str("k"), Body: strings.NewReader("v"), Tagging: str("team=red"),
		}))(t)
		ok(e.S3.CopyObject(t.Context(), &s3.CopyObjectInput{Bucket: &b, Key: str("copy"), CopySource: str(b + "/k")}))(t)
		for _, key := range []string{"k", "copy"} {
			tags := ok(e.S3.GetObjectTagging(t.Context(), &s3.GetObjectTaggingInput{Bucket: &b, Key: &key}))(t).TagSet
			if len(tags) != 1 || *tags[0].Key != "team" || *tags[0].Value != "red" {
				t.Errorf("tags of %s: %v", key, tags)
			}
		}
	}},
	{"an object's tags are replaced and deleted", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		e.putObject(t, b, "k", "v")
		ok(e.S3.PutObjectTagging(t.Context(), &s3.PutObjectTaggingInput{
			Bucket: &b, Key: str("k"), Tagging: &types.Tagging{TagSet: []types.Tag{{Key: str("team"), Value: str("red")}}},
		}))(t)
		head := ok(e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &b, Key: str("k")}))(t)
		equal(t, "body", body(t, head), "v")
		equal(t, "number of tags", aws.ToInt32(head.TagCount), 1)
		ok(e.S3.DeleteObjectTagging(t.Context(), &s3.DeleteObjectTaggingInput{Bucket: &b, Key: str("k")}))(t)
		equal(t, "tags",
			len(ok(e.S3.GetObjectTagging(t.Context(), &s3.GetObjectTaggingInput{Bucket: &b, Key: str("k")}))(t).TagSet), 0)
	}},
	{"an object's storage class is listed", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		ok(e.S3.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &b, Key: str("k"), Body: strings.NewReader("v"), StorageClass: types.StorageClassStandardIa,
		}))(t)
		listed := ok(e.S3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &b}))(t).Contents
		equal(t, "class", listed[0].StorageClass, types.ObjectStorageClassStandardIa)
	}},
	{"a missing object is NoSuchKey", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		fails1(e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &b, Key: str("none")}))(t, "NoSuchKey")
		fails1(e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &b, Key: str("none")}))(t, "NotFound")
	}},
	{"deleting a missing object succeeds", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		e.putObject(t, b, "k", "v")
		for range 2 {
			ok(e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &b, Key: str("k")}))(t)
		}
		fails1(e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &b, Key: str("k")}))(t, "NoSuchKey")
	}},
	{"DeleteObjects deletes a list of objects", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		e.putObject(t, b, "1", "v")
		e.putObject(t, b, "2", "v")
		out := ok(e.S3.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: &b, Delete: &types.Delete{
			Objects: []types.ObjectIdentifier{{Key: str("1")}, {Key: str("2")}, {Key: str("none")}},
		}}))(t)
		equal(t, "deleted", len(out.Deleted), 3)
		equal(t, "left", len(ok(e.S3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &b}))(t).Contents), 0)
	}},
	{"a range returns part of the body", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		e.putObject(t, b, "k", "0123456789")
		for r, want := range map[string]string{"bytes=2-4": "234", "bytes=7-": "789", "bytes=-2": "89"} {
			out := ok(e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &b, Key: str("k"), Range: &r}))(t)
			equal(t, r, body(t, out), want)
		}
	}},
	{"a range beyond the body is InvalidRange", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		e.putObject(t, b, "k", "0123456789")
		fails1(e.S3.GetObject(t.Context(), &s3.GetObjectInput{
			Bucket: &b, Key: str("k"), Range: str("bytes=20-30"),
		}))(t, "InvalidRange")
	}},
	{"a copy has the body and the metadata", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		ok(e.S3.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &b, Key: str("k"), Metadata: map[string]string{"a": "1"},
		}))(t)
		ok(e.S3.CopyObject(t.Context(), &s3.CopyObjectInput{Bucket: &b, Key: str("copy"), CopySource: str(b + "/k")}))(t)
		equal(t, "metadata",
			ok(e.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &b, Key: str("copy")}))(t).Metadata["a"], "1")
	}},
	{"a versioned bucket keeps overwritten and deleted versions", func(t *testing.T, e *Env) {
		b := e.bucket(t)
		ok(e.S3.PutBucketVersioning(t.Context(),
			&s3.PutBucketVersioningInput{Bucket: &b, VersioningConfiguration: &types.VersioningConfiguration{
				Status: types.BucketVersioningStatusEnabled,
			}}))(t)
		first := e.putObject(t, b, "k", "one")
		e.putObject(t, b, "k", "two")
		old := ok(e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &b, Key: str("k"), VersionId: first.VersionId}))(t)
		equal(t, "old version", body(t, old), "one")
		ok(e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &b, Key: str("k")}))(t)
		fails1(e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &b, Key: str("k")}))(t, "NoSuchKey")
		old = ok(e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &b, Key: str("k"), VersionId: first.VersionId}))(t)
		equal(t, "old version of a deleted object", body(t, old), "one")
	}},
}
