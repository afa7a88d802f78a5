package awslocal

import (
	"bytes"
	"errors"
	"hash/crc32"
	"net/http"
	"strconv"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// maxHead is how long the first line and the headers of a request to DynamoDB may be together, in bytes.
const maxHead = 16 << 10

var headTooLarge = &api.Error{
	Code: "RequestHeaderSectionTooLarge", Message: "The request's headers and path are larger than 16 KB.",
}

func headSize(r *http.Request) int {
	size := len(r.Method) + len(r.RequestURI) + len(r.Proto)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	return size
}

// finish sets the headers that DynamoDB has besides, and returns the body to send: packed, if the client takes a
// compressed answer and it is long. Clients check X-Amz-Crc32 against the bytes that arrive.
func finish(h http.Header, r *http.Request, body, packed *bytes.Buffer) *bytes.Buffer {
	if encoding := acceptedEncoding(r.Header.Get("Accept-Encoding")); encoding != "" && body.Len() > compressedFrom {
		compress(packed, encoding, body.Bytes())
		h.Set("Content-Encoding", encoding)
		body = packed
	}
	h.Set("Server", "Server")
	h.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body.Bytes())), 10))
	return body
}

// ofFramework gives an error of decoding the prefix that the service's framework has.
func (s *service) ofFramework(err error) error {
	var e *api.Error
	if s == nil || s.coral == "" || !errors.As(err, &e) {
		return err
	}
	e.Namespace = s.coral
	return e
}
