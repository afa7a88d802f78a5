package dynamodb

import (
	"encoding/json"
	"time"
)

type updateTableInput struct {
	TableName                   *string
	AttributeDefinitions        []attributeDefinition
	BillingMode                 string
	ProvisionedThroughput       *throughputInput
	GlobalSecondaryIndexUpdates []indexUpdate
	StreamSpecification         *streamSpecification
	DeletionProtectionEnabled   *bool
	TableClass                  string
	SSESpecification            json.RawMessage // accepted: nothing leaves this process
	ReplicaUpdates              json.RawMessage
}

// updateTable changes a table at once. For ActiveAfter the table is UPDATING, and a new index CREATING,
// although its rows are complete.
func (s *Service) updateTable(at home, in *updateTableInput) (any, error) {
	if err := checkTableName(in.TableName); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	t, err := s.named(at, in.TableName)
	if err != nil {
		return nil, err
	}
	s.mu.Lock() // a stream may open
	defer s.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	now := s.clock.Now()
	if t.deleted {
		return nil, errNoNamedTable(t.id.name)
	}
	if t.status(now) != "ACTIVE" {
		return nil, serviceError("ResourceInUseException",
			"Attempt to change a resource which is still in use: Table is being %s: %s",
			map[string]string{"CREATING": "created", "UPDATING": "updated"}[t.status(now)], t.id.name)
	}
	u := &tableUpdate{table: t, in: in, now: now, activeAt: now.Add(s.cfg.ActiveAfter)}
	for _, check := range []func() error{u.checkBilling, u.checkStream, u.prepareIndexes} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	u.apply(s)
	description := t.describe(now)
	description.TableStatus = "UPDATING"
	return &tableOutput{TableDescription: description}, nil
}

// tableUpdate is an UpdateTable in progress: everything is checked before anything changes.
type tableUpdate struct {
	table    *table
	in       *updateTableInput
	now      time.Time
	activeAt time.Time

	// The new settings.
	onDemand    bool
	attributes  []attributeDefinition // those that a key has
	indexes     []*index
	created     []*index // of the indexes
	provisioned map[*index]throughput
}

func (u *tableUpdate) checkBilling() error {
	t, in := u.table, u.in
	u.onDemand = t.onDemand
	if in.BillingMode != "" {
		u.onDemand = in.BillingMode == "PAY_PER_REQUEST"
	}
	switch {
	case u.onDemand && in.ProvisionedThroughput != nil:
		return invalidParameters("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is " +
			"PAY_PER_REQUEST")
	case in.BillingMode == "PROVISIONED" && t.onDemand && in.ProvisionedThroughput == nil:
		return invalidParameters("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
	case in.ProvisionedThroughput != nil && !t.onDemand && in.ProvisionedThroughput.value() == t.throughput &&
		len(in.GlobalSecondaryIndexUpdates) == 0:
		return validationError("The provisioned throughput for the table will not change. The requested value equals the "+
			"current value. "+
			"Current ReadCapacityUnits provisioned for the table: %[1]d. Requested ReadCapacityUnits: %[1]d. "+
			"Current WriteCapacityUnits provisioned for the table: %[2]d. Requested WriteCapacityUnits: %[2]d. "+
			"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
			t.throughput.read, t.throughput.write)
	}
	return nil
}

func (u *tableUpdate) checkStream() error {
	in, t := u.in.StreamSpecification, u.table
	switch {
	case in == nil:
		return nil
	case in.StreamEnabled && t.stream != nil:
		return validationError("Table already has an enabled stream: TableName: %s", t.id.name)
	case !in.StreamEnabled && t.stream == nil:
		return validationError("Table has no stream to disable: TableName: %s", t.id.name)
	}
	return checkStreamSpecification(in)
}

// apply makes the change; nothing here can fail.
func (u *tableUpdate) apply(s *Service) {
	t, in := u.table, u.in
	t.attributes, t.updating, t.activeAt = u.attributes, true, u.activeAt
	if u.onDemand != t.onDemand {
		t.onDemand = u.onDemand
		if u.onDemand {
			t.onDemandSince = u.now
			t.throughput = throughput{}
		}
	}
	if in.ProvisionedThroughput != nil {
		t.provision(in.ProvisionedThroughput.value(), u.now)
	}
	t.indexes = u.indexes
	for _, x := range u.created {
		x.fill(t)
	}
	for x, provisioned := range u.provisioned {
		x.throughput = provisioned
	}
	if t.onDemand {
		for _, x := range t.indexes {
			x.throughput = throughput{}
		}
	}
	if in.DeletionProtectionEnabled != nil {
		t.deletionProtection = *in.DeletionProtectionEnabled
	}
	if in.TableClass != "" {
		t.class = in.TableClass
	}
	if in.StreamSpecification != nil {
		if in.StreamSpecification.StreamEnabled {
			s.openStream(t, in.StreamSpecification.StreamViewType)
		} else {
			s.closeStream(t)
		}
	}
	s.meterTable(t)
}

// provision changes a table's throughput and notes the direction for DescribeTable.
func (t *table) provision(to throughput, now time.Time) {
	if to.read > t.throughput.read || to.write > t.throughput.write {
		t.increasedAt = now
	}
	if to.read < t.throughput.read || to.write < t.throughput.write {
		t.decreasedAt = now
		t.decreases++
	}
	t.throughput = to
}

func (in *updateTableInput) check() error {
	var c constraints
	c.attributeDefinitions(in.AttributeDefinitions)
	c.enum("billingMode", in.BillingMode, "PROVISIONED", "PAY_PER_REQUEST")
	c.enum("tableClass", in.TableClass, "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	c.throughput("provisionedThroughput", in.ProvisionedThroughput)
	c.streamSpecification(in.StreamSpecification)
	c.indexUpdates("globalSecondaryIndexUpdates", in.GlobalSecondaryIndexUpdates)
	if err := c.err(); err != nil {
		return err
	}
	if err := checkIndexUpdates(in.GlobalSecondaryIndexUpdates); err != nil {
		return err
	}
	switch {
	case in.ReplicaUpdates != nil:
		return validationError("Global tables are not supported by the embedded AWS")
	case in.BillingMode == "" && in.ProvisionedThroughput == nil && len(in.GlobalSecondaryIndexUpdates) == 0 &&
		in.StreamSpecification == nil &&
		in.DeletionProtectionEnabled == nil && in.TableClass == "" && in.SSESpecification == nil:
		return validationError("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, " +
			"GlobalSecondaryIndexUpdates or " +
			"SSESpecification or ReplicaUpdates is required")
	}
	return nil
}
