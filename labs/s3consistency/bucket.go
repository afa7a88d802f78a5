package s3consistency

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	think = 20 * time.Millisecond  // that a publisher works between reading a manifest and writing it
	stall = 600 * time.Millisecond // that one works that stalls
	busy  = 3                      // entries from which on a manifest is one at which a publisher dies or stalls
)

// holding is the crash point of a publisher that has read a manifest, and the lock if there is one.
const holding = "manifest read, not written"

// archive is the manifest of the uploader's files.
const archive = "archive"

// The effects of the lab.
const (
	wrote   = "wrote"   // by a publisher: over Value, a version of manifest Key; N is for how many microseconds blindly
	refused = "refused" // by a publisher: manifest Key has another version than Value
	sent    = "sent"    // by the uploader: N bytes of file Key; Value is cut if the connection did not last
	listed  = "listed"  // by the audit: manifest Key has the operation's entry, once for each time
	named   = "named"   // by the audit: the archive has file Key; N is the length of its object, 0 if that is not the file
	orphan  = "orphan"  // by the audit: an upload is neither completed nor aborted
)

// cut is the value of what was sent over a connection that did not last.
const cut = "cut"

// bucket is the system under every design: publishers, an uploader, and a bucket of manifests and files. A manifest is
// the list of what was published in it.
type bucket struct {
	*part.Bucket
	conditional bool // a write names the version that it replaces
	looks       bool // a publisher looks whether its entry is there before it adds it
	uploads     uploads
	stalls      atomic.Bool
	publish     func(ctx context.Context, i *lab.Instance, name, entry string) error
}

// declare declares the bucket, its services and its client.
func declare(b *lab.Builder, k *bucket) {
	k.Bucket = part.NewBucket(b, "bucket")
	k.uploads.declare(b, k)
	b.Switch(stalling, fault.Switchable{
		On:  func(context.Context) error { k.stalls.Store(true); return nil },
		Off: func(context.Context) error { k.stalls.Store(false); return nil },
		Measure: func(context.Context) (fault.Measurement, error) {
			return fault.Measurement{Acted: !k.stalls.Load(), Text: "a publisher stalled"}, nil
		},
	})
	doors := b.Services("publisher", 2, func(ctx context.Context, i *lab.Instance) error {
		return part.Serve(ctx, i, map[string]part.Handler{
			"POST /manifests/{name}": func(ctx context.Context, r *part.Request) (any, error) {
				return part.Accepted, k.publish(ctx, i, r.PathValue("name"), string(r.Body))
			},
			"GET /manifests/{name}": func(ctx context.Context, r *part.Request) (any, error) {
				m, err := k.load(ctx, i, r.PathValue("name"))
				return []byte(state(m.Entries)), err
			},
		})
	})
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		door, path := doors[op.Seq&1], " /manifests/"+op.Key
		if !op.ReadOnly {
			return "", part.Ask(ctx, b.Observer(), door, "POST"+path, []byte(op.ID), nil)
		}
		var is []byte
		err := part.Ask(ctx, b.Observer(), door, "GET"+path, nil, &is)
		return string(is), err
	})
	b.Audit(k.audit)
}

// contents is a manifest in the bucket.
type contents struct {
	Entries []string `json:"entries"`
	version string   // its ETag, empty if there is none yet
}

// state is what a reader is told of a manifest: how many entries it has, and the last.
func state(entries []string) string {
	if len(entries) == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", len(entries), entries[len(entries)-1])
}

// load reads a manifest. S3 is strongly consistent: it is the last that was written.
func (k *bucket) load(ctx context.Context, i *lab.Instance, name string) (m contents, err error) {
	body, version, err := k.get(ctx, i, "manifest/"+name)
	if err != nil || version == "" {
		return m, err
	}
	m.version = version
	return m, json.Unmarshal(body, &m)
}

// get returns an object and its version, which is empty if there is none.
func (k *bucket) get(ctx context.Context, i *lab.Instance, key string) (body []byte, version string, err error) {
	out, err := i.S3().GetObject(ctx, &s3.GetObjectInput{Bucket: &k.Name, Key: &key})
	if code(err) == "NoSuchKey" {
		return nil, "", nil
	} else if err != nil {
		return nil, "", err
	}
	defer out.Body.Close()
	body, err = io.ReadAll(out.Body)
	return body, *out.ETag, err
}

// errRefused is the bucket's answer to a write whose condition does not hold: 412, or 409 if two came at once.
var errRefused = errors.New("another version is there")

// put writes an object over a version of it; an empty one means that there is none.
func (k *bucket) put(ctx context.Context, i *lab.Instance, key string, body []byte, version string) error {
	in := &s3.PutObjectInput{Bucket: &k.Name, Key: &key, Body: bytes.NewReader(body), IfMatch: &version}
	if version == "" {
		in.IfMatch, in.IfNoneMatch = nil, aws.String("*")
	}
	_, err := i.S3().PutObject(ctx, in)
	// NoSuchKey: a lock that was to be taken over has been given back
	if slices.Contains([]string{"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}, code(err)) {
		return errRefused
	}
	return err
}

func code(err error) string {
	var answer smithy.APIError
	if errors.As(err, &answer) {
		return answer.ErrorCode()
	}
	return ""
}

// add reads a manifest and writes it with one more entry. It returns errRefused if somebody was faster.
func (k *bucket) add(ctx context.Context, i *lab.Instance, name, entry string) error {
	m, err := k.load(ctx, i, name)
	if err != nil || k.looks && slices.Contains(m.Entries, entry) {
		return err
	}
	since, work := i.Clock().Now(), think
	if len(m.Entries) >= busy {
		if k.stalls.CompareAndSwap(true, false) {
			work = stall
		}
		if err := i.CrashPoint(holding); err != nil {
			return err
		}
	}
	if err := i.Work(ctx, work); err != nil {
		return err
	}
	blind := time.Duration(0)
	m.Entries = append(m.Entries, entry)
	if k.conditional {
		err = k.put(ctx, i, "manifest/"+name, part.Encode(m), m.version)
	} else {
		blind = i.Clock().Since(since)
		err = k.Put(ctx, i, "manifest/"+name, part.Encode(m))
	}
	switch {
	case errors.Is(err, errRefused):
		i.Effect(ctx, history.Event{Name: refused, Key: name, Value: m.version})
	case err == nil:
		i.Effect(ctx, history.Event{Name: wrote, Key: name, Value: m.version, N: blind.Microseconds()})
	}
	return err
}

// audit puts on record what the bucket has in the end.
func (k *bucket) audit(ctx context.Context, i *lab.Instance) error {
	lengths, files := map[string]int{}, []string(nil)
	err := k.Each(ctx, i, func(key string, body []byte) {
		kind, name, _ := strings.Cut(key, "/")
		switch {
		case kind == "file" && bytes.Equal(body, content()):
			lengths[name] = len(body)
		case kind == "manifest" && name == archive:
			files = part.Decode[contents](body).Entries
		case kind == "manifest":
			for _, entry := range part.Decode[contents](body).Entries {
				i.Effect(ctx, history.Event{Name: listed, Op: entry, Key: name})
			}
		}
	})
	for _, name := range files {
		i.Effect(ctx, history.Event{Name: named, Key: name, N: int64(lengths[name])})
	}
	open, failed := k.open(ctx, i)
	for _, u := range open {
		i.Effect(ctx, history.Event{Name: orphan, Key: *u.Key})
	}
	return errors.Join(err, failed)
}
