package wire

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// Timestamp is a [Time] of a service that speaks Smithy's RPC v2: its CBOR has seconds, with a fraction, as the RFC
// says. In the query protocol it is text by ISO 8601.
type Timestamp struct{ time.Time }

const iso8601 = "2006-01-02T15:04:05.000Z"

// MarshalJSON writes seconds.
func (t Timestamp) MarshalJSON() ([]byte, error) { return Time(t).MarshalJSON() }

// UnmarshalJSON reads seconds.
func (t *Timestamp) UnmarshalJSON(raw []byte) error { return (*Time)(t).UnmarshalJSON(raw) }

// MarshalCBOR writes tag 1 around a number of eight bytes.
func (t Timestamp) MarshalCBOR() ([]byte, error) {
	const tag, double = 0xC1, 0xFB
	return binary.BigEndian.AppendUint64([]byte{tag, double}, math.Float64bits(float64(t.UnixMilli())/1000)), nil
}

// UnmarshalCBOR reads seconds, with or without the tag.
func (t *Timestamp) UnmarshalCBOR(raw []byte) error {
	var tag cbor.RawTag
	if cbor.Unmarshal(raw, &tag) == nil && tag.Number == 1 {
		raw = tag.Content
	}
	var seconds float64 // an integer decodes too
	if err := cbor.Unmarshal(raw, &seconds); err != nil {
		return err
	}
	if math.IsNaN(seconds) || math.Abs(seconds) > 1e12 {
		return fmt.Errorf("%v is no time in seconds", seconds)
	}
	t.Time = time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()
	return nil
}

// fill reads a parameter of the query protocol.
func (t *Timestamp) fill(n *node) error {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02"} {
		if at, err := time.Parse(layout, n.text); err == nil {
			t.Time = at.UTC()
			return nil
		}
	}
	return fmt.Errorf("parameter %s: %q is not a timestamp", n.name, n.text)
}
