package dlq

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// keeper is how a worker deals with getting the same order twice, as at-least-once delivery means
// it will: after a lost answer, a crash before the delete, a visibility timeout that was too short.
type keeper interface {
	// claim reserves the order for the caller. done says that its effect has already happened;
	// errClaimed that another worker is at it; any other error that one cannot know.
	claim(ctx context.Context, i *lab.Instance, q *queue, id string) (done bool, err error)
	// write makes the effect. fresh is false where it had already happened.
	write(ctx context.Context, i *lab.Instance, q *queue, o order) (fresh bool, err error)
	// finish notes that the effect has happened.
	finish(ctx context.Context, i *lab.Instance, q *queue, id string) error
	// release gives a claim back after a failure.
	release(ctx context.Context, i *lab.Instance, q *queue, id string)
}

var errClaimed = errors.New("another worker has claimed the order")

// idempotent keeps a key an order and queue in Redis. The key spares the work of a repeated order;
// the guarantee is the ledger's conditional write, for a worker can die, or lose Redis, between
// writing its effect and noting it. Where Redis does not answer the order fails: the work ahead
// costs money, and to do it blindly twice is what the key is for.
type idempotent struct{ p *pipeline }

const (
	doneTTL = 10 * time.Minute // in production: as long as a message can come again, the queue's retention
	isDone  = "done"
)

func (k idempotent) key(q *queue, id string) string { return k.p.env.Name(q.name + ":" + id) }

// claim takes the key for as long as the message stays hidden, so that the claim of a worker that dies
// does not outlive its hold on the message.
func (k idempotent) claim(ctx context.Context, i *lab.Instance, q *queue, id string) (bool, error) {
	key := k.key(q, id)
	err := i.Redis().SetArgs(ctx, key, i.Name, redis.SetArgs{Mode: "NX", TTL: k.p.visibility}).Err()
	if err == nil {
		return false, nil
	}
	if !errors.Is(err, redis.Nil) {
		return false, fmt.Errorf("claim: %w", err)
	}
	switch state, err := i.Redis().Get(ctx, key).Result(); {
	case errors.Is(err, redis.Nil): // it expired in between
		return false, errClaimed
	case err != nil:
		return false, fmt.Errorf("claim: %w", err)
	case state == isDone:
		return true, nil
	default:
		return false, errClaimed
	}
}

func (k idempotent) write(ctx context.Context, i *lab.Instance, q *queue, o order) (bool, error) {
	return k.p.ledger.putOnce(ctx, i, q, o)
}

func (k idempotent) finish(ctx context.Context, i *lab.Instance, q *queue, id string) error {
	return i.Redis().Set(ctx, k.key(q, id), isDone, doneTTL).Err()
}

// deleteOwn deletes a key only if it still holds the caller's name: its claim may have expired and
// be another's by now.
var deleteOwn = redis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`)

// release is a courtesy: where it fails, the claim expires.
func (k idempotent) release(ctx context.Context, i *lab.Instance, q *queue, id string) {
	_ = deleteOwn.Run(ctx, i.Redis(), []string{k.key(q, id)}, i.Name).Err()
}

// forgetful has no keys: it does whatever it is handed.
type forgetful struct{ p *pipeline }

func (forgetful) claim(context.Context, *lab.Instance, *queue, string) (bool, error) {
	return false, nil
}

func (k forgetful) write(ctx context.Context, i *lab.Instance, q *queue, o order) (bool, error) {
	return true, k.p.ledger.add(ctx, i, q, o)
}

func (forgetful) finish(context.Context, *lab.Instance, *queue, string) error { return nil }

func (forgetful) release(context.Context, *lab.Instance, *queue, string) {}
