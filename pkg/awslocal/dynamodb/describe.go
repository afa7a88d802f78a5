package dynamodb

import (
	"math"
	"slices"
	"strings"
	"time"
)

// tableDescription is a table in the API's terms.
type tableDescription struct {
	TableName                 string
	TableArn                  string
	TableId                   string
	TableStatus               string
	CreationDateTime          float64               `json:",omitempty"`
	AttributeDefinitions      []attributeDefinition `json:",omitempty"`
	KeySchema                 []keySchemaElement    `json:",omitempty"`
	ItemCount                 int
	TableSizeBytes            int
	ProvisionedThroughput     *throughputDescription
	BillingModeSummary        *billingModeSummary  `json:",omitempty"`
	TableClassSummary         *tableClassSummary   `json:",omitempty"`
	LocalSecondaryIndexes     []indexDescription   `json:",omitempty"`
	GlobalSecondaryIndexes    []indexDescription   `json:",omitempty"`
	StreamSpecification       *streamSpecification `json:",omitempty"`
	LatestStreamArn           string               `json:",omitempty"`
	LatestStreamLabel         string               `json:",omitempty"`
	DeletionProtectionEnabled bool
}

type billingModeSummary struct {
	BillingMode                       string
	LastUpdateToPayPerRequestDateTime float64 `json:",omitempty"`
}

type tableClassSummary struct{ TableClass string }

type throughputDescription struct {
	ReadCapacityUnits      int64
	WriteCapacityUnits     int64
	NumberOfDecreasesToday int64
	LastIncreaseDateTime   float64 `json:",omitempty"`
	LastDecreaseDateTime   float64 `json:",omitempty"`
}

type indexDescription struct {
	IndexName             string
	IndexArn              string
	KeySchema             []keySchemaElement
	Projection            projection
	ItemCount             int
	IndexSizeBytes        int
	IndexStatus           string                 `json:",omitempty"` // global indexes only
	ProvisionedThroughput *throughputDescription `json:",omitempty"`
}

// seconds is a time as the API writes it: seconds since 1970, to the millisecond.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return math.Round(float64(t.UnixNano())/1e6) / 1e3
}

func (t *table) describe(now time.Time) *tableDescription {
	d := &tableDescription{
		TableName: t.id.name, TableArn: t.arn(), TableId: t.uuid, TableStatus: t.status(now),
		CreationDateTime:     seconds(t.created),
		AttributeDefinitions: t.attributes, KeySchema: t.schema.elements(), ItemCount: t.rows.Len(), TableSizeBytes: t.bytes,
		ProvisionedThroughput: &throughputDescription{
			t.throughput.read, t.throughput.write, t.decreases, seconds(t.increasedAt), seconds(t.decreasedAt),
		},
		DeletionProtectionEnabled: t.deletionProtection,
	}
	if !t.onDemandSince.IsZero() {
		mode := "PROVISIONED"
		if t.onDemand {
			mode = "PAY_PER_REQUEST"
		}
		d.BillingModeSummary = &billingModeSummary{mode, seconds(t.onDemandSince)}
	}
	if t.class != "" {
		d.TableClassSummary = &tableClassSummary{t.class}
	}
	for _, x := range t.indexes {
		described := indexDescription{
			IndexName: x.name, IndexArn: t.indexARN(x), KeySchema: x.schema.elements(), Projection: x.projection,
			ItemCount: x.rows.Len(), IndexSizeBytes: x.bytes,
		}
		if !x.global {
			d.LocalSecondaryIndexes = append(d.LocalSecondaryIndexes, described)
			continue
		}
		described.IndexStatus = "ACTIVE"
		if now.Before(x.activeAt) {
			described.IndexStatus = "CREATING"
		}
		described.ProvisionedThroughput = &throughputDescription{
			ReadCapacityUnits: x.throughput.read, WriteCapacityUnits: x.throughput.write,
		}
		d.GlobalSecondaryIndexes = append(d.GlobalSecondaryIndexes, described)
	}
	t.showStream(d)
	return d
}

func (k keySchema) elements() []keySchemaElement {
	elements := make([]keySchemaElement, len(k.attributes))
	for i, a := range k.attributes {
		elements[i] = keySchemaElement{a.name, "HASH"}
		if i >= k.hashes {
			elements[i].KeyType = "RANGE"
		}
	}
	return elements
}

type tableInput struct{ TableName *string }

// named returns the table of an operation on tables, whose errors name it.
func (s *Service) named(at home, name *string) (*table, error) {
	if err := checkTableName(name); err != nil {
		return nil, err
	}
	t := s.find(at, *name)
	if t == nil {
		return nil, errNoNamedTable(nameOf(*name))
	}
	return t, nil
}

func (s *Service) describeTable(at home, in *tableInput) (any, error) {
	t, err := s.named(at, in.TableName)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return &tableOutput{Table: t.describe(s.clock.Now())}, nil
}

// deleteTable removes the table at once: its answer is the last that says DELETING, and no longer has the schema.
func (s *Service) deleteTable(at home, in *tableInput) (any, error) {
	t, err := s.named(at, in.TableName)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	now := s.clock.Now()
	switch status := t.status(now); {
	case t.deleted:
		return nil, errNoNamedTable(t.id.name)
	case status == "CREATING":
		return nil, serviceError("ResourceInUseException",
			"Attempt to change a resource which is still in use: Table is being created: %s", t.id.name)
	case status == "UPDATING":
		return nil, serviceError("ResourceInUseException",
			"Attempt to change a resource which is still in use: Table is being updated: %s", t.id.name)
	case t.deletionProtection:
		return nil, validationError("Resource cannot be deleted as it is currently protected against deletion. Disable " +
			"deletion protection first.")
	}
	t.deleted = true
	delete(s.tables, t.id)
	s.closeStream(t)
	description := t.describe(now)
	description.TableStatus = "DELETING"
	description.CreationDateTime, description.AttributeDefinitions, description.KeySchema = 0, nil, nil
	description.LocalSecondaryIndexes, description.GlobalSecondaryIndexes = nil, nil
	return &tableOutput{TableDescription: description}, nil
}

type listTablesInput struct {
	ExclusiveStartTableName *string
	Limit                   *int64
}

type listTablesOutput struct {
	TableNames             []string
	LastEvaluatedTableName string `json:",omitempty"`
}

func (s *Service) listTables(at home, in *listTablesInput) (any, error) {
	var c constraints
	c.atLeast("limit", in.Limit, 1)
	c.atMost("limit", in.Limit, 100)
	if err := c.err(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	names := []string{}
	for id := range s.tables {
		if id.home == at && (in.ExclusiveStartTableName == nil || id.name > *in.ExclusiveStartTableName) {
			names = append(names, id.name)
		}
	}
	s.mu.RUnlock()
	slices.SortFunc(names, strings.Compare)
	out := &listTablesOutput{TableNames: names}
	limit := 100
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if len(names) > limit {
		out.TableNames = names[:limit]
		out.LastEvaluatedTableName = names[limit-1]
	}
	return out, nil
}
