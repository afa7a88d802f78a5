package cache

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	queryTime = 300 * time.Millisecond // that a query occupies the database
	overload  = 3                      // times its capacity is what the workload asks for, without a cache
	queueTime = 2 * time.Second        // of work may wait; past that the database has no more connections
)

// product is what the shop sells, in the table, in the cache and on its way: a price tag, in short.
type product struct {
	ID      string `json:"id" redis:"id" dynamodbav:"product" key:"hash"`
	Value   string `json:"value" redis:"value" dynamodbav:"price"`
	Version int    `json:"version" redis:"version" dynamodbav:"version"` // counts the writes
	Delta   int64  `json:"-" redis:"delta" dynamodbav:"-"`               // ms that loading it took
}

// database is the service that owns the products, with a capacity such as the provisioned throughput or the connection
// pool of a real one: so many queries at once, each of which takes its time; the rest wait their turn. It does not
// notice that a caller has gone: it works for it all the same.
type database struct {
	products *part.Table[product]
	slots    chan struct{}
	most     int64        // queries that may be there, running or waiting
	queries  atomic.Int64 // that are
	// of the offer: queries that have read it and not answered yet, and writes that came while there were any
	answering, overtaking atomic.Int64
}

func newDatabase(b *lab.Builder) *database {
	capacity := b.Rate / overload
	atOnce := max(1, int(capacity*queryTime.Seconds()+0.5))
	return &database{products: part.NewTable[product](b, "products"), slots: make(chan struct{}, atOnce),
		most: int64(atOnce) + int64(capacity*queueTime.Seconds())}
}

// stock puts every product into the table, and into the cache as a deploy does before it takes traffic.
func (d *database) stock(ctx context.Context, i *lab.Instance, cache entries) (err error) {
	var all []product
	for _, id := range append(load.KeyNames(tail), hot, offer) {
		p := product{ID: id, Value: initial, Version: 1, Delta: queryTime.Milliseconds()}
		all, err = append(all, p), errors.Join(err, cache.put(ctx, fillAlways, id, p, ""))
	}
	return errors.Join(err, d.products.Fill(ctx, i, all))
}

// serve serves GET and PUT /products/{id}.
func (d *database) serve(life context.Context, i *lab.Instance) error {
	i.Effect(life, history.Event{Name: provisioned, N: int64(cap(d.slots))})
	return part.Serve(life, i, map[string]part.Handler{
		"GET /products/{id}": func(ctx context.Context, r *part.Request) (any, error) {
			i.Effect(ctx, history.Event{Name: queried, Key: r.PathValue("id")})
			defer d.queries.Add(-1)
			if d.queries.Add(1) > d.most {
				return nil, errors.New("too many connections")
			}
			return d.query(life, i, r.PathValue("id"))
		},
		"PUT /products/{id}": func(_ context.Context, r *part.Request) (any, error) {
			return d.write(life, i, r.PathValue("id"), string(r.Body))
		},
	})
}

// query waits for its turn, reads the product as it is then, and takes its time.
func (d *database) query(ctx context.Context, i *lab.Instance, id string) (p product, err error) {
	select {
	case d.slots <- struct{}{}:
		defer func() { <-d.slots }()
	case <-ctx.Done():
		return p, ctx.Err()
	}
	began := time.Now()
	if id == offer {
		d.answering.Add(1)
		defer d.answering.Add(-1)
	}
	if p, _, err = d.products.Get(ctx, i, id); err == nil {
		err = i.Work(ctx, queryTime)
	}
	i.Effect(ctx, history.Event{Name: answered, Key: id, N: time.Since(began).Microseconds()})
	return p, err
}

// write sets the product's value and returns it with its new version.
func (d *database) write(ctx context.Context, i *lab.Instance, id, value string) (p product, err error) {
	out, err := i.DynamoDB().UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:        &d.products.Name,
		Key:              d.products.Key(id),
		UpdateExpression: aws.String("SET price = :price ADD version :one"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":price": &types.AttributeValueMemberS{Value: value},
			":one":   &types.AttributeValueMemberN{Value: "1"},
		},
		ReturnValues: types.ReturnValueAllNew,
	})
	if err != nil {
		return p, fmt.Errorf("write %s: %w", id, err)
	}
	if d.answering.Load() > 0 {
		d.overtaking.Add(1)
	}
	err = attributevalue.UnmarshalMap(out.Attributes, &p)
	return p, err
}
