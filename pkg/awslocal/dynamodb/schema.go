package dynamodb

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// The maximum numbers of indexes of a table and of the attributes that one includes, and the length of the longest
// name of an attribute of a key, or included by name, in bytes.
const (
	maxGlobalIndexes    = 20
	maxLocalIndexes     = 5
	maxNonKeyAttributes = 20
	maxKeyName          = 255
)

type attributeDefinition struct {
	AttributeName string
	AttributeType attr.Kind
}

type throughputInput struct {
	ReadCapacityUnits  *int64
	WriteCapacityUnits *int64
}

func (in *throughputInput) value() throughput {
	if in == nil || in.ReadCapacityUnits == nil || in.WriteCapacityUnits == nil {
		return throughput{}
	}
	return throughput{*in.ReadCapacityUnits, *in.WriteCapacityUnits}
}

type indexInput struct {
	IndexName             string
	KeySchema             []keySchemaElement
	Projection            *projection
	ProvisionedThroughput *throughputInput // global indexes only
}

// definition is the part of a table that CreateTable and UpdateTable check in the same way.
type definition struct {
	attributes []attributeDefinition
	onDemand   bool
}

// names returns the defined attributes as AWS's messages list them.
func (d definition) names() []string {
	names := make([]string, len(d.attributes))
	for i, a := range d.attributes {
		names[i] = a.AttributeName
	}
	return names
}

func (d definition) attribute(name string) keyAttribute {
	for _, a := range d.attributes {
		if a.AttributeName == name {
			return keyAttribute{name, a.AttributeType}
		}
	}
	return keyAttribute{}
}

// unique refuses two definitions of an attribute.
func (d definition) unique() error {
	names := d.names()
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return validationError("Attribute Name is duplicated: %s", name)
		}
	}
	return nil
}

// index checks the definition of an index.
func (d definition) index(in indexInput, global bool) (*index, error) {
	check := d.key
	if global {
		check = d.globalKey
	}
	key, err := check(in.KeySchema)
	if err != nil {
		return nil, err
	}
	kind := in.Projection.ProjectionType
	switch {
	case kind == "":
		return nil, invalidParameters("Unknown ProjectionType: null")
	case kind != "INCLUDE" && in.Projection.NonKeyAttributes != nil:
		return nil, invalidParameters("ProjectionType is %s, but NonKeyAttributes is specified", kind)
	case kind == "INCLUDE" && in.Projection.NonKeyAttributes == nil:
		return nil, invalidParameters("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
	}
	for i, name := range in.Projection.NonKeyAttributes {
		if slices.Contains(in.Projection.NonKeyAttributes[:i], name) {
			return nil, invalidParameters("Duplicate element in NonKeyAttributes: %s", name)
		}
	}
	x := &index{name: in.IndexName, global: global, projection: *in.Projection}
	x.schema = key
	if !global {
		return x, nil
	}
	x.throughput = in.ProvisionedThroughput.value()
	switch {
	case d.onDemand && in.ProvisionedThroughput != nil:
		return nil, invalidParameters("ProvisionedThroughput should not be specified for index: %s when BillingMode is "+
			"PAY_PER_REQUEST", in.IndexName)
	case !d.onDemand && x.throughput == throughput{}:
		return nil, invalidParameters("ProvisionedThroughput must be specified for index: %s", in.IndexName)
	}
	return x, nil
}

// indexes checks the indexes of a new table, whose key is given.
func (d definition) indexes(table keySchema, local, global []indexInput) ([]*index, error) {
	switch {
	case local != nil && len(local) == 0:
		return nil, invalidParameters("List of LocalSecondaryIndexes is empty")
	case global != nil && len(global) == 0:
		return nil, invalidParameters("List of GlobalSecondaryIndexes is empty")
	case len(local) > 0 && !table.hasSort():
		return nil, invalidParameters("Table KeySchema does not have a range key, which is required when specifying a " +
			"LocalSecondaryIndex")
	case len(local) > maxLocalIndexes:
		return nil, invalidParameters("Number of LocalSecondaryIndexes exceeds per-table limit of %d", maxLocalIndexes)
	case len(global) > maxGlobalIndexes:
		return nil, invalidParameters("GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobalIndexes)
	}
	var indexes []*index
	for i, in := range slices.Concat(local, global) {
		x, err := d.index(in, i >= len(local))
		if err != nil {
			return nil, err
		}
		if !x.global {
			if !x.schema.hasSort() {
				return nil, invalidParameters("Index KeySchema does not have a range key for index: %s", x.name)
			}
			if hash := x.schema.hash()[0]; hash != table.hash()[0] {
				return nil, invalidParameters("Index KeySchema does not have the same leading hash key as table KeySchema for "+
					"index: %s. "+
					"index hash key: %s, table hash key: %s", x.name, hash.name, table.hash()[0].name)
			}
		}
		if slices.ContainsFunc(indexes, func(other *index) bool { return other.name == x.name }) {
			return nil, invalidParameters("Duplicate index name: %s", x.name)
		}
		indexes = append(indexes, x)
	}
	return indexes, nil
}

// unused refuses a definition of an attribute that no key has.
func (d definition) unused(table keySchema, indexes []*index) error {
	keys := map[string]bool{}
	for _, a := range table.attributes {
		keys[a.name] = true
	}
	for _, x := range indexes {
		for _, a := range x.schema.attributes {
			keys[a.name] = true
		}
	}
	switch {
	case len(keys) == len(d.attributes):
		return nil
	case len(indexes) == 0:
		return invalidParameters("Number of attributes in KeySchema does not exactly match number of attributes defined in " +
			"AttributeDefinitions")
	}
	unused := slices.DeleteFunc(d.names(), func(name string) bool { return keys[name] })
	return invalidParameters("Some AttributeDefinitions are not used. AttributeDefinitions: [%s], keys used: [%s]",
		strings.Join(d.names(), ", "),
		strings.Join(slices.DeleteFunc(d.names(), func(name string) bool { return slices.Contains(unused, name) }), ", "))
}

func (c *constraints) attributeDefinitions(definitions []attributeDefinition) {
	for i, d := range definitions {
		path := fmt.Sprintf("attributeDefinitions.%d.member.", i+1)
		c.attributeName(path+"attributeName", d.AttributeName)
		c.notNull(path+"attributeType", d.AttributeType != "")
		c.enum(path+"attributeType", string(d.AttributeType), "B", "N", "S")
	}
}

// attributeName checks the name of an attribute of a key, which is shorter than other attributes' names may be.
func (c *constraints) attributeName(path, name string) {
	if c.notNull(path, name != ""); len(name) > maxKeyName {
		c.violate(path, quoted(name), fmt.Sprintf("Member must have length less than or equal to %d", maxKeyName))
	}
}

func (c *constraints) index(path string, in indexInput, mostKeys int) {
	c.name(path+".indexName", in.IndexName, 3)
	c.keySchema(path+".keySchema", in.KeySchema, mostKeys)
	if c.notNull(path+".projection", in.Projection != nil); in.Projection != nil {
		c.enum(path+".projection.projectionType", in.Projection.ProjectionType, "ALL", "INCLUDE", "KEYS_ONLY")
		if names := in.Projection.NonKeyAttributes; names != nil {
			c.nonKeyAttributes(path+".projection.nonKeyAttributes", names)
		}
	}
	c.throughput(path+".provisionedThroughput", in.ProvisionedThroughput)
}

func (c *constraints) nonKeyAttributes(path string, names []string) {
	switch n := len(names); {
	case n == 0:
		c.violate(path, "'[]'", "Member must have length greater than or equal to 1")
	case n > maxNonKeyAttributes:
		c.violate(path, "'["+strings.Join(names, ", ")+"]'",
			fmt.Sprintf("Member must have length less than or equal to %d", maxNonKeyAttributes))
	}
	for _, name := range names {
		if name == "" || len(name) > maxKeyName {
			c.violate(path, "'["+strings.Join(names, ", ")+"]'", fmt.Sprintf("Member must satisfy constraint: "+
				"[Member must have length less than or equal to %d, Member must have length greater than or equal to 1]",
				maxKeyName))
			return
		}
	}
}

func (c *constraints) indexes(path string, inputs []indexInput, mostKeys int) {
	for i, in := range inputs {
		c.index(fmt.Sprintf("%s.%d.member", path, i+1), in, mostKeys)
	}
}

func (c *constraints) throughput(path string, in *throughputInput) {
	if in == nil {
		return
	}
	c.notNull(path+".writeCapacityUnits", in.WriteCapacityUnits != nil)
	c.atLeast(path+".writeCapacityUnits", in.WriteCapacityUnits, 1)
	c.notNull(path+".readCapacityUnits", in.ReadCapacityUnits != nil)
	c.atLeast(path+".readCapacityUnits", in.ReadCapacityUnits, 1)
}
