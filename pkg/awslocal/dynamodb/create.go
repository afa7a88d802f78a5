package dynamodb

import (
	"encoding/json"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

type createTableInput struct {
	TableName                 *string
	AttributeDefinitions      []attributeDefinition
	KeySchema                 []keySchemaElement
	BillingMode               string
	ProvisionedThroughput     *throughputInput
	LocalSecondaryIndexes     []indexInput
	GlobalSecondaryIndexes    []indexInput
	StreamSpecification       *streamSpecification
	DeletionProtectionEnabled bool
	TableClass                string
	Tags                      []tagInput
	SSESpecification          json.RawMessage // accepted: nothing leaves this process
}

type tableOutput struct {
	TableDescription *tableDescription `json:",omitempty"`
	Table            *tableDescription `json:",omitempty"` // DescribeTable's name for it
}

func (s *Service) createTable(at home, in *createTableInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	t := &table{
		id: tableID{at, *in.TableName}, uuid: id.UUID(), created: now, activeAt: now.Add(s.cfg.ActiveAfter),
		attributes: in.AttributeDefinitions, onDemand: in.BillingMode == "PAY_PER_REQUEST",
		throughput:         in.ProvisionedThroughput.value(),
		deletionProtection: in.DeletionProtectionEnabled, class: in.TableClass, tags: map[string]string{},
	}
	if t.onDemand {
		t.onDemandSince = now
	}
	d := definition{t.attributes, t.onDemand}
	if err := d.unique(); err != nil {
		return nil, err
	}
	var err error
	if t.schema, err = d.key(in.KeySchema); err != nil {
		return nil, err
	}
	if t.indexes, err = d.indexes(t.schema, in.LocalSecondaryIndexes, in.GlobalSecondaryIndexes); err != nil {
		return nil, err
	}
	if err := d.unused(t.schema, t.indexes); err != nil {
		return nil, err
	}
	for _, x := range t.indexes {
		x.activeAt = t.activeAt
	}
	s.meterTable(t)
	setTags(t.tags, in.Tags)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tables[t.id] != nil {
		return nil, serviceError("ResourceInUseException", "Table already exists: %s", t.id.name)
	}
	s.tables[t.id] = t
	if in.StreamSpecification != nil && in.StreamSpecification.StreamEnabled {
		s.openStream(t, in.StreamSpecification.StreamViewType)
	}
	description := t.describe(now)
	// The API says that a new table is being created. One that is ready at once is still CREATING in this
	// answer, and ACTIVE in the next.
	description.TableStatus = "CREATING"
	return &tableOutput{TableDescription: description}, nil
}

func (in *createTableInput) check() error {
	if in.TableName == nil {
		return validationError("The parameter 'TableName' is required but was not present in the request")
	}
	var name constraints
	name.name("tableName", *in.TableName, 3)
	if err := name.err(); err != nil {
		return err
	}
	var c constraints
	c.notNull("attributeDefinitions", in.AttributeDefinitions != nil)
	c.attributeDefinitions(in.AttributeDefinitions)
	c.keySchema("keySchema", in.KeySchema, maxKeys)
	c.enum("billingMode", in.BillingMode, "PROVISIONED", "PAY_PER_REQUEST")
	c.enum("tableClass", in.TableClass, "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	c.throughput("provisionedThroughput", in.ProvisionedThroughput)
	c.indexes("localSecondaryIndexes", in.LocalSecondaryIndexes, maxKeys)
	c.indexes("globalSecondaryIndexes", in.GlobalSecondaryIndexes, maxGlobalKeys)
	c.streamSpecification(in.StreamSpecification)
	c.tags(in.Tags)
	if err := c.err(); err != nil {
		return err
	}
	switch {
	case in.BillingMode == "PAY_PER_REQUEST" && in.ProvisionedThroughput != nil:
		return invalidParameters("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is " +
			"PAY_PER_REQUEST")
	case in.BillingMode != "PAY_PER_REQUEST" && in.ProvisionedThroughput == nil:
		return invalidParameters("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is " +
			"PROVISIONED")
	case len(in.KeySchema) > len(in.AttributeDefinitions):
		return validationError("Invalid KeySchema: Some index key attribute have no definition")
	}
	if err := checkTags(nil, in.Tags); err != nil {
		return err
	}
	return checkStreamSpecification(in.StreamSpecification)
}
