package dynamodb

import (
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/expr"
)

// writeInput is the common input of PutItem, UpdateItem and DeleteItem, and of the four actions of
// TransactWriteItems.
type writeInput struct {
	TableName *string
	Item      map[string]attr.Wire
	Key       map[string]attr.Wire

	UpdateExpression          *string
	ConditionExpression       *string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]attr.Wire

	ReturnValues                        string
	ReturnValuesOnConditionCheckFailure string
	ReturnConsumedCapacity              string
	ReturnItemCollectionMetrics         string

	Expected            map[string]legacyCondition `json:",omitempty"`
	AttributeUpdates    map[string]legacyUpdate    `json:",omitempty"`
	ConditionalOperator *string                    `json:",omitempty"`
}

// writeKind is what a write does.
type writeKind int

const (
	writePut writeKind = iota
	writeUpdate
	writeDelete
	writeCheck // the condition of a transaction
)

// write is one checked change to one item. The stages are the same for every operation that writes: newWrite
// checks the request alone, target the keys against the table. Under the table's lock plan evaluates the
// write and commit applies it.
type write struct {
	kind        writeKind
	table       string
	item        attr.Map // to put, or the key
	condition   expr.Condition
	update      expr.Update
	returnOnErr bool // the current item goes into the error

	key string // of the row; set by target
}

// newWrite checks everything that does not need the table.
func (s *Service) newWrite(kind writeKind, in *writeInput) (*write, error) {
	w := &write{kind: kind, table: *in.TableName, returnOnErr: in.ReturnValuesOnConditionCheckFailure == "ALL_OLD"}
	wires := in.Key
	if kind == writePut {
		wires = in.Item
	}
	var err error
	if w.item, err = attr.ParseMap(wires); err != nil {
		return nil, rejected(err)
	}
	if kind == writePut && attr.ItemSize(w.item) > maxItem {
		return nil, validationError("Item size has exceeded the maximum allowed size")
	}
	if err := w.bind(s, in); err != nil {
		return nil, rejected(err)
	}
	return w, nil
}

// bind binds the expressions.
func (w *write) bind(s *Service, in *writeInput) error {
	if in.UpdateExpression == nil && in.ConditionExpression == nil {
		if err := w.bindLegacy(in); err != nil {
			return err
		}
		absent := "ConditionExpression is null"
		if w.kind == writeUpdate {
			absent = "UpdateExpression and ConditionExpression are null"
		}
		return checkNoPlaceholders(in.ExpressionAttributeNames, in.ExpressionAttributeValues, absent)
	}
	scope, err := s.compiler.Scope(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return err
	}
	if in.UpdateExpression != nil {
		if w.update, err = scope.Update(*in.UpdateExpression); err != nil {
			return err
		}
	}
	if in.ConditionExpression != nil {
		if w.condition, err = scope.Condition("ConditionExpression", *in.ConditionExpression); err != nil {
			return err
		}
	}
	return scope.Unused()
}

func (w *write) bindLegacy(in *writeInput) (err error) {
	if w.condition, err = legacyFilter(in.Expected, in.ConditionalOperator); err != nil {
		return err
	}
	w.update, err = legacyChanges(in.AttributeUpdates)
	return err
}

// checkNoPlaceholders refuses placeholders in a request that has no expression for them.
func checkNoPlaceholders(names map[string]string, values map[string]attr.Wire, absent string) error {
	switch {
	case names != nil:
		return validationError("ExpressionAttributeNames can only be specified when using expressions")
	case values != nil:
		return validationError("ExpressionAttributeValues can only be specified when using expressions: %s", absent)
	}
	return nil
}

// target checks the write's key against the table's and finds its row.
func (w *write) target(t *table) error {
	if w.kind == writePut {
		if err := t.checkItem(w.item); err != nil {
			return err
		}
	} else if err := t.schema.checkKey(w.item); err != nil {
		return err
	}
	for _, path := range w.update.Paths() {
		if t.schema.has(path.Top()) {
			return invalidParameters("Cannot update attribute %s. This attribute is part of the key", path.Top())
		}
	}
	w.key = t.schema.rowKey(w.item)
	return nil
}

// plan evaluates the write against the current row; it changes nothing. If the condition does not hold, the
// effect that comes with the error is none.
func (w *write) plan(t *table) (effect, error) {
	old, _ := t.rows.Get(w.key)
	stands := old.itemOrNil()
	if !w.condition.Holds(stands) {
		if !w.returnOnErr {
			stands = nil
		}
		return effect{key: w.key, old: old, new: old}, errCondition(stands)
	}
	next := old // a condition check changes nothing
	switch w.kind {
	case writePut:
		next = newRow(w.key, w.item)
	case writeDelete:
		next = nil
	case writeUpdate:
		var err error
		if next, err = w.updated(t, old); err != nil {
			return effect{}, err
		}
	}
	return t.effect(w.key, old, next), nil
}

// updated returns the row after the update.
func (w *write) updated(t *table, old *row) (*row, error) {
	item := w.item // the key, if there is no item yet
	switch {
	case old != nil:
		item = old.item
	case w.update.OnlyRemoves(): // even from a document that is not there, which is an error in an item that is
		return nil, nil
	}
	item, err := w.update.Apply(item)
	if err != nil {
		return nil, rejected(err)
	}
	next := newRow(w.key, item)
	if next.size > maxItem {
		return nil, validationError("Item size to update has exceeded the maximum allowed size")
	}
	return next, t.checkItem(item)
}

// perform plans and commits, if capacity allows.
func (w *write) perform(s *Service, t *table) (effect, usage, error) {
	now := s.clock.Now()
	e, failed := w.plan(t)
	if failed != nil && !isCondition(failed) {
		return e, usage{}, failed
	}
	used := e.usage(t) // also for a condition that does not hold
	if err := t.admitWrite(e, used, now); err != nil {
		return e, used, err
	}
	if failed != nil {
		return e, used, failed
	}
	t.commit(e, now, nil)
	return e, used, nil
}

func newRow(key string, item attr.Map) *row {
	return &row{key: key, item: item, size: attr.ItemSize(item)}
}

// itemOrNil returns the row's item, or nil for no row.
func (r *row) itemOrNil() attr.Map {
	if r == nil {
		return nil
	}
	return r.item
}

// writeOutput is the answer to PutItem, UpdateItem and DeleteItem.
type writeOutput struct {
	Attributes            attr.Map               `json:",omitempty"`
	ConsumedCapacity      *capacityReport        `json:",omitempty"`
	ItemCollectionMetrics *itemCollectionMetrics `json:",omitempty"`
}

func (s *Service) putItem(at home, in *writeInput) (any, error) {
	return s.writeItem(at, writePut, in)
}

func (s *Service) updateItem(at home, in *writeInput) (any, error) {
	return s.writeItem(at, writeUpdate, in)
}

func (s *Service) deleteItem(at home, in *writeInput) (any, error) {
	return s.writeItem(at, writeDelete, in)
}

func (s *Service) writeItem(at home, kind writeKind, in *writeInput) (any, error) {
	if err := in.check(kind); err != nil {
		return nil, err
	}
	w, err := s.newWrite(kind, in)
	if err != nil {
		return nil, err
	}
	t, unlock, err := s.open(at, w.table, forWrite)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := w.target(t); err != nil {
		return nil, err
	}
	e, used, err := w.perform(s, t)
	if err != nil {
		return nil, err
	}
	return &writeOutput{
		Attributes:            w.returned(in.ReturnValues, e),
		ConsumedCapacity:      used.report(in.ReturnConsumedCapacity),
		ItemCollectionMetrics: t.collectionMetrics(in.ReturnItemCollectionMetrics, w.item),
	}, nil
}

// returned picks what ReturnValues asks for.
func (w *write) returned(values string, e effect) attr.Map {
	updated := expr.Projection{Paths: w.update.Paths()}
	switch values {
	case "ALL_OLD":
		return e.old.itemOrNil()
	case "ALL_NEW":
		return e.new.itemOrNil()
	case "UPDATED_OLD":
		return updated.Of(e.old.itemOrNil())
	case "UPDATED_NEW":
		return updated.Of(e.new.itemOrNil())
	}
	return nil
}

// check checks the members against the API's model.
func (in *writeInput) check(kind writeKind) error {
	if err := checkTableName(in.TableName); err != nil {
		return err
	}
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.enum("returnItemCollectionMetrics", in.ReturnItemCollectionMetrics, "SIZE", "NONE")
	c.enum("returnValues", in.ReturnValues, "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")
	c.enum("returnValuesOnConditionCheckFailure", in.ReturnValuesOnConditionCheckFailure, "ALL_OLD", "NONE")
	if kind == writePut {
		c.notNull("item", in.Item != nil)
	} else {
		c.notNull("key", in.Key != nil)
	}
	c.legacyConditions("expected", in.Expected)
	c.legacyUpdates(in.AttributeUpdates)
	c.conditionalOperator(in.ConditionalOperator)
	if err := c.err(); err != nil {
		return err
	}
	if err := checkNotMixed([]parameter{
		{"AttributeUpdates", in.AttributeUpdates != nil},
		{"Expected", in.Expected != nil},
		{"ConditionalOperator", in.ConditionalOperator != nil},
	}, []parameter{
		{"UpdateExpression", in.UpdateExpression != nil},
		{"ConditionExpression", in.ConditionExpression != nil},
	}); err != nil {
		return err
	}
	if kind != writeUpdate && in.ReturnValues != "" && in.ReturnValues != "ALL_OLD" && in.ReturnValues != "NONE" {
		return validationError("ReturnValues can only be ALL_OLD or NONE")
	}
	return nil
}
