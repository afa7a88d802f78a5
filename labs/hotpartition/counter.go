package hotpartition

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// shards is five times the least, ⌈λ ÷ 1,000⌉: two may lie in one partition, and only DynamoDB knows which.
const shards = 5 * hotUnits / keyLimit

// writeSharded divides a product's count among as many items, each with a partition key of its own. An order adds to
// one of them; who wants the sum reads them all.
var writeSharded = lab.Design{
	Name:    "write-sharded",
	Summary: "a product has 20 counters, an order adds to one, and a reader sums them up",
	Cost:    10 * time.Millisecond,
	Guards:  []lab.Guard{suffixes, gather, oneTry},
	Build: func(b *lab.Builder) {
		c := counters{rate: b.Rate, shards: 1, all: b.Guarded(gather)}
		if b.Guarded(suffixes) {
			c.shards = shards
		}
		if b.Guarded(oneTry) {
			c.options = append(c.options, once)
		}
		c.declare(b)
		shop{c.add, c.sum}.open(b)
	},
}

// oneKey is the counter that everybody begins with.
var oneKey = writeSharded.Less(lab.Design{
	Name: "one-key", Summary: "a product has one counter, to which every order adds", Broken: true,
}, suffixes)

// counter is one of a product's counters.
type counter struct {
	ID      string `dynamodbav:"id" key:"hash"` // product#shard
	Sold    int64  `dynamodbav:"sold"`
	Ballast string `dynamodbav:"ballast"`
}

// counters is the table of them.
type counters struct {
	*part.Table[counter]
	rate    float64
	shards  int
	all     bool // a reader reads all shards
	options []func(*dynamodb.Options)
}

// declare declares the table, with the bestseller's counters in it, and its audit.
func (c *counters) declare(b *lab.Builder) {
	c.Table = part.NewTable[counter](b, "counters", provisioned)
	b.Prepare("weigh down the bestseller", func(ctx context.Context, i *lab.Instance) error {
		var heavy []counter
		for shard := range c.shards {
			heavy = append(heavy, counter{ID: shardOf(hot, shard), Ballast: ballast(units(hot, c.rate))})
		}
		return c.Fill(ctx, i, heavy)
	})
	b.Audit(func(ctx context.Context, i *lab.Instance) error {
		sums := map[string]int64{}
		err := c.Each(ctx, i, func(item counter) {
			product, _, _ := strings.Cut(item.ID, "#")
			sums[product] += item.Sold
		})
		record(ctx, i, sums)
		return err
	})
}

// record puts on record how many orders of each product the table has.
func record(ctx context.Context, i *lab.Instance, sums map[string]int64) {
	for product, n := range sums {
		i.Effect(ctx, history.Event{Name: stored, Key: product, N: n})
	}
}

func shardOf(product string, shard int) string { return fmt.Sprintf("%s#%d", product, shard) }

// add adds an order to one of its product's counters. To add is not idempotent: with an answer lost, only the client
// may decide to do it again.
func (c *counters) add(ctx context.Context, i *lab.Instance, order, product string) error {
	id := shardOf(product, among(order, c.shards))
	return write(ctx, i, id, units(product, c.rate), func() error {
		_, err := i.DynamoDB().UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &c.Name, Key: c.Key(id), UpdateExpression: aws.String("ADD sold :one"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
		}, c.options...)
		return err
	})
}

// sum reads all of a product's counters.
func (c *counters) sum(ctx context.Context, i *lab.Instance, product string) (string, error) {
	want := types.KeysAndAttributes{ConsistentRead: aws.Bool(true), ProjectionExpression: aws.String("sold")}
	for shard := range c.shards {
		if c.all || shard == 0 {
			want.Keys = append(want.Keys, c.Key(shardOf(product, shard)))
		}
	}
	out, err := i.DynamoDB().BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{c.Name: want}, ReturnConsumedCapacity: "TOTAL",
	}, once)
	if err != nil {
		return "", throttled(err)
	}
	if len(out.UnprocessedKeys) > 0 {
		return "", &part.Status{Code: 429, Text: "some of the counters were throttled"}
	}
	var items []counter
	if err := attributevalue.UnmarshalListOfMaps(out.Responses[c.Name], &items); err != nil {
		return "", err
	}
	i.Effect(ctx, history.Event{Name: gathered, Key: product, N: int64(len(want.Keys))})
	i.Effect(ctx, history.Event{Name: cost, Key: product, N: int64(*out.ConsumedCapacity[0].CapacityUnits)})
	sum := int64(0)
	for _, item := range items {
		sum += item.Sold
	}
	return decimal(sum), nil
}
