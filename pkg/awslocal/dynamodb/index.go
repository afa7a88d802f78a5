package dynamodb

import (
	"slices"
	"time"

	"github.com/tidwall/btree"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// row is a stored item. Rows are immutable: a write replaces them.
type row struct {
	key  string
	item attr.Map
	size int
}

// collection is the ordered rows of a table or an index.
type collection struct {
	schema keySchema
	rows   btree.Map[string, *row]
	bytes  int
	meter  *meter // nil where nothing throttles
}

// replace removes one row and adds another; either may be nil.
func (c *collection) replace(old, next *row) {
	if old != nil {
		c.bytes -= old.size
		if next == nil || next.key != old.key {
			c.rows.Delete(old.key)
		}
	}
	if next != nil {
		c.bytes += next.size
		c.rows.Set(next.key, next)
	}
}

// index is a secondary index. It keeps the projected items, which share their attributes with
// the table's.
type index struct {
	collection
	name       string
	global     bool
	projection projection
	throughput throughput
	activeAt   time.Time
}

// projection is the set of attributes that an index has besides the keys.
type projection struct {
	ProjectionType   string   `json:",omitempty"`
	NonKeyAttributes []string `json:",omitempty"`
}

// covers reports whether the index has an attribute; key is the table's.
func (x *index) covers(name string, key keySchema) bool {
	switch x.projection.ProjectionType {
	case "ALL":
		return true
	case "INCLUDE":
		if slices.Contains(x.projection.NonKeyAttributes, name) {
			return true
		}
	}
	return x.schema.has(name) || key.has(name)
}

// rowOf returns the index's row for a table's row, or nil: an item that lacks an attribute of the index's key is not
// in the index. The table's key makes the row's key unique.
func (x *index) rowOf(r *row, key keySchema) *row {
	if r == nil {
		return nil
	}
	// What can't be a key is only in items from before the index.
	for _, a := range x.schema.attributes {
		if v, found := r.item[a.name]; !found || v.Kind() != a.kind || isEmptyText(v) {
			return nil
		}
	}
	if x.schema.checkLengths(r.item) != nil {
		return nil
	}
	indexed := &row{key: x.schema.rowKey(r.item) + r.key, item: r.item, size: r.size}
	if x.projection.ProjectionType != "ALL" {
		indexed.item = make(attr.Map, 4)
		for name, v := range r.item {
			if x.covers(name, key) {
				indexed.item[name] = v
			}
		}
		indexed.size = attr.ItemSize(indexed.item)
	}
	return indexed
}

// checkItem checks the types of an item's attributes that are the index's key.
func (x *index) checkItem(item attr.Map) error {
	for _, a := range x.schema.attributes {
		v, found := item[a.name]
		switch {
		case !found:
		case v.Kind() != a.kind:
			return invalidParameters("Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", a.name, a.kind,
				v.Kind(), x.name)
		case isEmptyText(v):
			return validationError("One or more parameter values are not valid. A value specified for a secondary index key "+
				"is not supported. "+
				"The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s",
				textKinds[a.kind], x.name, a.name)
		}
	}
	return x.schema.checkLengths(item)
}
