package hotpartition

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	oneIn   = 20 // orders has to be checked by somebody
	byList  = "by-list"
	listKey = "list"
)

// sparse keeps orders under their own IDs, and an index of those that somebody has to check, by product. DynamoDB
// leaves an item without the index's key out of it.
var sparse = lab.Design{
	Name:    "sparse-index",
	Summary: "orders are stored by ID; only those to be checked have the index's key, their product",
	Cost:    10 * time.Millisecond,
	Guards:  []lab.Guard{sparseKey, orderKey},
	Build: func(b *lab.Builder) {
		o := orders{
			Table: part.NewTable[order](b, "orders", provisioned, indexed), rate: b.Rate,
			sparse: b.Guarded(sparseKey), byID: b.Guarded(orderKey),
		}
		b.Audit(o.audit)
		shop{o.place, o.toCheck}.open(b)
	},
}

// lowCardinality has every order in the index. Its table's key could not be better; its index has a few hundred.
var lowCardinality = sparse.Less(lab.Design{
	Name: "low-cardinality", Summary: "orders are stored by ID; an index has all of them by product", Broken: true,
}, sparseKey)

// order is a row of the table, and an entry of the index if it has a list.
type order struct {
	Place   string `dynamodbav:"place" key:"hash"` // its ID
	ID      string `dynamodbav:"id" key:"range"`
	Product string `dynamodbav:"product"`
	List    string `dynamodbav:"list,omitempty"`
	Check   bool   `dynamodbav:"check"`
	Ballast string `dynamodbav:"ballast"`
}

func indexed(in *dynamodb.CreateTableInput) {
	in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
		AttributeName: aws.String(listKey), AttributeType: types.ScalarAttributeTypeS,
	})
	in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{
		IndexName:             aws.String(byList),
		KeySchema:             []types.KeySchemaElement{{AttributeName: aws.String(listKey), KeyType: types.KeyTypeHash}},
		Projection:            &types.Projection{ProjectionType: types.ProjectionTypeAll},
		ProvisionedThroughput: in.ProvisionedThroughput,
	}}
}

// orders is the table.
type orders struct {
	*part.Table[order]
	rate   float64
	sparse bool
	byID   bool // the table's partition key is the order's ID, not its product
}

// suspect reports whether somebody has to check the order.
func suspect(id string) bool { return among("check "+id, oneIn) == 0 }

// place stores an order. Its hottest key is the index's, if it is in there.
func (o orders) place(ctx context.Context, i *lab.Instance, id, product string) error {
	n := units(product, o.rate)
	row := order{Place: id, ID: id, Product: product, Check: suspect(id), Ballast: ballast(n)}
	if !o.byID {
		row.Place = product
	}
	key := row.Place
	if row.Check || !o.sparse {
		row.List = product
		key = byList + " " + row.List
	}
	return write(ctx, i, key, n, func() error {
		_, err := i.DynamoDB().PutItem(ctx, &dynamodb.PutItemInput{TableName: &o.Name, Item: o.Item(row)}, once)
		return err
	})
}

// toCheck looks up a product's orders that somebody has to check. How many there are is no count of orders, so that
// the client is not told.
func (o orders) toCheck(ctx context.Context, i *lab.Instance, product string) (string, error) {
	pages := dynamodb.NewQueryPaginator(i.DynamoDB(), &dynamodb.QueryInput{
		TableName: &o.Name, IndexName: aws.String(byList), Select: types.SelectCount,
		KeyConditionExpression: aws.String("#list = :product"), FilterExpression: aws.String("#check = :yes"),
		ExpressionAttributeNames: map[string]string{"#list": listKey, "#check": "check"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":product": &types.AttributeValueMemberS{Value: product}, ":yes": &types.AttributeValueMemberBOOL{Value: true},
		},
	})
	for pages.HasMorePages() {
		if _, err := pages.NextPage(ctx, once); err != nil {
			return "", throttled(err)
		}
	}
	return "", nil
}

// audit puts on record what the table has, and what the index lists.
func (o orders) audit(ctx context.Context, i *lab.Instance) error {
	sums := map[string]int64{}
	err := o.scan(ctx, i, nil, func(row order) {
		sums[row.Product]++
		if suspect(row.ID) {
			i.Effect(ctx, history.Event{Name: toList, Op: row.ID, Key: row.Product})
		}
	})
	if err != nil {
		return err
	}
	record(ctx, i, sums)
	return o.scan(ctx, i, aws.String(byList), func(row order) {
		if row.Check {
			i.Effect(ctx, history.Event{Name: listed, Op: row.ID, Key: row.List})
		}
	})
}

// scan calls do with every row, without its ballast.
func (o orders) scan(ctx context.Context, i *lab.Instance, index *string, do func(row order)) error {
	pages := dynamodb.NewScanPaginator(i.DynamoDB(), &dynamodb.ScanInput{
		TableName: &o.Name, IndexName: index, ProjectionExpression: aws.String("id, product, #list, #check"),
		ExpressionAttributeNames: map[string]string{"#list": listKey, "#check": "check"},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx, patiently)
		if err != nil {
			return err
		}
		var rows []order
		if err := attributevalue.UnmarshalListOfMaps(page.Items, &rows); err != nil {
			return err
		}
		for _, row := range rows {
			do(row)
		}
	}
	return nil
}
