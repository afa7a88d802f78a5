package s3consistency

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const (
	partSize = 5 << 20 // the least that a part may have, unless it is the last
	fileSize = 2*partSize + partSize/10
	files    = 2 // that arrive at once
)

const (
	firstPause = 200 * time.Millisecond // before an upload is tried again; then twice as long each time
	forgotten  = 4 * time.Second        // the age at which an upload is nobody's any more
)

// midUpload is the crash point of an uploader that has sent a part and not the last.
const midUpload = "part sent, more to come"

// content is every file's. No part of it is like another.
var content = sync.OnceValue(func() []byte {
	all := make([]byte, fileSize)
	for at := 0; at < len(all); at += 8 {
		binary.BigEndian.PutUint64(all[at:], uint64(at))
	}
	return all
})

// uploads are a service that uploads files, and one that sweeps away what is left of them.
type uploads struct {
	inParts bool // a file is sent in parts
	resumed bool // after an error the parts stay that the bucket has
	swept   bool // an upload that nobody goes on with is aborted
	inbox   chan string
	waiting *atomic.Int64 // files that are not in the bucket yet
}

func (u *uploads) declare(b *lab.Builder, k *bucket) {
	u.inbox, u.waiting = make(chan string, 100), &atomic.Int64{}
	b.Service("uploader", k.uploader)
	if u.swept {
		wait := b.Idle(500*time.Millisecond, time.Minute)
		b.Service("sweeper", part.Loop(func(ctx context.Context, i *lab.Instance) error {
			return errors.Join(k.sweep(ctx, i), i.Work(ctx, wait))
		}))
	}
	b.Backlog(func(ctx context.Context, i *lab.Instance) (int, error) {
		open, err := k.open(ctx, i)
		return int(u.waiting.Load()) + len(open), err
	})
	arrived := 0
	b.Switch(arriving, fault.Switchable{
		On: func(context.Context) error {
			for range files {
				arrived++
				u.waiting.Add(1)
				u.inbox <- fmt.Sprintf("f-%d", arrived)
			}
			return nil
		},
		Off: func(context.Context) error { return nil },
	})
}

// uploader uploads one file after the other and then publishes it. A file in hand is gone if the process dies.
func (k *bucket) uploader(ctx context.Context, i *lab.Instance) error {
	i.Ready()
	for {
		select {
		case <-ctx.Done():
			return nil
		case name := <-k.uploads.inbox:
			err := k.upload(ctx, i, name)
			k.uploads.waiting.Add(-1)
			if errors.Is(err, lab.ErrCrashed) {
				return err
			}
		}
	}
}

func (k *bucket) upload(ctx context.Context, i *lab.Instance, name string) error {
	key, id := "file/"+name, ""
	for wait := firstPause; ; wait *= 2 {
		var err error
		if k.uploads.inParts {
			err = k.parts(ctx, i, key, &id)
		} else {
			err = k.send(ctx, i, key, content(), func(body io.Reader) error {
				_, err := i.S3().PutObject(ctx, &s3.PutObjectInput{Bucket: &k.Name, Key: &key, Body: body}, once)
				return err
			})
		}
		switch {
		case err == nil:
			return k.publish(ctx, i, archive, name)
		case errors.Is(err, lab.ErrCrashed):
			return err
		case !k.uploads.resumed || code(err) == "NoSuchUpload":
			id = ""
		}
		if err := i.Work(ctx, wait); err != nil {
			return err
		}
	}
}

// parts uploads a file in parts, and only those that the bucket has not.
func (k *bucket) parts(ctx context.Context, i *lab.Instance, key string, id *string) error {
	if *id == "" {
		out, err := i.S3().CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: &k.Name, Key: &key})
		if err != nil {
			return err
		}
		*id = *out.UploadId
	}
	there, err := i.S3().ListParts(ctx, &s3.ListPartsInput{Bucket: &k.Name, Key: &key, UploadId: id})
	if err != nil {
		return err
	}
	var done []types.CompletedPart
	for chunk := range slices.Chunk(content(), partSize) {
		number := aws.Int32(int32(len(done) + 1))
		at := slices.IndexFunc(there.Parts, func(p types.Part) bool { return *p.PartNumber == *number })
		if at >= 0 {
			done = append(done, types.CompletedPart{PartNumber: number, ETag: there.Parts[at].ETag})
			continue
		}
		err := k.send(ctx, i, key, chunk, func(body io.Reader) error {
			out, err := i.S3().UploadPart(ctx, &s3.UploadPartInput{
				Bucket: &k.Name, Key: &key, UploadId: id, PartNumber: number, Body: body,
			}, once)
			if err == nil {
				done = append(done, types.CompletedPart{PartNumber: number, ETag: out.ETag})
			}
			return err
		})
		if err != nil {
			return err
		}
		if err := i.CrashPoint(midUpload); err != nil {
			return err
		}
	}
	_, err = i.S3().CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &k.Name, Key: &key, UploadId: id, MultipartUpload: &types.CompletedMultipartUpload{Parts: done},
	})
	return err
}

// once has the SDK not try again by itself: what is sent again, and when, is the uploader's own decision.
func once(o *s3.Options) { o.Retryer = aws.NopRetryer{} }

// send makes a request with a body, and puts on record how much of it was sent.
func (k *bucket) send(ctx context.Context, i *lab.Instance, key string, body []byte, do func(io.Reader) error) error {
	b := &counted{body: body}
	err := do(b)
	e := history.Event{Name: sent, Key: key[len("file/"):], N: int64(b.at)}
	if err != nil {
		e.Value = cut
	}
	i.Effect(ctx, e)
	return err
}

// sweep aborts uploads that nobody goes on with.
func (k *bucket) sweep(ctx context.Context, i *lab.Instance) error {
	open, err := k.open(lab.Polling(ctx), i)
	for _, u := range open {
		if i.Clock().Since(*u.Initiated) > forgotten {
			_, failed := i.S3().AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
				Bucket: &k.Name, Key: u.Key, UploadId: u.UploadId,
			})
			err = errors.Join(err, failed)
		}
	}
	return err
}

// open returns the uploads that are neither completed nor aborted. The lab never has more than a page of them.
func (k *bucket) open(ctx context.Context, i *lab.Instance) ([]types.MultipartUpload, error) {
	out, err := i.S3().ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: &k.Name})
	if err != nil {
		return nil, fmt.Errorf("list uploads: %w", err)
	}
	return out.Uploads, nil
}

// counted is a request's body that knows how much of it was read since it was last rewound: the SDK reads it once
// before it sends it, for a checksum.
type counted struct {
	body []byte
	at   int
}

func (c *counted) Read(p []byte) (int, error) {
	n := copy(p, c.body[c.at:])
	if c.at += n; n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (c *counted) Seek(offset int64, whence int) (int64, error) {
	c.at = int(offset) + map[int]int{io.SeekStart: 0, io.SeekCurrent: c.at, io.SeekEnd: len(c.body)}[whence]
	return int64(c.at), nil
}
