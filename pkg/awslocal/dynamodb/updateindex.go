package dynamodb

import (
	"fmt"
	"slices"
	"strings"
)

// indexUpdate has one of its three members.
type indexUpdate struct{ Create, Update, Delete *indexInput }

// name is the name of the index.
func (u indexUpdate) name() string {
	for _, in := range []*indexInput{u.Create, u.Update, u.Delete} {
		if in != nil {
			return in.IndexName
		}
	}
	return ""
}

func (u indexUpdate) actions() (n int) {
	for _, in := range []*indexInput{u.Create, u.Update, u.Delete} {
		if in != nil {
			n++
		}
	}
	return n
}

// prepareIndexes makes the new list of indexes, and the attributes that are left with a key.
func (u *tableUpdate) prepareIndexes() error {
	changes := 0
	for _, update := range u.in.GlobalSecondaryIndexUpdates {
		if update.Update == nil {
			changes++
		}
	}
	if changes > 1 {
		return serviceError("LimitExceededException",
			"Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
	}
	u.indexes = slices.Clone(u.table.indexes)
	u.provisioned = map[*index]throughput{}
	defined := u.table.attributes
	for _, update := range u.in.GlobalSecondaryIndexUpdates {
		if update.Create != nil {
			var err error
			if defined, err = u.define(update.Create); err != nil {
				return err
			}
		}
		if err := u.prepareIndex(update, defined); err != nil {
			return err
		}
	}
	u.attributes = slices.DeleteFunc(slices.Clone(defined), func(a attributeDefinition) bool {
		return !u.table.schema.has(a.AttributeName) &&
			!slices.ContainsFunc(u.indexes, func(x *index) bool { return x.schema.has(a.AttributeName) })
	})
	return nil
}

// define returns the table's attributes and those of a new index. Other definitions in the request count for nothing.
func (u *tableUpdate) define(in *indexInput) ([]attributeDefinition, error) {
	if len(u.in.AttributeDefinitions) == 0 {
		return nil, invalidParameters("AttributeDefinitions is not specified for index: %s", in.IndexName)
	}
	defined := slices.Clone(u.table.attributes)
	for _, a := range u.in.AttributeDefinitions {
		if !slices.Contains(keyNames(in.KeySchema), a.AttributeName) {
			continue
		}
		i := slices.IndexFunc(defined, func(b attributeDefinition) bool { return a.AttributeName == b.AttributeName })
		switch {
		case i < 0:
			defined = append(defined, a)
		case defined[i] != a:
			return nil, invalidParameters("Attributes cannot be redefined. Please check that your attribute has the same type "+
				"as previously defined. Existing schema: %s New schema: %s",
				schemaText(u.table.keyWith(a.AttributeName).elements(), u.table.attributes),
				schemaText(in.KeySchema, append(u.in.AttributeDefinitions, u.table.attributes...)))
		}
	}
	return defined, nil
}

// keyWith returns the key of the table or of the first index that has an attribute.
func (t *table) keyWith(name string) keySchema {
	for _, x := range t.indexes {
		if !t.schema.has(name) && x.schema.has(name) {
			return x.schema
		}
	}
	return t.schema
}

// schemaText writes a key as AWS's message does.
func schemaText(key []keySchemaElement, attributes []attributeDefinition) string {
	texts := make([]string, len(key))
	for i, e := range key {
		kind := definition{attributes: attributes}.attribute(e.AttributeName).kind
		texts[i] = fmt.Sprintf("SchemaElement: key{%s:%s:%s}", e.AttributeName, kind, e.KeyType)
	}
	return "Schema:[" + strings.Join(texts, ", ") + "]"
}

func (u *tableUpdate) prepareIndex(update indexUpdate, defined []attributeDefinition) error {
	find := func(name string) int {
		return slices.IndexFunc(u.indexes, func(x *index) bool { return x.global && x.name == name })
	}
	switch {
	case update.Create != nil:
		if slices.ContainsFunc(u.indexes, func(x *index) bool { return x.name == update.Create.IndexName }) {
			return validationError("Attempting to create an index which already exists")
		}
		x, err := definition{defined, u.onDemand}.index(*update.Create, true)
		if err != nil {
			return err
		}
		x.activeAt = u.activeAt
		u.indexes = append(u.indexes, x)
		u.created = append(u.created, x)
	case update.Delete != nil:
		i := find(update.Delete.IndexName)
		if i < 0 {
			return errNoIndex()
		}
		u.indexes = slices.Delete(u.indexes, i, i+1)
	default:
		i := find(update.Update.IndexName)
		if i < 0 {
			return errNoIndex()
		}
		u.provisioned[u.indexes[i]] = update.Update.ProvisionedThroughput.value()
	}
	return nil
}

func errNoIndex() error {
	return serviceError("ResourceNotFoundException", "Requested resource not found")
}

// fill builds a new index from the table. It leaves out items whose attribute has another type than the
// index's key, as AWS's backfill does.
func (x *index) fill(t *table) {
	t.rows.Scan(func(_ string, r *row) bool {
		x.replace(nil, x.rowOf(r, t.schema))
		return true
	})
}

func (c *constraints) indexUpdates(path string, updates []indexUpdate) {
	for i, update := range updates {
		path := fmt.Sprintf("%s.%d.member.", path, i+1)
		if update.Create != nil {
			c.index(path+"create", *update.Create, maxGlobalKeys)
		}
		if update.Update != nil {
			c.name(path+"update.indexName", update.Update.IndexName, 3)
			c.notNull(path+"update.provisionedThroughput", update.Update.ProvisionedThroughput != nil)
			c.throughput(path+"update.provisionedThroughput", update.Update.ProvisionedThroughput)
		}
		if update.Delete != nil {
			c.name(path+"delete.indexName", update.Delete.IndexName, 3)
		}
	}
}

// checkIndexUpdates checks that each has one action, and each index one update.
func checkIndexUpdates(updates []indexUpdate) error {
	names := map[string]bool{}
	for _, update := range updates {
		switch n := update.actions(); {
		case n == 0:
			return invalidParameters("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, " +
				"GlobalSecondaryIndexUpdate.Delete must not be null")
		case n > 1:
			return invalidParameters("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")
		case names[update.name()]:
			return invalidParameters("Only one global secondary index update per index is allowed simultaneously. Index: %s",
				update.name())
		}
		names[update.name()] = true
	}
	return nil
}
