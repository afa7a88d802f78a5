package s3consistency

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/crashlab/crashlab/pkg/lab"
)

// lease is how long a lock is its holder's, by the clock of whoever looks at it.
const lease = 300 * time.Millisecond

// locked has one publisher at a time change a manifest: who creates the lock's object has it. A holder may die, so that
// it has only a lease; it may also wake up after that, so that its write names the version that it has read.
var locked = lab.Design{
	Name:    "if-none-match-lock",
	Summary: "who creates the lock's object may write; a lock that stays is taken over",
	Cost:    100 * time.Millisecond,
	Guards:  []lab.Guard{leased, fence, ownEntry},
	Build: func(b *lab.Builder) {
		k := &bucket{conditional: b.Guarded(fence), looks: b.Guarded(ownEntry)}
		k.uploads = uploads{inParts: true, resumed: true, swept: true}
		expires := b.Guarded(leased)
		k.publish = func(ctx context.Context, i *lab.Instance, name, entry string) error {
			for n := 0; ; n++ {
				if err := k.locked(ctx, i, name, entry, n, expires); !errors.Is(err, errRefused) {
					return err
				}
			}
		}
		declare(b, k)
	},
}

// locked adds an entry while it has the lock. n makes this holder's lock differ from every other.
func (k *bucket) locked(ctx context.Context, i *lab.Instance, name, entry string, n int, expires bool) error {
	key := "lock/" + name
	if err := k.lock(ctx, i, key, fmt.Sprintf("%s %s %d", i.Name, entry, n), expires); err != nil {
		return err
	}
	since := i.Clock().Now()
	err := k.add(ctx, i, name, entry)
	if errors.Is(err, lab.ErrCrashed) || i.Clock().Since(since) >= lease { // then it may be another's by now
		return err
	}
	_, failed := i.S3().DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &k.Name, Key: &key})
	if err == nil {
		return nil // the entry is there; the lock expires
	}
	return errors.Join(err, failed)
}

// lock returns once the lock is this holder's. A lock that was seen for a lease is its holder's no longer: it is
// replaced, if it still is that one.
func (k *bucket) lock(ctx context.Context, i *lab.Instance, key, holder string, expires bool) error {
	seen, since := "", i.Clock().Now()
	for n := uint32(0); ; n++ {
		over := "" // no lock
		if expires && i.Clock().Since(since) > lease {
			over = seen
		}
		if err := k.put(ctx, i, key, []byte(holder), over); !errors.Is(err, errRefused) {
			return err
		}
		body, version, err := k.get(ctx, i, key)
		if err != nil || string(body) == holder { // after a lost answer it was refused its own lock
			return err
		}
		if version != seen {
			seen, since = version, i.Clock().Now()
		}
		if err := i.Work(ctx, pause(holder, n)); err != nil {
			return err
		}
	}
}
