package signature

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// What a request to S3 may say of its body instead of a hash.
const (
	unsignedPayload = "UNSIGNED-PAYLOAD"
	unsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
	signedChunks    = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	signedTrailer   = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
)

const payloadHeader = "X-Amz-Content-Sha256"

// payload is what a request to S3 says of its body. A presigned one need not say anything: then a header that
// was added later has no meaning.
func (c claim) payload(r *http.Request) (string, *api.Error) {
	payload := r.Header.Get(payloadHeader)
	if c.presigned && !slices.Contains(c.headers(), strings.ToLower(payloadHeader)) {
		payload = cmp.Or(r.URL.Query().Get(payloadHeader), unsignedPayload)
	}
	switch {
	case payload == "":
		return "", api.Errorf("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
	case payload == unsignedPayload, payload == unsignedTrailer, payload == signedChunks, payload == signedTrailer,
		isHash(payload):
		return payload, nil
	default:
		return "", &api.Error{
			Code: "InvalidArgument",
			Message: "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, " +
				"STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, " +
				"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid " +
				"sha256 value.",
			Members: members{"ArgumentName": "x-amz-content-sha256", "ArgumentValue": payload},
		}
	}
}

func isHash(payload string) bool {
	return len(payload) == 64 && strings.Trim(payload, "0123456789abcdef") == ""
}
