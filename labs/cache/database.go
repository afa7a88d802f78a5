package cache

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	queryTime = 300 * time.Millisecond // that a query occupies the database
	overload  = 3                      // times its capacity is what the workload asks for, without a cache
	queueTime = 2 * time.Second        // of work may wait; past that the database has no more connections
)

// database is the service that owns the products, in a DynamoDB table, with a capacity such as the
// provisioned throughput or the connection pool of a real one: so many queries at once, each of which
// takes its time; the rest wait their turn. It does not notice that whoever asked has gone: it works
// for them all the same.
//
//	product  S  partition key
//	value    S  what it is
//	version  N  how often it was written
type database struct {
	env     *lab.Env
	table   string
	slots   chan struct{}
	most    int64        // queries that may be there, running or waiting
	queries atomic.Int64 // that are
}

func newDatabase(env *lab.Env) *database {
	capacity := env.Rate / overload
	atOnce := max(1, int(capacity*queryTime.Seconds()+0.5))
	return &database{
		env:   env,
		table: env.Name("products"),
		slots: make(chan struct{}, atOnce),
		most:  int64(atOnce) + int64(capacity*queueTime.Seconds()),
	}
}

func (d *database) create(ctx context.Context, i *lab.Instance, products []string) error {
	_, err := i.DynamoDB().CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            &d.table,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("product"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("product"), AttributeType: types.ScalarAttributeTypeS}},
		BillingMode:          types.BillingModePayPerRequest,
	})
	if err != nil {
		return fmt.Errorf("create table: %w", err)
	}
	err = lab.Poll(ctx, "the table is active", func(ctx context.Context) (bool, error) {
		t, err := i.DynamoDB().DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &d.table})
		return err == nil && t.Table.TableStatus == types.TableStatusActive, err
	})
	if err != nil {
		return err
	}
	for _, id := range products {
		if _, err := d.write(ctx, i, id, initial); err != nil {
			return err
		}
	}
	return nil
}

// service serves GET and PUT /products/{id}.
func (d *database) service(ctx context.Context, i *lab.Instance) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /products/{id}", func(w http.ResponseWriter, r *http.Request) {
		defer d.queries.Add(-1)
		d.env.History.Add(history.Event{Kind: history.Effect, Name: queried, Key: r.PathValue("id"), By: i.Name})
		if d.queries.Add(1) > d.most {
			http.Error(w, "too many connections", http.StatusServiceUnavailable)
			return
		}
		p, err := d.query(ctx, i, r.PathValue("id")) // the service's context: a query outlives who asked
		answer(w, p, err)
	})
	mux.HandleFunc("PUT /products/{id}", func(w http.ResponseWriter, r *http.Request) {
		value, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<10))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		p, err := d.write(ctx, i, r.PathValue("id"), string(value))
		answer(w, p, err)
	})
	return i.Serve(ctx, mux)
}

// query waits for its turn, reads the product as it is then, and takes its time.
func (d *database) query(ctx context.Context, i *lab.Instance, id string) (product, error) {
	select {
	case d.slots <- struct{}{}:
		defer func() { <-d.slots }()
	case <-ctx.Done():
		return product{}, ctx.Err()
	}
	out, err := i.DynamoDB().GetItem(ctx, &dynamodb.GetItemInput{TableName: &d.table, Key: d.key(id), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return product{}, fmt.Errorf("read %s: %w", id, err)
	}
	if err := i.Work(ctx, queryTime); err != nil {
		return product{}, err
	}
	return read(out.Item)
}

// write sets the product's value and returns it with its new version.
func (d *database) write(ctx context.Context, i *lab.Instance, id, value string) (product, error) {
	out, err := i.DynamoDB().UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                &d.table,
		Key:                      d.key(id),
		UpdateExpression:         aws.String("SET #value = :value ADD version :one"),
		ExpressionAttributeNames: map[string]string{"#value": "value"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":value": &types.AttributeValueMemberS{Value: value},
			":one":   &types.AttributeValueMemberN{Value: "1"},
		},
		ReturnValues: types.ReturnValueAllNew,
	})
	if err != nil {
		return product{}, fmt.Errorf("write %s: %w", id, err)
	}
	return read(out.Attributes)
}

func (d *database) key(id string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"product": &types.AttributeValueMemberS{Value: id}}
}

func read(item map[string]types.AttributeValue) (product, error) {
	value, _ := item["value"].(*types.AttributeValueMemberS)
	version, _ := item["version"].(*types.AttributeValueMemberN)
	if value == nil || version == nil {
		return product{}, fmt.Errorf("read product: it has no value or no version")
	}
	n, err := strconv.Atoi(version.Value)
	if err != nil {
		return product{}, fmt.Errorf("read product: %w", err)
	}
	return product{value.Value, n}, nil
}

// answer writes a product, or 503 where there is none to be had now.
func answer(w http.ResponseWriter, p product, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	body, err := json.Marshal(p)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(body) // who asked may have gone
}
