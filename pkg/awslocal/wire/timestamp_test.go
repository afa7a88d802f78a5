package wire_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

type stamped struct {
	At    wire.Timestamp
	Maybe *wire.Timestamp `json:",omitempty"`
	List  []wire.Timestamp
}

func TestTimestamp(t *testing.T) {
	at := wire.Timestamp{Time: time.UnixMilli(1714564800250).UTC()}
	want := stamped{At: at, List: []wire.Timestamp{at}}
	var got stamped

	raw, err := json.Marshal(want)
	require.NoError(t, err)
	require.JSONEq(t, `{"At":1714564800.25,"List":[1714564800.25]}`, string(raw))
	require.NoError(t, json.Unmarshal(raw, &got))
	require.Equal(t, want, got)

	var buf bytes.Buffer
	require.NoError(t, wire.AppendCBOR(&buf, want))
	got = stamped{}
	require.NoError(t, wire.DecodeCBOR(buf.Bytes(), &got))
	require.Equal(t, want, got)
	whole, err := cbor.Marshal(map[string]any{"At": cbor.Tag{Number: 1, Content: 1714564800}})
	require.NoError(t, err)
	require.NoError(t, wire.DecodeCBOR(whole, &got))
	require.Equal(t, time.Unix(1714564800, 0).UTC(), got.At.Time)

	got = stamped{}
	require.NoError(t, wire.DecodeForm(url.Values{
		"At": {"2024-05-01T12:00:00.250Z"}, "List.member.1": {"2024-05-01T12:00:00.250Z"},
	}, &got))
	require.Equal(t, want, got)
	require.ErrorContains(t, wire.DecodeForm(url.Values{"At": {"noon"}}, &got), `"noon" is not a timestamp`)
	buf.Reset()
	require.NoError(t, wire.AppendXML(&buf, "n", "Op", "id", want))
	require.Contains(t, buf.String(),
		"<At>2024-05-01T12:00:00.250Z</At><List><member>2024-05-01T12:00:00.250Z</member></List>")
}
