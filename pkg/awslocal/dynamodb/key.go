package dynamodb

import (
	"encoding/binary"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// The longest keys, in bytes.
const (
	maxHashKey = 2048
	maxSortKey = 1024
)

// keyAttribute is an attribute that a table or index is keyed by. Its kind is S, N or B.
type keyAttribute struct {
	name string
	kind attr.Kind
}

// keySchema is the key of a table or index; sort.name is empty without a sort key.
type keySchema struct{ hash, sort keyAttribute }

func (k keySchema) hasSort() bool { return k.sort.name != "" }

// attributes returns the hash key and, if there is one, the sort key.
func (k keySchema) attributes() []keyAttribute {
	if k.hasSort() {
		return []keyAttribute{k.hash, k.sort}
	}
	return []keyAttribute{k.hash}
}

func (k keySchema) has(name string) bool {
	return name == k.hash.name || k.hasSort() && name == k.sort.name
}

// of returns the key of an item.
func (k keySchema) of(item attr.Map) attr.Map {
	key := make(attr.Map, 2)
	for _, a := range k.attributes() {
		key[a.name] = item[a.name]
	}
	return key
}

// A row's key is a string whose bytes sort in the order of scans and queries: eight bytes of hash, the hash
// key, the sort key. Each part marks its own end. So no key is the prefix of another, and a prefix of parts
// selects exactly the rows that have them.

const hashLength = 8

// rowKey returns the row key of an item that has both key attributes.
func (k keySchema) rowKey(item attr.Map) string {
	key := appendHashKey(make([]byte, 0, 64), item[k.hash.name])
	if k.hasSort() {
		key = appendPart(key, item[k.sort.name])
	}
	return string(key)
}

// hashPrefix is the prefix of the row keys of one hash key.
func hashPrefix(hash attr.Value) string { return string(appendHashKey(nil, hash)) }

func appendHashKey(key []byte, hash attr.Value) []byte {
	key = append(key, make([]byte, hashLength)...)
	key = appendPart(key, hash)
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
	if len(key) != len(k.attributes()) {
		return errNoMatch()
	}
	if err := k.matches(key); err != nil {
		return err
	}
	return k.checkValues(key)
}

// matches checks that an item has attributes of the key's types.
func (k keySchema) matches(item attr.Map) error {
	for _, a := range k.attributes() {
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
	for _, a := range k.attributes() {
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
	for _, a := range k.attributes() {
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

func (k keySchema) checkLengths(item attr.Map) error {
	for _, a := range k.attributes() {
		if err := k.checkLength(a, item[a.name]); err != nil {
			return err
		}
	}
	return nil
}

// checkLength checks the value of one attribute of the key.
func (k keySchema) checkLength(a keyAttribute, v attr.Value) error {
	switch {
	case v.Kind() == attr.N:
	case a.name == k.hash.name && attr.Size(v) > maxHashKey:
		// without the space, as in AWS
		return invalidParameters("Size of hashkey has exceeded the maximum size limit of%d bytes", maxHashKey)
	case a.name != k.hash.name && attr.Size(v) > maxSortKey:
		return invalidParameters("Aggregated size of all range keys has exceeded the size limit of %d bytes", maxSortKey)
	}
	return nil
}

// textKinds are the kinds that can be empty, by their name in messages.
var textKinds = map[attr.Kind]string{attr.S: "string", attr.B: "binary"}

func isEmptyText(v attr.Value) bool {
	_, text := textKinds[v.Kind()]
	return text && attr.Size(v) == 0
}
