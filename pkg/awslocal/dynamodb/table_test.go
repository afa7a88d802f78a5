package dynamodb_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

func TestTableLife(t *testing.T) {
	c := client(t, dynamodb.Config{})
	created, err := c.CreateTable(ctx, indexed("orders", all))
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "status in the answer", created.TableDescription.TableStatus, types.TableStatusCreating)
	put(t, c, "orders", item{"pk": str("a"), "sk": str("1"), "kind": str("x"), "rank": num("1")})
	put(t, c, "orders", item{"pk": str("a"), "sk": str("2")})

	out, err := c.DescribeTable(ctx, &ddb.DescribeTableInput{TableName: ptr("orders")})
	if err != nil {
		t.Fatal(err)
	}
	d := out.Table
	wantEqual(t, "status", d.TableStatus, types.TableStatusActive)
	wantEqual(t, "items", *d.ItemCount, int64(2))
	wantEqual(t, "bytes", *d.TableSizeBytes, int64((2+1)+(2+1)+(4+1)+(4+2)+(2+1)+(2+1)))
	wantEqual(t, "arn", *d.TableArn, "arn:aws:dynamodb:us-east-1:000000000000:table/orders")
	wantEqual(t, "billing", d.BillingModeSummary.BillingMode, types.BillingModePayPerRequest)
	wantEqual(t, "key", len(d.KeySchema), 2)
	wantEqual(t, "global index items", *d.GlobalSecondaryIndexes[0].ItemCount, int64(1))
	wantEqual(t, "global index status", d.GlobalSecondaryIndexes[0].IndexStatus, types.IndexStatusActive)
	wantEqual(t, "local index arn", *d.LocalSecondaryIndexes[0].IndexArn, *d.TableArn+"/index/byRank")

	_, err = c.CreateTable(ctx, onDemand("orders", "pk"))
	wantError(t, err, "ResourceInUseException", "Table already exists: orders")

	deleted, err := c.DeleteTable(ctx, &ddb.DeleteTableInput{TableName: ptr("orders")})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "deleted", deleted.TableDescription.TableStatus, types.TableStatusDeleting)
	if d := deleted.TableDescription; d.KeySchema != nil || d.AttributeDefinitions != nil || d.CreationDateTime != nil ||
		d.GlobalSecondaryIndexes != nil || d.LocalSecondaryIndexes != nil {
		t.Errorf("a deleted table still has its schema: %+v", d)
	}
	_, err = c.DescribeTable(ctx, &ddb.DescribeTableInput{TableName: ptr("orders")})
	wantError(t, err, "ResourceNotFoundException", "Requested resource not found: Table: orders not found")
}

func TestCreateTakesTime(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c := client(t, dynamodb.Config{Clock: clock, ActiveAfter: time.Minute})
	create(t, c, onDemand("slow", "pk"))
	status := func() types.TableStatus {
		t.Helper()
		out, err := c.DescribeTable(ctx, &ddb.DescribeTableInput{TableName: ptr("slow")})
		if err != nil {
			t.Fatal(err)
		}
		return out.Table.TableStatus
	}
	wantEqual(t, "at first", status(), types.TableStatusCreating)
	_, err := c.GetItem(ctx, &ddb.GetItemInput{TableName: ptr("slow"), Key: item{"pk": str("k")}})
	wantError(t, err, "ResourceNotFoundException", "Requested resource not found")
	_, err = c.DeleteTable(ctx, &ddb.DeleteTableInput{TableName: ptr("slow")})
	wantError(t, err, "ResourceInUseException",
		"Attempt to change a resource which is still in use: Table is being created: slow")

	clock.Advance(time.Minute)
	wantEqual(t, "after a minute", status(), types.TableStatusActive)
	put(t, c, "slow", item{"pk": str("k")})
	if _, err := c.UpdateTable(ctx, &ddb.UpdateTableInput{
		TableName: ptr("slow"), DeletionProtectionEnabled: ptr(true),
	}); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "after an update", status(), types.TableStatusUpdating)
	_, err = c.UpdateTable(ctx, &ddb.UpdateTableInput{TableName: ptr("slow"), BillingMode: "PAY_PER_REQUEST"})
	wantError(t, err, "ResourceInUseException",
		"Attempt to change a resource which is still in use: Table is being updated: slow")
	put(t, c, "slow", item{"pk": str("k")}) // a table that is being updated serves
	clock.Advance(time.Minute)
	_, err = c.DeleteTable(ctx, &ddb.DeleteTableInput{TableName: ptr("slow")})
	wantError(t, err, validation,
		"Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
}

func TestCreateRejected(t *testing.T) {
	c := client(t, dynamodb.Config{})
	const invalid = "One or more parameter values were invalid: "
	for want, change := range map[string]func(*ddb.CreateTableInput){
		"1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length " +
			"greater than or equal to 3": func(in *ddb.CreateTableInput) {
			in.TableName = ptr("ab")
		},
		"1 validation error detected: Value 'X' at 'keySchema.1.member.keyType' failed to satisfy constraint: Member must " +
			"satisfy enum value set: [HASH, RANGE]": func(in *ddb.CreateTableInput) {
			in.KeySchema[0].KeyType = "X"
		},
		"1 validation error detected: Value 'X' at 'attributeDefinitions.1.member.attributeType' failed to satisfy " +
			"constraint: Member must satisfy enum value set: [B, N, S]": func(in *ddb.CreateTableInput) {
			in.AttributeDefinitions[0].AttributeType = "X"
		},
		invalid +
			"ReadCapacityUnits and WriteCapacityUnits must both be specified when " +
			"BillingMode is PROVISIONED": func(in *ddb.CreateTableInput) {
			in.BillingMode = types.BillingModeProvisioned
		},
		invalid +
			"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when " +
			"BillingMode is PAY_PER_REQUEST": func(in *ddb.CreateTableInput) {
			in.ProvisionedThroughput = &types.ProvisionedThroughput{
				ReadCapacityUnits: ptr(int64(1)), WriteCapacityUnits: ptr(int64(1)),
			}
		},
		invalid +
			"Number of attributes in KeySchema does not exactly match number of attributes " +
			"defined in AttributeDefinitions": func(in *ddb.CreateTableInput) {
			in.AttributeDefinitions = append(in.AttributeDefinitions, keyType("S", "more")...)
		},
		invalid +
			"Some index key attributes are not defined in AttributeDefinitions. Keys: " +
			"[other], AttributeDefinitions: [pk]": func(in *ddb.CreateTableInput) {
			in.KeySchema = keys("other")
		},
		"Invalid KeySchema: Some index key attribute have no definition": func(in *ddb.CreateTableInput) {
			in.KeySchema = keys("pk", "pk")
		},
		"Invalid KeySchema: The first KeySchemaElement is not a HASH key type": func(in *ddb.CreateTableInput) {
			in.KeySchema[0].KeyType = "RANGE"
		},
		invalid +
			"Table KeySchema does not have a range key, which is required when specifying a " +
			"LocalSecondaryIndex": func(in *ddb.CreateTableInput) {
			in.LocalSecondaryIndexes = []types.LocalSecondaryIndex{
				{IndexName: ptr("byRank"), KeySchema: keys("pk", "pk"), Projection: all},
			}
		},
		invalid + "ProjectionType is ALL, but NonKeyAttributes is specified": func(in *ddb.CreateTableInput) {
			in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{IndexName: ptr("byPK"), KeySchema: keys("pk"),
				Projection: &types.Projection{ProjectionType: "ALL", NonKeyAttributes: []string{"a"}}}}
		},
		"Attribute Name is duplicated: pk": func(in *ddb.CreateTableInput) {
			in.AttributeDefinitions = append(in.AttributeDefinitions, keyType("N", "pk")...)
		},
		invalid + "Duplicate element in NonKeyAttributes: a": func(in *ddb.CreateTableInput) {
			in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{IndexName: ptr("byPK"), KeySchema: keys("pk"),
				Projection: &types.Projection{ProjectionType: "INCLUDE", NonKeyAttributes: []string{"a", "b", "a"}}}}
		},
		"1 validation error detected: Value '[" + strings.Repeat("a", 256) + "]' at " +
			"'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' failed to satisfy constraint: Member must " +
			"satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater " +
			"than or equal to 1]": func(in *ddb.CreateTableInput) {
			in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{IndexName: ptr("byPK"), KeySchema: keys("pk"),
				Projection: &types.Projection{ProjectionType: "INCLUDE", NonKeyAttributes: []string{strings.Repeat("a", 256)}}}}
		},
		invalid + "Duplicate index name: same": func(in *ddb.CreateTableInput) {
			x := types.GlobalSecondaryIndex{IndexName: ptr("same"), KeySchema: keys("pk"), Projection: all}
			in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{x, x}
		},
		invalid + "StreamViewType is required when StreamEnabled is true": func(in *ddb.CreateTableInput) {
			in.StreamSpecification = &types.StreamSpecification{StreamEnabled: ptr(true)}
		},
	} {
		in := onDemand("bad", "pk")
		change(in)
		_, err := c.CreateTable(ctx, in)
		wantError(t, err, validation, want)
	}
	out, err := c.ListTables(ctx, &ddb.ListTablesInput{})
	if err != nil || len(out.TableNames) != 0 {
		t.Errorf("tables after refusals: %v, %v", out, err)
	}
}

func TestListTables(t *testing.T) {
	c := client(t, dynamodb.Config{})
	for _, name := range []string{"delta", "alpha", "charlie", "bravo"} {
		create(t, c, onDemand(name, "pk"))
	}
	var names []string
	pages := ddb.NewListTablesPaginator(c, &ddb.ListTablesInput{Limit: ptr(int32(3))})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, out.TableNames...)
	}
	wantEqual(t, "names", names, []string{"alpha", "bravo", "charlie", "delta"})
	_, err := c.ListTables(ctx, &ddb.ListTablesInput{Limit: ptr(int32(101))})
	wantError(t, err, validation,
		"1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less "+
			"than or equal to 100")
}

func TestUpdateTable(t *testing.T) {
	c := client(t, dynamodb.Config{})
	in := onDemand("orders", "pk")
	in.BillingMode, in.ProvisionedThroughput = "", provisioned(5, 5)
	create(t, c, in)
	update := func(in ddb.UpdateTableInput) error {
		in.TableName = ptr("orders")
		_, err := c.UpdateTable(ctx, &in)
		return err
	}
	describe := func() *types.TableDescription {
		t.Helper()
		out, err := c.DescribeTable(ctx, &ddb.DescribeTableInput{TableName: ptr("orders")})
		if err != nil {
			t.Fatal(err)
		}
		return out.Table
	}
	wantError(t, update(ddb.UpdateTableInput{ProvisionedThroughput: provisioned(5, 5)}), validation,
		"The provisioned throughput for the table will not change. The requested value equals the current value. "+
			"Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. "+
			"Current WriteCapacityUnits provisioned for the table: 5. Requested WriteCapacityUnits: 5. "+
			"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.")
	if err := update(ddb.UpdateTableInput{ProvisionedThroughput: provisioned(10, 4)}); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "reads", *describe().ProvisionedThroughput.ReadCapacityUnits, int64(10))
	wantEqual(t, "decreases", *describe().ProvisionedThroughput.NumberOfDecreasesToday, int64(1))
	if err := update(ddb.UpdateTableInput{BillingMode: "PAY_PER_REQUEST"}); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "billing", describe().BillingModeSummary.BillingMode, types.BillingModePayPerRequest)
	wantEqual(t, "reads on demand", *describe().ProvisionedThroughput.ReadCapacityUnits, int64(0))
	wantError(t, update(ddb.UpdateTableInput{}), validation,
		"At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "+
			"GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required")
	_, err := c.UpdateTable(ctx, &ddb.UpdateTableInput{TableName: ptr("nope"), BillingMode: "PAY_PER_REQUEST"})
	wantError(t, err, "ResourceNotFoundException", "Requested resource not found: Table: nope not found")
}

func provisioned(read, write int64) *types.ProvisionedThroughput {
	return &types.ProvisionedThroughput{ReadCapacityUnits: &read, WriteCapacityUnits: &write}
}

func TestTags(t *testing.T) {
	c := client(t, dynamodb.Config{})
	in := onDemand("orders", "pk")
	in.Tags = []types.Tag{{Key: ptr("team"), Value: ptr("a")}, {Key: ptr("env"), Value: ptr("dev")}}
	create(t, c, in)
	arn := ptr("arn:aws:dynamodb:us-east-1:000000000000:table/orders")
	if _, err := c.TagResource(ctx, &ddb.TagResourceInput{
		ResourceArn: arn, Tags: []types.Tag{{Key: ptr("team"), Value: ptr("b")}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.UntagResource(ctx, &ddb.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"env"}}); err != nil {
		t.Fatal(err)
	}
	out, err := c.ListTagsOfResource(ctx, &ddb.ListTagsOfResourceInput{ResourceArn: arn})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "tags", out.Tags, []types.Tag{{Key: ptr("team"), Value: ptr("b")}})
	for bad, want := range map[string]string{
		"nonsense":            "One or more parameter values were invalid: ARNs must start with 'arn:': nonsense",
		"arn:aws:s3:::bucket": "Invalid TableArn: Invalid ResourceArn provided as input arn:aws:s3:::bucket",
		*arn + "/index/byKind": "One or more parameter values were invalid: Invalid resource arn provided, only table or " +
			"stream is accepted. Provided resource arn: " + *arn + "/index/byKind",
	} {
		_, err = c.ListTagsOfResource(ctx, &ddb.ListTagsOfResourceInput{ResourceArn: &bad})
		wantError(t, err, validation, want)
	}
}

func TestLimitsAndEndpoints(t *testing.T) {
	c := client(t, dynamodb.Config{})
	limits, err := c.DescribeLimits(ctx, &ddb.DescribeLimitsInput{})
	if err != nil || *limits.TableMaxReadCapacityUnits != 40000 {
		t.Errorf("limits: %v, %v", limits, err)
	}
	endpoints, err := c.DescribeEndpoints(ctx, &ddb.DescribeEndpointsInput{})
	if err != nil || len(endpoints.Endpoints) != 1 {
		t.Errorf("endpoints: %v, %v", endpoints, err)
	}
}

// Regions and accounts do not see each other's tables.
func TestTablesStayAtHome(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("users", "pk"))
	elsewhere := func(o *ddb.Options) { o.Region = "eu-west-1" }
	other := func(o *ddb.Options) {
		o.Credentials = credentials.NewStaticCredentialsProvider("123456789012", "x", "")
	}
	for _, option := range []func(*ddb.Options){elsewhere, other} {
		out, err := c.ListTables(ctx, &ddb.ListTablesInput{}, option)
		if err != nil || len(out.TableNames) != 0 {
			t.Errorf("got %v, %v", out, err)
		}
	}
	created, err := c.CreateTable(ctx, onDemand("users", "pk"), elsewhere, other)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "arn", *created.TableDescription.TableArn, "arn:aws:dynamodb:eu-west-1:123456789012:table/users")
}

func TestContinuousBackupsAreAsTablesBegin(t *testing.T) {
	c := users(t)
	out, err := c.DescribeContinuousBackups(ctx, &ddb.DescribeContinuousBackupsInput{TableName: ptr("users")})
	if err != nil {
		t.Fatal(err)
	}
	d := out.ContinuousBackupsDescription
	wantEqual(t, "backups", d.ContinuousBackupsStatus, types.ContinuousBackupsStatusEnabled)
	wantEqual(t, "recovery", d.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus,
		types.PointInTimeRecoveryStatusDisabled)
	_, err = c.DescribeContinuousBackups(ctx, &ddb.DescribeContinuousBackupsInput{TableName: ptr("nope")})
	wantError(t, err, "TableNotFoundException", "Table not found: nope")
}
