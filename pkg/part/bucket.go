package part

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Bucket is an S3 bucket.
type Bucket struct {
	Name string // on the stack
}

// NewBucket declares a bucket.
func NewBucket(b *lab.Builder, name string) *Bucket {
	k := &Bucket{Name: b.Name(name)}
	b.Prepare("create bucket "+name, func(ctx context.Context, i *lab.Instance) error {
		in := &s3.CreateBucketInput{Bucket: &k.Name}
		if region := i.S3().Options().Region; region != "us-east-1" { // every other region wants to be named
			in.CreateBucketConfiguration = &types.CreateBucketConfiguration{
				LocationConstraint: types.BucketLocationConstraint(region),
			}
		}
		_, err := i.S3().CreateBucket(ctx, in)
		return err
	})
	return k
}

// Put writes an object and replaces any other under its key.
func (k *Bucket) Put(ctx context.Context, i *lab.Instance, key string, body []byte) error {
	_, err := i.S3().PutObject(ctx, &s3.PutObjectInput{Bucket: &k.Name, Key: &key, Body: bytes.NewReader(body)})
	return during(err, "put object %s", key)
}

// Each calls do for every object, in the order of their keys.
func (k *Bucket) Each(ctx context.Context, i *lab.Instance, do func(key string, body []byte)) error {
	pages := s3.NewListObjectsV2Paginator(i.S3(), &s3.ListObjectsV2Input{Bucket: &k.Name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list objects: %w", err)
		}
		for _, o := range page.Contents {
			body, err := k.get(ctx, i, *o.Key)
			if err != nil {
				return fmt.Errorf("get object %s: %w", *o.Key, err)
			}
			do(*o.Key, body)
		}
	}
	return nil
}

func (k *Bucket) get(ctx context.Context, i *lab.Instance, key string) ([]byte, error) {
	out, err := i.S3().GetObject(ctx, &s3.GetObjectInput{Bucket: &k.Name, Key: &key})
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}
