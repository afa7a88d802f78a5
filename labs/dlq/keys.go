package dlq

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	ended    = "done"           // the value of the key of an order whose effect has happened
	noteTime = 10 * time.Minute // in production: as long as a message can come again, the queue's retention
)

// once does the work of an order that is new: it claims the order's key in Redis, works, and notes there that the
// effect has happened. Delivery is at least once: after a lost answer, a crash before the delete or a visibility
// timeout that was too short, the order comes again, and the key spares its work. The guarantee is the condition
// of the ledger, since a worker can die, or lose Redis, between the effect and the note.
func (w worker) once(ctx context.Context, i *lab.Instance, body []byte) error {
	key := w.prefix + ":" + orderID(body)
	holder, err := i.Redis().SetArgs(ctx, key, i.Name, redis.SetArgs{Mode: "NX", Get: true, TTL: w.claimTime}).Result()
	switch {
	case errors.Is(err, redis.Nil): // nobody held the key: the order is new
	case err != nil:
		// Nobody knows whether the order is new. It fails: its work costs money, and must not be done twice. The
		// next one will fail as well, so the worker pauses. Otherwise it would receive, and have parked, as many
		// messages as the machine can carry.
		if w.pauses {
			_ = i.Work(ctx, w.serviceTime)
		}
		return fmt.Errorf("claim: %w", err)
	case holder == ended:
		return nil
	default:
		return fmt.Errorf("%w: %s has claimed the order", part.ErrLater, holder)
	}
	if err := w.work(ctx, i, body); err != nil {
		_ = deleteOwn.Run(ctx, i.Redis(), []string{key}, i.Name).Err() // a courtesy: where it fails, the claim expires
		return err
	}
	if err := i.Redis().Set(ctx, key, ended, noteTime).Err(); err != nil {
		return fmt.Errorf("note: %w", err)
	}
	w.record(ctx, i, noted, orderID(body))
	return nil
}

// deleteOwn deletes a key only if it still holds the caller's name: the claim may have expired, and another worker
// have the key by now.
var deleteOwn = redis.NewScript(
	`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`)
