package dynamodb

import (
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/expr"
)

// maxPage is how many bytes of items a Query or Scan reads; the item that exceeds it is the last.
const maxPage = 1 << 20

// pageInput is the members that Query and Scan share.
type pageInput struct {
	TableName *string
	IndexName *string

	FilterExpression          *string
	ProjectionExpression      *string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]attr.Wire

	Select                 string
	Limit                  *int64
	ExclusiveStartKey      map[string]attr.Wire
	ConsistentRead         bool
	ReturnConsumedCapacity string

	AttributesToGet     []string
	ConditionalOperator *string

	anyFilter bool // may filter a Query by its own key, as PartiQL does
}

// pageOutput is the answer to Query and Scan.
type pageOutput struct {
	Items            *[]attr.Map `json:",omitempty"` // absent for COUNT, which is not an empty list
	Count            int
	ScannedCount     int
	LastEvaluatedKey attr.Map        `json:",omitempty"`
	ConsumedCapacity *capacityReport `json:",omitempty"`
}

// page is a checked request for a page: what to do with the rows of a Query or Scan.
type page struct {
	in         *pageInput
	filter     expr.Condition
	projection expr.Projection
	start      attr.Map // nil for the first page

	// Set by resolve.
	table   *table
	index   *index // nil for the table itself
	source  *collection
	mode    string // Select, made explicit
	fetches bool   // each row is completed from the table: a local index that lacks attributes
	from    string // row key of start
	single  bool   // a Query of a table without a sort key, which has no second page
}

func (c *constraints) page(in *pageInput) {
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.enum("select", in.Select, "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
	c.attributesToGet("attributesToGet", in.AttributesToGet)
	c.conditionalOperator(in.ConditionalOperator)
	if in.IndexName != nil {
		c.name("indexName", *in.IndexName, 3)
	}
}

// newPage binds filter and projection in a scope in which the caller has bound its own expressions, and
// checks everything that does not need the table. legacy is QueryFilter or ScanFilter.
func (in *pageInput) newPage(scope *expr.Scope, legacy map[string]legacyCondition) (*page, error) {
	p := &page{in: in}
	var err error
	if in.FilterExpression == nil {
		if p.filter, err = legacyFilter(legacy, in.ConditionalOperator); err != nil {
			return nil, err
		}
	}
	if in.ProjectionExpression == nil {
		if p.projection, err = attributesToGet(in.AttributesToGet); err != nil {
			return nil, err
		}
	}
	if in.FilterExpression != nil {
		if p.filter, err = scope.Condition("FilterExpression", *in.FilterExpression); err != nil {
			return nil, rejected(err)
		}
	}
	if in.ProjectionExpression != nil {
		if p.projection, err = scope.Projection(*in.ProjectionExpression); err != nil {
			return nil, rejected(err)
		}
	}
	if err := scope.Unused(); err != nil {
		return nil, rejected(err)
	}
	if err := in.checkSelect(); err != nil {
		return nil, err
	}
	if in.ExclusiveStartKey != nil {
		if p.start, err = attr.ParseMap(in.ExclusiveStartKey); err != nil {
			return nil, validationError("The provided starting key is invalid: %s", err)
		}
	}
	return p, nil
}

func (in *pageInput) checkSelect() error {
	switch {
	case in.Select == "SPECIFIC_ATTRIBUTES" && in.ProjectionExpression == nil && in.AttributesToGet == nil:
		return validationError("Must specify the AttributesToGet or ProjectionExpression when choosing to get " +
			"SPECIFIC_ATTRIBUTES")
	case in.Select != "" && in.Select != "SPECIFIC_ATTRIBUTES" && in.ProjectionExpression != nil:
		return validationError("Cannot specify the ProjectionExpression when choosing to get %s", in.Select)
	case in.Select != "" && in.Select != "SPECIFIC_ATTRIBUTES" && in.AttributesToGet != nil:
		return validationError("Cannot specify the AttributesToGet when choosing to get %s", in.Select)
	case in.Select == "ALL_PROJECTED_ATTRIBUTES" && in.IndexName == nil:
		return invalidParameters("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	}
	return nil
}

// resolve finds the table or index to read and checks the request against it. The caller holds the table's
// lock.
func (p *page) resolve(t *table, now time.Time) error {
	p.table, p.source, p.mode = t, &t.collection, p.in.Select
	if p.in.IndexName != nil {
		x, err := t.index(*p.in.IndexName)
		if err != nil {
			return err
		}
		switch {
		case x.global && p.in.ConsistentRead:
			return validationError("Consistent reads are not supported on global secondary indexes")
		case now.Before(x.activeAt):
			return validationError("Cannot read from backfilling global secondary index: %s", x.name)
		}
		p.index, p.source = x, &x.collection
	}
	switch {
	case p.mode != "":
	case p.projection.Paths != nil:
		p.mode = "SPECIFIC_ATTRIBUTES"
	case p.index != nil:
		p.mode = "ALL_PROJECTED_ATTRIBUTES"
	default:
		p.mode = "ALL_ATTRIBUTES"
	}
	if p.index != nil {
		if err := p.resolveProjection(); err != nil {
			return err
		}
	}
	return p.resolveStart()
}

// resolveProjection handles attributes that the index lacks: a local index fetches them from the table, a
// global one refuses.
func (p *page) resolveProjection() error {
	if p.mode == "ALL_ATTRIBUTES" && p.index.projection.ProjectionType != "ALL" {
		if p.index.global {
			return invalidParameters("Select type ALL_ATTRIBUTES is not supported for global secondary index %s "+
				"because its projection type is not ALL", p.index.name)
		}
		p.fetches = true
	}
	for _, path := range p.projection.Paths {
		if p.index.covers(path.Top(), p.table.schema) {
			continue
		}
		if p.index.global {
			return invalidParameters("Global secondary index %s does not project %s", p.index.name, path)
		}
		p.fetches = true
	}
	return nil
}

// keyAttributes are the attributes of LastEvaluatedKey and ExclusiveStartKey.
func (p *page) keyAttributes() []keyAttribute {
	attributes := slices.Clone(p.table.schema.attributes)
	if p.index != nil {
		for _, a := range p.index.schema.attributes {
			if !p.table.schema.has(a.name) {
				attributes = append(attributes, a)
			}
		}
	}
	return attributes
}

func (p *page) keyOf(item attr.Map) attr.Map {
	key := attr.Map{}
	for _, a := range p.keyAttributes() {
		key[a.name] = item[a.name]
	}
	return key
}

func (p *page) resolveStart() error {
	if p.start == nil {
		return nil
	}
	invalid := validationError("The provided starting key is invalid")
	if p.index == nil {
		invalid = validationError("The provided starting key is invalid: The provided key element does not match the schema")
	}
	attributes := p.keyAttributes()
	if len(p.start) != len(attributes) {
		return invalid
	}
	for _, a := range attributes {
		if v, found := p.start[a.name]; !found || v.Kind() != a.kind {
			return invalid
		}
	}
	p.from = p.table.schema.rowKey(p.start)
	if p.index != nil {
		p.from = p.index.schema.rowKey(p.start) + p.from
	}
	return nil
}

// span is a range of row keys, including from and excluding to; an empty to is the end.
type span struct{ from, to string }

func (r span) holds(key string) bool { return key >= r.from && (r.to == "" || key < r.to) }

// read walks the rows of the span, forward or backward, after the start key, and makes the answer. It stops
// at the limit, which counts rows before the filter, or at the size of a page, and then returns where it
// stopped.
func (p *page) read(within span, forward bool, now time.Time) (*pageOutput, error) {
	m, at := p.meter(), max(within.from, p.from)
	if err := m.admit(at, false, now); err != nil {
		return nil, err
	}
	out := &pageOutput{}
	items := []attr.Map{}
	bytes := 0
	used := usage{table: p.table.id.name}
	p.walk(within, forward, func(r *row) bool {
		out.ScannedCount++
		bytes += r.size
		full := bytes >= maxPage || p.in.Limit != nil && int64(out.ScannedCount) >= *p.in.Limit
		item := r.item
		if p.fetches {
			whole, _ := p.table.rows.Get(p.table.schema.rowKey(item))
			item = whole.item
			used.units += readUnits(whole.size, p.in.ConsistentRead)
		}
		if p.filter.Holds(item) {
			out.Count++
			items = append(items, p.projection.Of(item))
		}
		if full && !p.single {
			out.LastEvaluatedKey = p.keyOf(item)
		}
		return !full
	})
	if p.mode != "COUNT" {
		out.Items = &items
	}
	units := readUnits(bytes, p.in.ConsistentRead)
	m.charge(at, false, units+used.units)
	if p.index == nil {
		used.units = units
	} else {
		used.addIndex(p.index, units)
	}
	out.ConsumedCapacity = used.report(p.in.ReturnConsumedCapacity)
	return out, nil
}

// meter is the capacity that the page uses: a local index shares the table's partitions. A scan is charged to
// the partition in which it starts.
func (p *page) meter() *meter {
	if p.index != nil && p.index.global {
		return p.index.meter
	}
	return p.table.meter
}

func (p *page) walk(within span, forward bool, visit func(*row) bool) {
	step := func(key string, r *row) bool {
		switch {
		case p.start != nil && key == p.from, within.to != "" && key == within.to && !forward:
			return true // the walk starts at them, but they are not in the range
		case !within.holds(key):
			return false
		}
		return visit(r)
	}
	switch {
	case forward:
		p.source.rows.Ascend(max(within.from, p.from), step)
	case p.start != nil:
		p.source.rows.Descend(p.from, step)
	case within.to != "":
		p.source.rows.Descend(within.to, step)
	default:
		p.source.rows.Reverse(step)
	}
}
