package s3consistency

import (
	"context"
	"errors"
	"hash/crc32"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

var (
	// ifMatch writes a manifest only over the version that it has read, and begins again if there is another.
	ifMatch = lab.Design{
		Name:    "if-match",
		Summary: "a write names the version that it replaces; a publisher that is refused begins again",
		Cost:    60 * time.Millisecond,
		Guards:  []lab.Guard{condition, ownEntry, inParts, resumed, swept},
		Build: func(b *lab.Builder) {
			k := &bucket{conditional: b.Guarded(condition), looks: b.Guarded(ownEntry)}
			k.uploads = uploads{inParts: b.Guarded(inParts), resumed: b.Guarded(resumed), swept: b.Guarded(swept)}
			k.publish = k.untilFirst
			declare(b, k)
		},
	}

	// readModifyWrite is what everybody writes first.
	readModifyWrite = ifMatch.Less(lab.Design{
		Name: "read-modify-write", Broken: true,
		Summary: "a publisher reads a manifest, adds its entry and writes it; a file is uploaded in one request",
	}, condition, inParts)
)

// untilFirst adds an entry until nobody is faster. The waits in between differ, or those who met once meet again.
func (k *bucket) untilFirst(ctx context.Context, i *lab.Instance, name, entry string) error {
	for n := uint32(0); ; n++ {
		if err := k.add(ctx, i, name, entry); !errors.Is(err, errRefused) {
			return err
		}
		if err := i.Work(ctx, pause(entry, n)); err != nil {
			return err
		}
	}
}

// pause is up to as long as the work on a manifest.
func pause(entry string, n uint32) time.Duration {
	return think * time.Duration((crc32.ChecksumIEEE([]byte(entry))+n*7919)%1000) / 1000
}
