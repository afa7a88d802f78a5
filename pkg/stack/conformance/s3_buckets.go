package conformance

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var s3Buckets = []Case{
	{"a bucket is listed and answers HeadBucket", func(t *testing.T, e *Env) {
		name := e.bucket(t)
		ok(e.S3.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &name}))(t)
		var names []string
		for _, b := range ok(e.S3.ListBuckets(t.Context(), &s3.ListBucketsInput{}))(t).Buckets {
			names = append(names, *b.Name)
		}
		if !slices.Contains(names, name) {
			t.Fatalf("%s is not in %v", name, names)
		}
	}},
	{"a missing bucket is NoSuchBucket", func(t *testing.T, e *Env) {
		name := e.Name()
		fails1(e.S3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &name}))(t, "NoSuchBucket")
		fails1(e.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &name, Key: str("k")}))(t, "NoSuchBucket")
		fails1(e.S3.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: &name}))(t, "NoSuchBucket")
		fails1(e.S3.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &name}))(t, "NotFound")
	}},
	{"a bucket with objects is BucketNotEmpty", func(t *testing.T, e *Env) {
		name := e.bucket(t)
		e.putObject(t, name, "k", "v")
		fails1(e.S3.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: &name}))(t, "BucketNotEmpty")
	}},
	{"versioning that was never set has no status", func(t *testing.T, e *Env) {
		name := e.bucket(t)
		out := ok(e.S3.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: &name}))(t)
		equal(t, "status", out.Status, "")
	}},
	{"a name with capitals is InvalidBucketName", func(t *testing.T, e *Env) {
		fails1(e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: str("Bad_Name")}))(t, "InvalidBucketName")
	}},
	{"objects are listed in order, by prefix and delimiter", func(t *testing.T, e *Env) {
		name := e.bucket(t)
		for _, k := range []string{"b", "a/2", "a/1", "a/sub/3", "c"} {
			e.putObject(t, name, k, k)
		}
		out := ok(e.S3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{
			Bucket: &name, Prefix: str("a/"), Delimiter: str("/"),
		}))(t)
		var keys []string
		for _, o := range out.Contents {
			keys = append(keys, *o.Key)
		}
		if !slices.Equal(keys, []string{"a/1", "a/2"}) || len(out.CommonPrefixes) != 1 ||
			*out.CommonPrefixes[0].Prefix != "a/sub/" {
			t.Fatalf("got %v and %v", keys, out.CommonPrefixes)
		}
	}},
	{"a listing resumes where it stopped", func(t *testing.T, e *Env) {
		name := e.bucket(t)
		for _, k := range []string{"1", "2", "3", "4", "5"} {
			e.putObject(t, name, k, k)
		}
		var keys []string
		var pages int
		p := s3.NewListObjectsV2Paginator(e.S3, &s3.ListObjectsV2Input{Bucket: &name, MaxKeys: aws.Int32(2)})
		for p.HasMorePages() {
			pages++
			for _, o := range ok(p.NextPage(t.Context()))(t).Contents {
				keys = append(keys, *o.Key)
			}
		}
		equal(t, "pages", pages, 3)
		if !slices.Equal(keys, []string{"1", "2", "3", "4", "5"}) {
			t.Fatalf("got %v", keys)
		}
	}},
}
