package dynamodb

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// The longest keys, in bytes, and the most attributes of a hash key or a sort key.
const (
	maxHashKey = 2048
	maxSortKey = 1024
	maxKeyPart = 4
)

// keyAttribute is an attribute that a table or index is keyed by. Its kind is S, N or B.
type keyAttribute struct {
	name string
	kind attr.Kind
}

// keySchema is the key of a table or index: the attributes of its hash key, and after them those of its sort key.
// A table and a local index have one, and at most one; a global index has up to maxKeyPart of each.
type keySchema struct {
	attributes []keyAttribute
	hashes     int // how many of them are the hash key
}

func (k keySchema) hash() []keyAttribute { return k.attributes[:k.hashes] }
func (k keySchema) sort() []keyAttribute { return k.attributes[k.hashes:] }

func (k keySchema) hasSort() bool { return len(k.sort()) > 0 }

// isMulti reports whether the hash key or the sort key has several attributes.
func (k keySchema) isMulti() bool { return len(k.hash()) > 1 || len(k.sort()) > 1 }

func (k keySchema) has(name string) bool {
	return slices.ContainsFunc(k.attributes, func(a keyAttribute) bool { return a.name == name })
}

// of returns the key of an item.
func (k keySchema) of(item attr.Map) attr.Map {
	key := make(attr.Map, len(k.attributes))
	for _, a := range k.attributes {
		key[a.name] = item[a.name]
	}
	return key
}

// A row's key is a string whose bytes sort in the order of scans and queries: eight bytes of hash, the hash
// key, the sort key. Each attribute is a part, which marks its own end. So no key is the prefix of another, and a
// prefix of parts selects exactly the rows that have them.

const hashLength = 8

// rowKey returns the row key of an item that has all key attributes.
func (k keySchema) rowKey(item attr.Map) string {
	key := k.appendHashKey(make([]byte, 0, 64), item)
	for _, a := range k.sort() {
		key = appendPart(key, item[a.name])
	}
	return string(key)
}

// appendHashKey appends the prefix that the row keys of one hash key share.
func (k keySchema) appendHashKey(key []byte, item attr.Map) []byte {
	key = append(key, make([]byte, hashLength)...)
	for _, a := range k.hash() {
		key = appendPart(key, item[a.name])
	}
	binary.BigEndian.PutUint64(key, xxhash.Sum64(key[hashLength:]))
	return key
}

// hashOf returns the position of a row in the hash space, which is divided among partitions and among the
// segments of a parallel scan.
func hashOf(rowKey string) uint64 { return binary.BigEndian.Uint64([]byte(rowKey[:hashLength])) }

const (
	partEnd     = "\x00\x01"
	escapedZero = "\x00\xFF"
)

// appendPart appends a key attribute. Strings and binaries sort by their bytes; a zero byte is
// escaped so that the end mark, which starts with one, sorts before anything longer.
func appendPart(key []byte, v attr.Value) []byte {
	switch v := v.(type) {
	case attr.Number:
		return v.AppendOrdered(key)
	case attr.String:
		return append(appendEscaped(key, string(v)), partEnd...)
	default:
		return append(appendEscaped(key, string(v.(attr.Binary))), partEnd...)
	}
}

func appendEscaped(key []byte, s string) []byte {
	if strings.IndexByte(s, 0) < 0 {
		return append(key, s...)
	}
	return append(key, strings.ReplaceAll(s, "\x00", escapedZero)...)
}

// after returns the first row key that sorts after every one with the prefix.
func after(prefix string) string {
	key := []byte(prefix)
	for i := len(key) - 1; i >= 0; i-- {
		if key[i]++; key[i] != 0 {
			return string(key[:i+1])
		}
	}
	return "" // past the end of the hash space; only an open range has that limit
}

// checkKey checks that the key of a request is exactly that of the schema.
func (k keySchema) checkKey(key attr.Map) error {
	if len(key) != len(k.attributes) {
		return errNoMatch()
	}
	if err := k.matches(key); err != nil {
		return err
	}
	return k.checkValues(key)
}

// matches checks that an item has attributes of the key's types.
func (k keySchema) matches(item attr.Map) error {
	for _, a := range k.attributes {
		if v, found := item[a.name]; !found || v.Kind() != a.kind {
			return errNoMatch()
		}
	}
	return nil
}

func errNoMatch() error {
	return validationError("The provided key element does not match the schema")
}

// checkItem checks that an item to be put has the key. Its errors say more than those of matches.
func (k keySchema) checkItem(item attr.Map) error {
	for _, a := range k.attributes {
		v, found := item[a.name]
		switch {
		case !found:
			return invalidParameters("Missing the key %s in the item", a.name)
		case v.Kind() != a.kind:
			return invalidParameters("Type mismatch for key %s expected: %s actual: %s", a.name, a.kind, v.Kind())
		}
	}
	return k.checkValues(item)
}

func (k keySchema) checkValues(item attr.Map) error {
	if err := k.checkNotEmpty(item); err != nil {
		return err
	}
	return k.checkLengths(item)
}

// checkNotEmpty checks the attributes of the key for empty values. It is separate because a transaction with
// an empty key is refused before it begins, while other wrong keys cancel it.
func (k keySchema) checkNotEmpty(item attr.Map) error {
	for _, a := range k.attributes {
		if v, found := item[a.name]; found && v.Kind() == a.kind && isEmptyText(v) {
			return errEmptyKey(a)
		}
	}
	return nil
}

func errEmptyKey(a keyAttribute) error {
	return validationError("One or more parameter values are not valid. The AttributeValue for a key attribute "+
		"cannot contain an empty %s value. Key: %s", textKinds[a.kind], a.name)
}

// checkLengths checks the sizes of the hash key and of the sort key, so far as the item has them.
func (k keySchema) checkLengths(item attr.Map) error {
	switch {
	case sizeOf(k.hash(), item) > maxHashKey:
		// without the space, as in AWS
		return invalidParameters("Size of hashkey has exceeded the maximum size limit of%d bytes", maxHashKey)
	case sizeOf(k.sort(), item) > maxSortKey:
		return invalidParameters("Aggregated size of all range keys has exceeded the size limit of %d bytes", maxSortKey)
	}
	return nil
}

// sizeOf is the size of the values that an item has for attributes of a key, in bytes.
func sizeOf(attributes []keyAttribute, item attr.Map) (size int) {
	for _, a := range attributes {
		if v, found := item[a.name]; found {
			size += attr.Size(v)
		}
	}
	return size
}

// textKinds are the kinds that can be empty, by their name in messages.
var textKinds = map[attr.Kind]string{attr.S: "string", attr.B: "binary"}

func isEmptyText(v attr.Value) bool {
	_, text := textKinds[v.Kind()]
	return text && attr.Size(v) == 0
}
