package dump_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc64"
	"math/rand/v2"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/hash"
	"github.com/crashlab/crashlab/pkg/redislocal/list"
	"github.com/crashlab/crashlab/pkg/redislocal/set"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/stream"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

var loaders = map[string]dump.Loader{
	"string": str.Load, "list": list.Load, "set": set.Load, "zset": zset.Load, "hash": hash.Load, "stream": stream.Load,
}

var types = []string{"string", "list", "set", "zset", "hash", "stream"}

// payload is what DUMP would return for the body of a type.
func payload(kind string, body []byte) string {
	w := binary.AppendUvarint(nil, uint64(len(kind)))
	w = binary.LittleEndian.AppendUint16(append(append(w, kind...), body...), 1)
	return string(binary.LittleEndian.AppendUint64(w, crc64.Checksum(w, crc64.MakeTable(crc64.ECMA))))
}

// Whatever a payload says, a loader ends, and makes no more of it than it can hold. What it makes, Dump writes, and
// what that writes, it reads as the same.
func FuzzRestore(f *testing.F) {
	f.Add(uint8(0), []byte("\x03abc"))
	f.Add(uint8(1), []byte("\x02\x01a\x01b"))
	f.Add(uint8(2), []byte("\x02\x011\x011"))
	f.Add(uint8(3), []byte("\x01\x01m\x00\x00\x00\x00\x00\x00\xf0\x7f"))
	f.Add(uint8(4), []byte("\x01\x01f\x01v\x80\x80\x01"))
	f.Add(uint8(5), []byte("\x01\x00\x01\x00\x02\x01f\x01v\x00\x01\x02\x01\x00\x00\x00\x02\x01\x01g\x01\x00\x02"+
		"\x01\x01c\x02\x02\x01\x01\x00\x02\x02"))
	f.Add(uint8(5), []byte("\x00\x00\x00\x00\x05\x00\x04\x00\x0a\x00"))
	f.Add(uint8(4), []byte("\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		name := types[int(kind)%len(types)]
		random := rand.New(rand.NewPCG(1, 2))
		v, err := dump.Decode(payload(name, body), loaders, random)
		if err != nil {
			return
		}
		if v.Type() != name || v.Len() < 1 || v.Size() < 0 || v.Size() > 256*(len(body)+1) {
			t.Fatalf("%s of %d elements in %d bytes from %d", v.Type(), v.Len(), v.Size(), len(body))
		}
		first := dump.Encode(v.(dump.Value))
		again, err := dump.Decode(string(first), loaders, random)
		if err != nil {
			t.Fatal(err)
		}
		if second := dump.Encode(again.(dump.Value)); !bytes.Equal(first, second) {
			t.Fatalf("%q became %q", first, second)
		}
		if again.Len() != v.Len() || again.Size() != v.Size() || again.Encoding() != v.Encoding() {
			t.Fatalf("%d elements, %d bytes, %s; restored %d, %d, %s", v.Len(), v.Size(), v.Encoding(), again.Len(),
				again.Size(), again.Encoding())
		}
		if copied := dump.Encode(v.Copy().(dump.Value)); !bytes.Equal(first, copied) {
			t.Fatalf("a copy of %q is %q", first, copied)
		}
	})
}
