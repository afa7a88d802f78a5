package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"maps"
	"slices"
)

// attributeValue is a message attribute: a string or a binary value with a type.
type attributeValue struct {
	DataType    string  `json:"DataType"`
	StringValue *string `json:"StringValue,omitempty"`
	BinaryValue []byte  `json:"BinaryValue,omitempty"`
}

// The byte in the digest that gives the type of an attribute's value.
const (
	stringTransport = 1
	binaryTransport = 2
)

func bodyMD5(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// attributesMD5 is the digest that SDKs verify: over the attributes in the order of their names, each as
// name, type, transport type and value, with their lengths. It is empty without attributes.
func attributesMD5(attributes map[string]attributeValue) string {
	if len(attributes) == 0 {
		return ""
	}
	h := md5.New()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		writeSized(h, name)
		writeSized(h, a.DataType)
		if a.StringValue != nil {
			h.Write([]byte{stringTransport})
			writeSized(h, *a.StringValue)
		} else {
			h.Write([]byte{binaryTransport})
			writeSized(h, string(a.BinaryValue))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func writeSized(h hash.Hash, s string) {
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(s)))
	h.Write(size[:])
	_, _ = io.WriteString(h, s) // a hash does not fail
}
