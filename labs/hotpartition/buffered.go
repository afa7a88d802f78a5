package hotpartition

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	flushEvery = 100 * time.Millisecond
	seldom     = 5 * time.Second // without the guard
)

// buffered counts in Redis, and a flusher writes to the table what has changed, ten times a second. Redis has the count
// and the table follows: what was counted since the last flush is lost with Redis.
var buffered = lab.Design{
	Name:    "buffered",
	Summary: "orders are counted in Redis; a flusher writes the counts to the table",
	Cost:    10 * time.Millisecond,
	Guards:  []lab.Guard{seeded, flushed, absolute},
	Build: func(b *lab.Builder) {
		f := &buffer{
			counters: counters{rate: b.Rate, shards: 1}, name: b.Name, every: flushEvery,
			seeds: b.Guarded(seeded), absolute: b.Guarded(absolute),
		}
		if !b.Guarded(flushed) {
			f.every = seldom
		}
		f.declare(b)
		b.Prepare("mark Redis", func(ctx context.Context, i *lab.Instance) error {
			return i.Redis().Set(ctx, b.Name("mark"), 1, 0).Err()
		})
		b.Audit(func(ctx context.Context, i *lab.Instance) error {
			n, err := i.Redis().Exists(ctx, b.Name("mark")).Result()
			if n == 0 {
				i.Effect(ctx, history.Event{Name: emptied})
			}
			return err
		})
		b.Service("flusher", func(ctx context.Context, i *lab.Instance) error {
			wrote := map[string]int64{}
			return part.Loop(func(ctx context.Context, i *lab.Instance) error { return f.flush(ctx, i, wrote) })(ctx, i)
		})
		b.Backlog(func(ctx context.Context, i *lab.Instance) (int, error) {
			n, err := i.Redis().SCard(ctx, f.changed()).Result()
			return int(n), err
		})
		shop{f.count, f.counted}.open(b)
	},
}

// buffer is the counts in Redis, in front of the table.
type buffer struct {
	counters
	name     func(string) string
	every    time.Duration
	seeds    bool // a count that Redis does not have begins with the table's
	absolute bool // the flusher writes the count, not what was added to it
}

// key is a product's count, changed the set of products whose count the table does not have yet.
func (f *buffer) key(product string) string { return f.name("sold:" + product) }
func (f *buffer) changed() string           { return f.name("changed") }

// increment counts only where there is a count.
var increment = redis.NewScript(`if redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
redis.call("SADD", KEYS[2], ARGV[1])
return redis.call("INCR", KEYS[1])`)

// count counts an order.
func (f *buffer) count(ctx context.Context, i *lab.Instance, _, product string) error {
	for {
		n, err := increment.Run(ctx, i.Redis(), []string{f.key(product), f.changed()}, product).Int64()
		if err != nil || n > 0 {
			return err
		}
		if err := f.seed(ctx, i, product); err != nil {
			return err
		}
	}
}

// seed gives Redis the count of the table. If two do it at once the first is right: the table stays as it is meanwhile.
func (f *buffer) seed(ctx context.Context, i *lab.Instance, product string) error {
	begin := counter{}
	if f.seeds {
		var err error
		if begin, _, err = f.Get(ctx, i, shardOf(product, 0)); err != nil {
			return err
		}
	}
	return i.Redis().SetNX(ctx, f.key(product), begin.Sold, 0).Err()
}

// counted returns the count in Redis, or the table's if Redis has none.
func (f *buffer) counted(ctx context.Context, i *lab.Instance, product string) (string, error) {
	n, err := i.Redis().Get(ctx, f.key(product)).Result()
	if !errors.Is(err, redis.Nil) {
		return n, err
	}
	item, _, err := f.Get(ctx, i, shardOf(product, 0))
	return decimal(item.Sold), err
}

// settled takes a product out of the set of the changed ones if its count is still that.
var settled = redis.NewScript(`if redis.call("GET", KEYS[1]) == ARGV[2] then redis.call("SREM", KEYS[2], ARGV[1]) end`)

// flush writes what has changed. A product is settled after that: a flusher that dies between writes it again.
func (f *buffer) flush(ctx context.Context, i *lab.Instance, wrote map[string]int64) error {
	if err := i.Work(ctx, f.every); err != nil {
		return err
	}
	products, err := i.Redis().SMembers(ctx, f.changed()).Result()
	if err != nil {
		return err
	}
	for _, product := range products {
		n, err := i.Redis().Get(ctx, f.key(product)).Int64()
		if err != nil {
			return err
		}
		id := shardOf(product, 0)
		put := func() error { return f.put(ctx, i, id, n, wrote[id]) }
		if err := write(ctx, i, id, units(product, f.rate), put); err != nil {
			return err
		}
		wrote[id] = n
		keys := []string{f.key(product), f.changed()}
		if err := settled.Run(ctx, i.Redis(), keys, product, n).Err(); err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
	}
	return nil
}

// put writes a count. The same again changes nothing, and a late one never replaces a newer; to add what came since
// the last time does neither.
func (f *buffer) put(ctx context.Context, i *lab.Instance, id string, n, before int64) error {
	in := &dynamodb.UpdateItemInput{
		TableName: &f.Name, Key: f.Key(id), UpdateExpression: aws.String("SET sold = :n"),
		ConditionExpression: aws.String("attribute_not_exists(sold) OR sold < :n"),
	}
	if !f.absolute {
		in.UpdateExpression, in.ConditionExpression = aws.String("ADD sold :n"), nil
		n -= before
	}
	in.ExpressionAttributeValues = map[string]types.AttributeValue{":n": &types.AttributeValueMemberN{Value: decimal(n)}}
	_, err := i.DynamoDB().UpdateItem(ctx, in)
	if part.ConditionFailed(err) {
		return nil
	}
	return err
}
