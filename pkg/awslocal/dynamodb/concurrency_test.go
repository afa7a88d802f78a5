package dynamodb_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

// clients runs n clients at once and returns when all have ended.
func clients(n int, run func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { run(i) })
	}
	all.Wait()
}

func TestCountersAreExact(t *testing.T) {
	c := users(t)
	clients(6, func(int) {
		for range 50 {
			if _, err := c.UpdateItem(ctx, &ddb.UpdateItemInput{
				TableName: ptr("users"), Key: item{"pk": str("counter")}, UpdateExpression: ptr("ADD n :one"),
				ExpressionAttributeValues: item{":one": num("1")},
			}); err != nil {
				t.Error(err)
			}
		}
	})
	wantEqual(t, "counter", get(t, c, "users", item{"pk": str("counter")}), item{"pk": str("counter"), "n": num("300")})
}

// Of many conditional puts of one key exactly one succeeds.
func TestOneConditionalPutWins(t *testing.T) {
	c := users(t)
	var won atomic.Int32
	clients(64, func(i int) {
		_, err := c.PutItem(ctx, &ddb.PutItemInput{
			TableName: ptr("users"), Item: item{
				"pk": str("lock"), "owner": num(fmt.Sprint(i)),
			}, ConditionExpression: ptr("attribute_not_exists(pk)"),
		})
		var failed *types.ConditionalCheckFailedException
		switch {
		case err == nil:
			won.Add(1)
		case !errors.As(err, &failed):
			t.Error(err)
		}
	})
	wantEqual(t, "winners", won.Load(), int32(1))
}

// Money moves between accounts in two tables, in both directions at once, while the tables are changed.
// Readers in transactions always see the whole sum, and no client waits forever.
func TestTransactionsAreIsolated(t *testing.T) {
	c := client(t, dynamodb.Config{})
	for _, table := range []string{"checking", "savings"} {
		create(t, c, onDemand(table, "pk"))
		put(t, c, table, item{"pk": str("a"), "n": num("1000")})
	}
	move := func(table, amount string) types.TransactWriteItem {
		return types.TransactWriteItem{Update: &types.Update{
			TableName: &table, Key: item{"pk": str("a")}, UpdateExpression: ptr("SET n = n + :x"),
			ExpressionAttributeValues: item{":x": num(amount)},
		}}
	}
	read := func(table string) types.TransactGetItem {
		return types.TransactGetItem{Get: &types.Get{TableName: &table, Key: item{"pk": str("a")}}}
	}
	clients(16, func(i int) {
		for range 10 {
			var err error
			switch i % 4 {
			case 0:
				err = transact(c, move("checking", "-1"), move("savings", "1"))
			case 1:
				err = transact(c, move("savings", "-1"), move("checking", "1"))
			case 2:
				_, err = c.UpdateTable(ctx, &ddb.UpdateTableInput{
					TableName: ptr([]string{"checking", "savings"}[i/4%2]), DeletionProtectionEnabled: ptr(true),
				})
			default:
				var out *ddb.TransactGetItemsOutput
				out, err = c.TransactGetItems(ctx, &ddb.TransactGetItemsInput{
					TransactItems: []types.TransactGetItem{read("checking"), read("savings")},
				})
				if err == nil {
					sum := 0
					for _, r := range out.Responses {
						var n int
						_, _ = fmt.Sscan(r.Item["n"].(*types.AttributeValueMemberN).Value, &n)
						sum += n
					}
					if sum != 2000 {
						t.Errorf("the accounts hold %d together", sum)
					}
				}
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// 64 clients do everything at once; the race detector watches.
func TestManyClients(t *testing.T) {
	c, _ := both(t, dynamodb.Config{})
	in := indexed("orders", all)
	in.StreamSpecification = &types.StreamSpecification{StreamEnabled: ptr(true), StreamViewType: "NEW_AND_OLD_IMAGES"}
	create(t, c, in)
	clients(64, func(i int) {
		pk, own := fmt.Sprint(i%8), fmt.Sprintf("own%d", i)
		for j := range 2 {
			operations := []func() error{
				func() error {
					_, err := c.PutItem(ctx, &ddb.PutItemInput{
						TableName: ptr("orders"), Item: order(pk, fmt.Sprint(i), "x", fmt.Sprint(j)),
					})
					return err
				},
				func() error { _, err := c.Query(ctx, byKind("byKind", "x")); return err },
				func() error { _, err := c.Scan(ctx, &ddb.ScanInput{TableName: ptr("orders")}); return err },
				func() error { _, err := c.Query(ctx, byRank(pk)); return err },
				func() error {
					_, err := c.DeleteItem(ctx, &ddb.DeleteItemInput{
						TableName: ptr("orders"), Key: item{"pk": str(pk), "sk": str(fmt.Sprint(i))},
					})
					return err
				},
				func() error { _, err := c.CreateTable(ctx, onDemand(fmt.Sprint(own, j), "pk")); return err },
				func() error {
					_, err := c.DescribeTable(ctx, &ddb.DescribeTableInput{TableName: ptr("orders")})
					return err
				},
				func() error { _, err := c.ListTables(ctx, &ddb.ListTablesInput{}); return err },
				func() error { return transact(c, putAction("orders", order(pk, own, "y", "1"))) },
				func() error {
					_, err := c.DeleteTable(ctx, &ddb.DeleteTableInput{TableName: ptr(fmt.Sprint(own, j))})
					return err
				},
			}
			for _, operation := range operations {
				if err := operation(); err != nil {
					t.Error(err)
				}
			}
		}
	})
}
