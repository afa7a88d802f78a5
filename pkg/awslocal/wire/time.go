package wire

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// Time is a point in time as a member of a request or an answer. JSON has seconds since 1970 with a fraction,
// CBOR has tag 1 (RFC 8949, 3.4.2) around milliseconds, against the RFC, which has seconds there. AWS keeps
// milliseconds.
type Time struct{ time.Time }

// MarshalJSON writes seconds.
func (t Time) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(t.UnixMilli())/1000, 'f', -1, 64), nil
}

// UnmarshalJSON reads seconds.
func (t *Time) UnmarshalJSON(raw []byte) error {
	var seconds float64
	if err := json.Unmarshal(raw, &seconds); err != nil {
		return err
	}
	t.Time = time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()
	return nil
}

// MarshalCBOR writes tag 1 around an integer of eight bytes.
func (t Time) MarshalCBOR() ([]byte, error) {
	const tag, positive, negative = 0xC1, 0x1B, 0x3B
	if ms := t.UnixMilli(); ms < 0 {
		return binary.BigEndian.AppendUint64([]byte{tag, negative}, uint64(-1-ms)), nil
	}
	return binary.BigEndian.AppendUint64([]byte{tag, positive}, uint64(t.UnixMilli())), nil
}

// UnmarshalCBOR reads milliseconds, with or without the tag.
func (t *Time) UnmarshalCBOR(raw []byte) error {
	var tag cbor.RawTag
	if cbor.Unmarshal(raw, &tag) == nil && tag.Number == 1 {
		raw = tag.Content
	}
	var ms float64 // an integer decodes too
	if err := cbor.Unmarshal(raw, &ms); err != nil {
		return err
	}
	t.Time = time.UnixMilli(int64(ms)).UTC()
	return nil
}
