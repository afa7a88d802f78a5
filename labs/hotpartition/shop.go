package hotpartition

import (
	"context"
	"errors"
	"hash/crc32"
	"math"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// What DynamoDB gives one partition, and so one key, a second:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
const (
	keyLimit = 1000 // write units
	saved    = 1000 // write units that a partition has left from the second before
)

const (
	tableWrites = 40_000 // units that a table has: AWS's default quota
	hot         = "bestseller"
	hotUnits    = 4000 // write units a second that the bestseller's orders take, λ
	largest     = 399  // KB of an item, less than DynamoDB's 400
)

// The effects of the lab. Their key is a product, but for the first two.
const (
	asked    = "asked"    // by a service: a write of N units of an item with that partition key, or of its index's
	refused  = "refused"  // by a service: DynamoDB throttled it
	gathered = "gathered" // by a service: a read took N items
	cost     = "cost"     // by a service: a read took N read units, says DynamoDB
	emptied  = "emptied"  // by the audit: Redis has lost what it had
	stored   = "stored"   // by the audit: the table has N orders of it
	toList   = "to-list"  // by the audit: the table has an order that somebody has to check
	listed   = "listed"   // by the audit: the index has it
)

// shop is what the designs differ in.
type shop struct {
	sell func(ctx context.Context, i *lab.Instance, order, product string) error
	sold func(ctx context.Context, i *lab.Instance, product string) (string, error)
}

// open opens the doors of two shops, and the client sends each operation to one of them.
func (s shop) open(b *lab.Builder) {
	doors := b.Services("shop", 2, func(ctx context.Context, i *lab.Instance) error {
		return part.Serve(ctx, i, map[string]part.Handler{
			"POST /products/{id}": func(ctx context.Context, r *part.Request) (any, error) {
				return part.Accepted, s.sell(ctx, i, string(r.Body), r.PathValue("id"))
			},
			"GET /products/{id}": func(ctx context.Context, r *part.Request) (any, error) {
				n, err := s.sold(ctx, i, r.PathValue("id"))
				return []byte(n), err
			},
		})
	})
	b.Client(func(ctx context.Context, op load.Op) (read string, err error) {
		door, path := doors[op.Seq&1], "/products/"+op.Key
		if !op.ReadOnly {
			return "", part.Ask(ctx, b.Observer(), door, "POST "+path, []byte(op.ID), nil)
		}
		var n []byte
		err = part.Ask(ctx, b.Observer(), door, "GET "+path, nil, &n)
		return string(n), err
	})
}

// units returns the size of a product's items in KB, which is what a write of one costs. The bestseller's are so large
// that its few orders take what those of a real one do.
func units(product string, rate float64) int64 {
	if product != hot {
		return 1
	}
	return int64(min(largest, math.Ceil(hotUnits/(rate*hotShare))))
}

// ballast fills an item of a few attributes up to that many units.
func ballast(units int64) string {
	const others = 512 // bytes at most of the other attributes
	return strings.Repeat("x", max(0, int(units)<<10-others))
}

// provisioned gives a table its quota, and so more partitions than keys that are hot.
func provisioned(in *dynamodb.CreateTableInput) {
	in.BillingMode = types.BillingModeProvisioned
	in.ProvisionedThroughput = &types.ProvisionedThroughput{
		ReadCapacityUnits: aws.Int64(tableWrites), WriteCapacityUnits: aws.Int64(tableWrites),
	}
}

// once is a call that is not repeated: the client hears of a refusal at once.
func once(o *dynamodb.Options) { o.RetryMaxAttempts = 1 }

// patiently is an audit's call, which takes as long as the table's throughput makes it.
func patiently(o *dynamodb.Options) { o.RetryMaxAttempts = 1000 }

// write records that a write is asked for and what became of it. What was throttled did not happen: 429.
func write(ctx context.Context, i *lab.Instance, key string, units int64, do func() error) error {
	i.Effect(ctx, history.Event{Name: asked, Key: key, N: units})
	err := do()
	if err = throttled(err); errors.As(err, new(*part.Status)) {
		i.Effect(ctx, history.Event{Name: refused, Key: key, N: units})
	}
	return err
}

// throttled returns the status of a throttled call, and any other error as it is.
func throttled(err error) error {
	var provisioned *types.ProvisionedThroughputExceededException
	var onDemand *types.ThrottlingException
	if errors.As(err, &provisioned) || errors.As(err, &onDemand) {
		return &part.Status{Code: 429, Text: err.Error()}
	}
	return err
}

// among draws one of n by an order's ID.
func among(order string, n int) int { return int(crc32.ChecksumIEEE([]byte(order)) % uint32(n)) }

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
