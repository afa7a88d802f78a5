package dynamodb

import (
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/expr"
)

// getInput is the input of GetItem, and the Get of TransactGetItems.
type getInput struct {
	TableName                *string
	Key                      map[string]attr.Wire
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string
	ConsistentRead           bool
	ReturnConsumedCapacity   string
	AttributesToGet          []string
}

// get is one checked read of one item. As with a write, newGet checks the request alone and target checks the
// key against the table.
type get struct {
	table      string
	key        attr.Map
	projection expr.Projection
	consistent bool

	row string // row key; set by target
}

func (s *Service) newGet(in *getInput) (*get, error) {
	g := &get{table: *in.TableName, consistent: in.ConsistentRead}
	var err error
	if g.key, err = attr.ParseMap(in.Key); err != nil {
		return nil, rejected(err)
	}
	if in.ProjectionExpression == nil {
		if g.projection, err = attributesToGet(in.AttributesToGet); err != nil {
			return nil, err
		}
		return g, checkNoPlaceholders(in.ExpressionAttributeNames, nil, "")
	}
	scope, err := s.compiler.Scope(in.ExpressionAttributeNames, nil)
	if err != nil {
		return nil, rejected(err)
	}
	if g.projection, err = scope.Projection(*in.ProjectionExpression); err != nil {
		return nil, rejected(err)
	}
	if err := scope.Unused(); err != nil {
		return nil, rejected(err)
	}
	return g, nil
}

func (g *get) target(t *table) error {
	if err := t.schema.checkKey(g.key); err != nil {
		return err
	}
	g.row = t.schema.rowKey(g.key)
	return nil
}

// read returns the row, nil if there is none, and the capacity it used. It fails only if the partition
// throttles.
func (g *get) read(s *Service, t *table) (*row, usage, error) {
	used := usage{table: t.id.name}
	if err := t.meter.admit(g.row, false, s.clock.Now()); err != nil {
		return nil, used, err
	}
	r, _ := t.rows.Get(g.row)
	used.units = readUnits(r.sizeOrZero(), g.consistent)
	t.meter.charge(g.row, false, used.units)
	return r, used, nil
}

type getOutput struct {
	Item             *attr.Map       `json:",omitempty"` // absent for no item, which is not an empty one
	ConsumedCapacity *capacityReport `json:",omitempty"`
}

// show returns the requested part of a row, or nil for no row.
func (g *get) show(r *row) *attr.Map {
	if r == nil {
		return nil
	}
	item := g.projection.Of(r.item)
	return &item
}

func (s *Service) getItem(at home, in *getInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	g, err := s.newGet(in)
	if err != nil {
		return nil, err
	}
	t, unlock, err := s.open(at, g.table, forRead)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := g.target(t); err != nil {
		return nil, err
	}
	r, used, err := g.read(s, t)
	if err != nil {
		return nil, err
	}
	return &getOutput{g.show(r), used.report(in.ReturnConsumedCapacity)}, nil
}

func (in *getInput) check() error {
	if err := checkTableName(in.TableName); err != nil {
		return err
	}
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.notNull("key", in.Key != nil)
	c.attributesToGet("attributesToGet", in.AttributesToGet)
	if err := c.err(); err != nil {
		return err
	}
	return checkProjections(in.AttributesToGet, in.ProjectionExpression)
}

func checkProjections(attributesToGet []string, projectionExpression *string) error {
	return checkNotMixed([]parameter{{"AttributesToGet", attributesToGet != nil}},
		[]parameter{{"ProjectionExpression", projectionExpression != nil}})
}
