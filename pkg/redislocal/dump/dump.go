package dump

import (
	"encoding/binary"
	"hash/crc64"
	"math"
	"math/rand/v2"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Value is a value that can be dumped.
type Value interface {
	engine.Value
	// Dump writes what the type's Loader reads.
	Dump(w *Writer)
}

// Loader reads a value of a type. What it returns after a reader has failed is not used.
type Loader func(r *Reader) engine.Value

// The errors of RESTORE for a payload.
const (
	errFooter engine.Error = "ERR DUMP payload version or checksum are wrong"
	errFormat engine.Error = "ERR Bad data format"
)

const (
	version    = 1
	footerSize = 2 + 8 // version and checksum
)

var table = crc64.MakeTable(crc64.ECMA)

// Encode returns the payload of a value.
func Encode(v Value) []byte {
	w := &Writer{}
	w.String(v.Type())
	v.Dump(w)
	w.buf = binary.LittleEndian.AppendUint16(w.buf, version)
	return binary.LittleEndian.AppendUint64(w.buf, crc64.Checksum(w.buf, table))
}

// Decode returns the value of a payload, or the error of RESTORE. A value that needs random choices gets them
// from random.
func Decode(payload string, loaders map[string]Loader, random *rand.Rand) (engine.Value, error) {
	b := []byte(payload)
	n := len(b) - footerSize
	if n < 0 || binary.LittleEndian.Uint16(b[n:]) != version ||
		binary.LittleEndian.Uint64(b[n+2:]) != crc64.Checksum(b[:n+2], table) {
		return nil, errFooter
	}
	r := &Reader{Rand: random, left: b[:n]}
	load := loaders[r.String()]
	if load == nil {
		return nil, errFormat
	}
	v := load(r)
	if r.failed || len(r.left) > 0 || v.Len() == 0 {
		return nil, errFormat
	}
	return v, nil
}

// Writer appends the parts of a value.
type Writer struct{ buf []byte }

// Uint appends a number that is not negative: a length, a time.
func (w *Writer) Uint(n uint64) { w.buf = binary.AppendUvarint(w.buf, n) }

// Int appends a number.
func (w *Writer) Int(n int64) { w.buf = binary.AppendVarint(w.buf, n) }

// Len appends a number of elements, which follow.
func (w *Writer) Len(n int) { w.Uint(uint64(n)) }

// Float appends a number.
func (w *Writer) Float(f float64) {
	w.buf = binary.LittleEndian.AppendUint64(w.buf, math.Float64bits(f))
}

// String appends a string.
func (w *Writer) String(s string) {
	w.Len(len(s))
	w.buf = append(w.buf, s...)
}

// Bytes appends a string.
func (w *Writer) Bytes(b []byte) {
	w.Len(len(b))
	w.buf = append(w.buf, b...)
}

// Reader reads the parts in their order. After a part that is not there it has failed, and returns zero values.
type Reader struct {
	Rand *rand.Rand

	left   []byte
	failed bool
}

// Fail says that what was read can't be a value: an element twice, for example.
func (r *Reader) Fail() { r.failed, r.left = true, nil }

// Failed reports whether a part was missing or wrong.
func (r *Reader) Failed() bool { return r.failed }

func (r *Reader) took(n int) bool {
	if n <= 0 {
		r.Fail()
		return false
	}
	r.left = r.left[n:]
	return true
}

// Uint reads a number.
func (r *Reader) Uint() uint64 {
	n, size := binary.Uvarint(r.left)
	if !r.took(size) {
		return 0
	}
	return n
}

// Int reads a number.
func (r *Reader) Int() int64 {
	n, size := binary.Varint(r.left)
	if !r.took(size) {
		return 0
	}
	return n
}

// Len reads a number of elements, each of which takes a byte at least.
func (r *Reader) Len() int {
	n := r.Uint()
	if n > uint64(len(r.left)) {
		r.Fail()
		return 0
	}
	return int(n)
}

// Float reads a number, which is not NaN.
func (r *Reader) Float() float64 {
	if len(r.left) < 8 {
		r.Fail()
		return 0
	}
	f := math.Float64frombits(binary.LittleEndian.Uint64(r.left))
	r.left = r.left[8:]
	if math.IsNaN(f) {
		r.Fail()
		return 0
	}
	return f
}

// String reads a string.
func (r *Reader) String() string {
	n := r.Len()
	s := string(r.left[:n])
	r.left = r.left[n:]
	return s
}
