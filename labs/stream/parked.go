package stream

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/crashlab/crashlab/pkg/lab"
)

// lot is the S3 bucket where records are parked that nobody can process: one object a record, named
// after its place in the log, so that parking it again changes nothing.
type lot struct{ bucket string }

func (l *lot) create(ctx context.Context, i *lab.Instance) error {
	if _, err := i.S3().CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &l.bucket}); err != nil {
		return fmt.Errorf("create bucket: %w", err)
	}
	return nil
}

func (l *lot) put(ctx context.Context, i *lab.Instance, r record) error {
	key := r.shard + "/" + r.at
	if _, err := i.S3().PutObject(ctx, &s3.PutObjectInput{Bucket: &l.bucket, Key: &key, Body: bytes.NewReader(r.body)}); err != nil {
		return fmt.Errorf("park %s: %w", key, err)
	}
	return nil
}

// each calls do for every parked record.
func (l *lot) each(ctx context.Context, i *lab.Instance, do func(body []byte)) error {
	pages := s3.NewListObjectsV2Paginator(i.S3(), &s3.ListObjectsV2Input{Bucket: &l.bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list what is parked: %w", err)
		}
		for _, o := range page.Contents {
			out, err := i.S3().GetObject(ctx, &s3.GetObjectInput{Bucket: &l.bucket, Key: o.Key})
			if err != nil {
				return fmt.Errorf("read parked %s: %w", *o.Key, err)
			}
			body, err := io.ReadAll(out.Body)
			out.Body.Close()
			if err != nil {
				return fmt.Errorf("read parked %s: %w", *o.Key, err)
			}
			do(body)
		}
	}
	return nil
}
