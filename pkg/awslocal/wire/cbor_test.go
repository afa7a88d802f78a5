package wire_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

// dated is a shape with every kind of member that differs between JSON and CBOR.
type dated struct {
	At    wire.Time
	Maybe *wire.Time `json:",omitempty"`
	Data  []byte
	Count *int
	Tags  map[string]string `json:",omitempty"`
	List  []dated           `json:",omitempty"`
}

func TestTime(t *testing.T) {
	for _, at := range []time.Time{
		time.UnixMilli(1714564800001).UTC(), time.UnixMilli(0).UTC(), time.UnixMilli(-1).UTC(),
	} {
		asJSON, err := json.Marshal(dated{At: wire.Time{Time: at}})
		require.NoError(t, err)
		var fromJSON, fromCBOR dated
		require.NoError(t, json.Unmarshal(asJSON, &fromJSON))
		require.Equal(t, at, fromJSON.At.Time)
		var buf bytes.Buffer
		require.NoError(t, wire.AppendCBOR(&buf, &dated{At: wire.Time{Time: at}}))
		require.NoError(t, wire.DecodeCBOR(buf.Bytes(), &fromCBOR))
		require.Equal(t, at, fromCBOR.At.Time)
	}
	raw, err := json.Marshal(wire.Time{Time: time.UnixMilli(1714564800001)})
	require.NoError(t, err)
	require.Equal(t, "1714564800.001", string(raw))
	raw, err = cbor.Marshal(wire.Time{Time: time.UnixMilli(1714564800001)})
	require.NoError(t, err)
	require.Equal(t, []byte{0xC1, 0x1B, 0, 0, 1, 0x8F, 0x34, 0x06, 0x9E, 1}, raw)
}

func TestCBORErrors(t *testing.T) {
	var in dated
	require.NoError(t, wire.DecodeCBOR(nil, &in))
	require.ErrorContains(t, wire.DecodeCBOR([]byte{0xA1}, &in), "SerializationException")
	require.ErrorContains(t, wire.DecodeCBOR([]byte{0x80}, &in), "SerializationException")
	require.ErrorContains(t, wire.AppendCBOR(&bytes.Buffer{}, struct{ C chan int }{}), "encode cbor")
}

// FuzzDecodeCBOR feeds bytes to the decoder: it must not panic, and what it accepts must encode again.
func FuzzDecodeCBOR(f *testing.F) {
	n := 1
	for _, seed := range []dated{
		{}, {Data: []byte{0, 255}, Count: &n, List: []dated{{Tags: map[string]string{"k": "v"}}}},
	} {
		raw, err := cbor.Marshal(seed)
		require.NoError(f, err)
		f.Add(raw)
	}
	f.Add([]byte{0xBF, 0x62, 'A', 't', 0xC1, 0xFB, 0x7F, 0xF0, 0, 0, 0, 0, 0, 0, 0xFF})
	f.Add(bytes.Repeat([]byte{0xA1, 0x61, 'x'}, 100))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var in dated
		if wire.DecodeCBOR(raw, &in) != nil {
			return
		}
		if err := wire.AppendCBOR(&bytes.Buffer{}, &in); err != nil {
			t.Fatalf("%x decodes and does not encode: %v", raw, err)
		}
	})
}
