package sweep

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// bucketClient addresses buckets by path: emulators have no DNS names for them.
func bucketClient(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = cfg.BaseEndpoint != nil })
}

func buckets(c *s3.Client) kind {
	list := func(ctx context.Context, _ string) (found []Thing, err error) {
		pages := s3.NewListBucketsPaginator(c, &s3.ListBucketsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			for _, b := range page.Buckets {
				found = append(found, Thing{Name: *b.Name})
			}
		}
		return found, nil
	}
	return kind{"S3 bucket", list, one(func(ctx context.Context, t Thing) error {
		if err := empty(ctx, c, t.Name); err != nil {
			return err
		}
		_, err := c.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &t.Name})
		return err
	})}
}

// empty deletes every object with every version, and every upload in progress: S3 deletes no bucket that has
// any.
func empty(ctx context.Context, c *s3.Client, bucket string) error {
	uploads, err := c.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: &bucket})
	if err == nil {
		for _, u := range uploads.Uploads {
			if _, err := c.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
				Bucket: &bucket, Key: u.Key, UploadId: u.UploadId,
			}); err != nil {
				return err
			}
		}
	}
	versions := s3.NewListObjectVersionsPaginator(c, &s3.ListObjectVersionsInput{Bucket: &bucket})
	for versions.HasMorePages() {
		page, err := versions.NextPage(ctx)
		if err != nil {
			break // an emulator without versions; the objects are listed below
		}
		for _, v := range page.Versions {
			if err := remove(ctx, c, bucket, v.Key, v.VersionId); err != nil {
				return err
			}
		}
		for _, m := range page.DeleteMarkers {
			if err := remove(ctx, c, bucket, m.Key, m.VersionId); err != nil {
				return err
			}
		}
	}
	objects := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: &bucket})
	for objects.HasMorePages() {
		page, err := objects.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, o := range page.Contents {
			if err := remove(ctx, c, bucket, o.Key, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

func remove(ctx context.Context, c *s3.Client, bucket string, key, version *string) error {
	if version != nil && *version == "null" {
		version = nil
	}
	_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: key, VersionId: version})
	return err
}
