package replicas

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

// pinFor is how long a user's reads go to the primary after a write: longer than any replica may be behind.
const pinFor = 1200 * time.Millisecond

// sessionToken has every user carry the LSN of what they have written or read: a replica waits until it has that.
var sessionToken = lab.Design{
	Name:    "session-token",
	Summary: "a user carries the LSN of what they have seen; a replica waits for it",
	Guards:  []lab.Guard{tokens, semiSync, fencing, newest},
	Build: func(b *lab.Builder) {
		s := newService(b)
		guarded := b.Guarded(tokens)
		s.read = func(ctx context.Context, i *lab.Instance, db *client, c cookie) (answer, error) {
			if !guarded {
				c.LSN = 0
				i.Effect(ctx, history.Event{Name: blind})
			}
			return one(db.AtReplica(ctx, c.LSN, select1(c.User)))
		}
	},
}

// primaryAfterWrite keeps users who have just written at the primary.
var primaryAfterWrite = lab.Design{
	Name:    "primary-after-write",
	Summary: "a user's reads go to the primary for 1.2 s after a write, others to a replica",
	Guards:  []lab.Guard{pinned, semiSync, fencing, newest},
	Build: func(b *lab.Builder) {
		s := newService(b)
		guarded := b.Guarded(pinned)
		s.read = func(ctx context.Context, i *lab.Instance, db *client, c cookie) (answer, error) {
			if guarded && i.Clock().Since(c.Wrote) < pinFor {
				return one(db.AtPrimary(ctx, select1(c.User)))
			}
			if !guarded {
				i.Effect(ctx, history.Event{Name: blind})
			}
			return one(db.AtReplica(ctx, 0, select1(c.User)))
		}
	},
}

// readAny reads at whichever replica is next, whatever the user has seen.
var readAny = sessionToken.Less(lab.Design{
	Name: "read-any", Summary: "reads go to whichever replica is next", Broken: true,
}, tokens)

// async answers a write once the primary has it: what it ships later may never arrive.
var async = sessionToken.Less(lab.Design{
	Name: "async", Summary: "a write is answered once the primary has it", Broken: true,
}, semiSync)
