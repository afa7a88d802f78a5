package dynamodb

import (
	"encoding/json"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/expr"
)

type getItemInput struct {
	TableName                *string              `json:"TableName"`
	Key                      map[string]attr.Wire `json:"Key"`
	ProjectionExpression     *string              `json:"ProjectionExpression"`
	ExpressionAttributeNames map[string]string    `json:"ExpressionAttributeNames"`
	ConsistentRead           bool                 `json:"ConsistentRead"`
	ReturnConsumedCapacity   string               `json:"ReturnConsumedCapacity"`
	AttributesToGet          json.RawMessage      `json:"AttributesToGet"`
}

type getItemOutput struct {
	Item             *attr.Map       `json:"Item,omitempty"`
	ConsumedCapacity *capacityReport `json:"ConsumedCapacity,omitempty"`
}

func (s *Service) getItem(at home, in *getItemInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	key, projection, err := s.newGet(in.Key, in.ProjectionExpression, in.ExpressionAttributeNames)
	if err != nil {
		return nil, err
	}
	t, err := s.table(at, *in.TableName)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if err := s.usable(t); err != nil {
		return nil, err
	}
	if err := t.schema.checkKey(key); err != nil {
		return nil, err
	}
	rowKey := t.schema.rowKey(key)
	if err := t.admitRead(rowKey, s.clock.Now(), false); err != nil {
		return nil, err
	}
	r, _ := t.rows.Get(rowKey)
	used := usage{table: t.id.name, units: readUnits(r.sizeOrZero(), in.ConsistentRead)}
	t.meter.charge(rowKey, false, used.units)
	out := &getItemOutput{ConsumedCapacity: used.report(in.ReturnConsumedCapacity)}
	if r != nil {
		item := projection.Of(r.item)
		out.Item = &item
	}
	return out, nil
}

func (in *getItemInput) check() error {
	if err := checkTableName(in.TableName); err != nil {
		return err
	}
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.notNull("key", in.Key != nil)
	if err := c.err(); err != nil {
		return err
	}
	return checkLegacyProjection(in.AttributesToGet, in.ProjectionExpression)
}

func checkLegacyProjection(attributesToGet json.RawMessage, projectionExpression *string) error {
	return checkLegacy([]legacy{{"AttributesToGet", attributesToGet != nil, "ProjectionExpression"}},
		legacy{name: "ProjectionExpression", present: projectionExpression != nil})
}

// newGet checks a read of one item as far as that goes without the table. GetItem, BatchGetItem
// and TransactGetItems share it.
func (s *Service) newGet(wires map[string]attr.Wire, text *string, names map[string]string) (attr.Map, expr.Projection, error) {
	var projection expr.Projection
	key, err := attr.ParseMap(wires)
	if err != nil {
		return nil, projection, rejected(err)
	}
	if text == nil {
		return key, projection, checkNoPlaceholders(names, nil, "")
	}
	scope, err := s.compiler.Scope(names, nil)
	if err != nil {
		return nil, projection, rejected(err)
	}
	if projection, err = scope.Projection(*text); err != nil {
		return nil, projection, rejected(err)
	}
	if err := scope.Unused(); err != nil {
		return nil, projection, rejected(err)
	}
	return key, projection, nil
}
