package dynamodb

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// The most elements of a KeySchema in the API's model: of a table or a local index, and of a global index, whose
// excess is reported by the kind of key.
const (
	maxKeys       = 2
	maxGlobalKeys = math.MaxInt
)

type keySchemaElement struct {
	AttributeName string
	KeyType       string
}

func keyNames(elements []keySchemaElement) []string {
	names := make([]string, len(elements))
	for i, e := range elements {
		names[i] = e.AttributeName
	}
	return names
}

// key checks the KeySchema of a table or a local index, and gives its attributes their types.
func (d definition) key(elements []keySchemaElement) (keySchema, error) {
	if err := d.defines(elements); err != nil {
		return keySchema{}, err
	}
	switch {
	case len(elements) == 2 && elements[0].AttributeName == elements[1].AttributeName:
		return keySchema{}, errSameKey()
	case elements[0].KeyType != "HASH":
		return keySchema{}, errFirstKey()
	case len(elements) == 2 && elements[1].KeyType != "RANGE":
		return keySchema{}, validationError("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
	}
	return d.keyOf(elements), nil
}

// globalKey does that for a global index, whose hash key and sort key can have several attributes each.
func (d definition) globalKey(elements []keySchemaElement) (keySchema, error) {
	if err := d.defines(elements); err != nil {
		return keySchema{}, err
	}
	names := keyNames(elements)
	slices.Sort(names)
	twice := len(slices.Compact(names)) < len(elements)
	if elements[0].KeyType != "HASH" {
		return keySchema{}, errFirstKey()
	}
	k := d.keyOf(elements)
	switch {
	case twice && len(elements) == 2 && k.hashes == 1:
		return keySchema{}, errSameKey()
	case twice:
		return keySchema{}, validationError("The KeySchema contains multiple key attributes with the same name")
	case slices.ContainsFunc(elements[k.hashes:], func(e keySchemaElement) bool { return e.KeyType == "HASH" }):
		return keySchema{}, invalidParameters("All HASH key attributes must precede RANGE key attributes in the KeySchema")
	case len(k.hash()) > maxKeyPart:
		return keySchema{}, errManyKeys("HASH")
	case len(k.sort()) > maxKeyPart:
		return keySchema{}, errManyKeys("RANGE")
	}
	return k, nil
}

// defines checks that the attributes of a key are defined.
func (d definition) defines(elements []keySchemaElement) error {
	keys, defined := keyNames(elements), d.names()
	for _, name := range keys {
		if !slices.Contains(defined, name) {
			return invalidParameters("Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], "+
				"AttributeDefinitions: [%s]", strings.Join(keys, ", "), strings.Join(defined, ", "))
		}
	}
	return nil
}

// keyOf gives attributes their types. The hash key ends before the first that is not of it.
func (d definition) keyOf(elements []keySchemaElement) keySchema {
	k := keySchema{hashes: slices.IndexFunc(elements, func(e keySchemaElement) bool { return e.KeyType != "HASH" })}
	if k.hashes < 0 {
		k.hashes = len(elements)
	}
	for _, e := range elements {
		k.attributes = append(k.attributes, d.attribute(e.AttributeName))
	}
	return k
}

func errSameKey() error {
	return validationError("Both the Hash Key and the Range Key element in the KeySchema have the same name")
}

func errFirstKey() error {
	return validationError("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
}

func errManyKeys(kind string) error {
	return invalidParameters("The KeySchema exceeds the maximum allowed number of %s key attributes", kind)
}

func (c *constraints) keySchema(path string, elements []keySchemaElement, most int) {
	switch {
	case elements == nil:
		c.notNull(path, false)
	case len(elements) == 0:
		c.violate(path, "'[]'", "Member must have length greater than or equal to 1")
	case len(elements) > most:
		texts := make([]string, len(elements))
		for i, e := range elements {
			texts[i] = fmt.Sprintf("KeySchemaElement(attributeName=%s, keyType=%s)", e.AttributeName, e.KeyType)
		}
		c.violate(path, "'["+strings.Join(texts, ", ")+"]'",
			fmt.Sprintf("Member must have length less than or equal to %d", most))
	}
	for i, e := range elements {
		member := fmt.Sprintf("%s.%d.member.", path, i+1)
		c.attributeName(member+"attributeName", e.AttributeName)
		c.notNull(member+"keyType", e.KeyType != "")
		c.enum(member+"keyType", e.KeyType, "HASH", "RANGE")
	}
}
