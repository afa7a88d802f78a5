package awslocal

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// compressedFrom is the size of the longest answer that is never compressed, in bytes.
const compressedFrom = 4 << 10

// packer is a compressing writer that can be used again.
type packer interface {
	io.WriteCloser
	Reset(to io.Writer)
}

// packers are kept, by encoding: each is larger than most answers.
var packers = map[string]*sync.Pool{
	"gzip":    {New: func() any { return gzip.NewWriter(nil) }},
	"deflate": {New: func() any { return zlib.NewWriter(nil) }},
}

// compress appends the compressed body of an answer. Writing to a buffer can't fail.
func compress(to *bytes.Buffer, encoding string, body []byte) {
	w := packers[encoding].Get().(packer)
	defer packers[encoding].Put(w)
	w.Reset(to)
	_, _ = w.Write(body)
	_ = w.Close()
}

// decompress returns the body of a request that is no upload: SDKs compress long ones to CloudWatch, and others if
// they are told to. AWS answers one that does not decompress, or an unknown encoding, with an internal error. Uploads
// keep their encoding: it is the object's.
func decompress(r *http.Request, body []byte) ([]byte, *api.Error) {
	encoding := r.Header.Get("Content-Encoding")
	if call := awscall.Of(r, nil); encoding == "" || call.Protocol == awscall.REST && call.Service == "s3" {
		return body, nil
	}
	var plain io.Reader
	var err error
	switch encoding {
	case "gzip":
		plain, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		plain, err = zlib.NewReader(bytes.NewReader(body))
	default:
		err = fmt.Errorf("unknown content encoding %s", encoding)
	}
	if err == nil {
		body, err = io.ReadAll(io.LimitReader(plain, maxBody+1))
	}
	if err == nil && len(body) > maxBody {
		err = fmt.Errorf("the body exceeds %d bytes", maxBody)
	}
	if err != nil {
		return nil, &api.Error{Code: "InternalServerError", Message: err.Error(), Status: http.StatusInternalServerError}
	}
	return body, nil
}
