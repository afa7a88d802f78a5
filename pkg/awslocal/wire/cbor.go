package wire

import (
	"bytes"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// CBOR is the media type of AWS's CBOR protocol: JSON's requests and answers with the same member names, in
// CBOR (RFC 8949). Blobs are byte strings. Only Kinesis and its SDK for Java use it.
const CBOR = "application/x-amz-cbor-1.1"

// RPC is the media type of Smithy's RPC v2 protocol, which has the same names too. Its times are a [Timestamp]'s.
const RPC = "application/cbor"

// DecodeCBOR fills v, a pointer to a struct with json tags, from a request. An empty body is an empty input.
func DecodeCBOR(body []byte, v any) error {
	if len(body) == 0 {
		return nil
	}
	if err := cbor.Unmarshal(body, v); err != nil {
		return api.Errorf("SerializationException", "malformed CBOR: %v", err)
	}
	return nil
}

// AppendCBOR writes an answer; a nil answer is an empty body, as in JSON.
func AppendCBOR(buf *bytes.Buffer, answer any) error {
	if answer == nil {
		return nil
	}
	if err := cbor.MarshalToBuffer(answer, buf); err != nil {
		return fmt.Errorf("encode cbor: %w", err)
	}
	return nil
}

// AppendCBORError writes an error answer.
func AppendCBORError(buf *bytes.Buffer, e *api.Error) error { return AppendCBOR(buf, errorBody(e)) }
