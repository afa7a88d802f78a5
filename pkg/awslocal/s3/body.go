package s3

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/signature"
)

const (
	maxObject = 5 << 30 // of one PUT
	trusted   = 1 << 20 // of an announced length, for which memory is allocated before it has arrived
	maxLine   = 4 << 10 // of what precedes a chunk
	maxTail   = 8 << 10 // of what follows the last chunk
)

var tooLarge = &apiError{
	Code: "EntityTooLarge", Message: "Your proposed upload exceeds the maximum allowed object size",
}

var incompleteBody = &apiError{
	Code: "IncompleteBody", Message: "You did not provide the number of bytes specified by the Content-Length HTTP header",
}

// readBody reads the whole body of an upload and checks it against its checksums.
func readBody(r *http.Request) ([]byte, checksum, error) {
	content, err := readContent(r)
	if err != nil {
		return nil, checksum{}, err
	}
	sum, err := verify(r.Header, content)
	return content, sum, err
}

// readContent reads the whole body. It decodes an aws-chunked one, whose trailers become headers.
func readContent(r *http.Request) ([]byte, error) {
	if !chunked(r.Header) {
		if r.ContentLength < 0 {
			return nil, &apiError{
				Code: "MissingContentLength", Message: "You must provide the Content-Length HTTP header.",
				status: http.StatusLengthRequired,
			}
		}
		if r.ContentLength > maxObject {
			return nil, tooLarge
		}
		content := make([]byte, 0, min(r.ContentLength, trusted))
		if content, err := readTo(content, r.Body, int(r.ContentLength)); err == nil {
			return content, nil
		}
		return nil, incompleteBody
	}
	size, err := strconv.Atoi(r.Header.Get("X-Amz-Decoded-Content-Length"))
	if err != nil || size < 0 {
		return nil, &apiError{
			Code: "MissingContentLength", Message: "You must provide the x-amz-decoded-content-length header.",
			status: http.StatusLengthRequired,
		}
	}
	if size > maxObject {
		return nil, tooLarge
	}
	content, trailers, err := unchunk(r.Body, size, signature.Of(r.Context()))
	var refused *api.Error
	switch {
	case errors.As(err, &refused):
		return nil, refused
	case err != nil, len(content) != size:
		return nil, incompleteBody
	}
	for name, values := range trailers {
		if strings.HasPrefix(name, checksumPrefix) {
			r.Header[name] = values
		}
	}
	return content, nil
}

// chunked reports whether a body is aws-chunked. SDKs use one header or the other; a Content-Encoding alone, without
// the length of the content, is only stored.
func chunked(h http.Header) bool {
	return strings.HasPrefix(h.Get("X-Amz-Content-Sha256"), "STREAMING-") ||
		strings.Contains(h.Get("Content-Encoding"), "aws-chunked") && h.Get("X-Amz-Decoded-Content-Length") != ""
}

// unchunk decodes an aws-chunked body: chunks of hexadecimal length, with or without a
// signature, an empty one, trailers. It fails with an *[api.Error] if the seal refuses a signature.
func unchunk(in io.Reader, size int, seal *signature.Seal) ([]byte, textproto.MIMEHeader, error) {
	br := bufio.NewReaderSize(in, maxLine)
	content := make([]byte, 0, min(size, trusted))
	for {
		line, err := br.ReadSlice('\n')
		if err != nil {
			return nil, nil, fmt.Errorf("read chunk header: %w", err)
		}
		length, extension, _ := strings.Cut(strings.TrimSpace(string(line)), ";")
		signed, _ := strings.CutPrefix(extension, "chunk-signature=")
		n, err := strconv.ParseUint(length, 16, 31)
		if err != nil {
			return nil, nil, fmt.Errorf("parse chunk header: %w", err)
		}
		if n == 0 {
			if refused := seal.Chunk(nil, signed); refused != nil {
				return nil, nil, refused
			}
			break
		}
		if len(content)+int(n) > size {
			return nil, nil, errors.New("more than was announced")
		}
		if content, err = readTo(content, br, int(n)); err != nil {
			return nil, nil, fmt.Errorf("read chunk: %w", err)
		}
		if refused := seal.Chunk(content[len(content)-int(n):], signed); refused != nil {
			return nil, nil, refused
		}
		if _, err := br.Discard(len("\r\n")); err != nil {
			return nil, nil, fmt.Errorf("read chunk's end: %w", err)
		}
	}
	tail := &io.LimitedReader{R: br, N: maxTail}
	trailers, err := textproto.NewReader(bufio.NewReader(tail)).ReadMIMEHeader()
	switch {
	case tail.N == 0:
		return nil, nil, errors.New("the trailers are too long")
	case err != nil && !errors.Is(err, io.EOF): // without trailers some clients leave out the last line
		return nil, nil, fmt.Errorf("read trailers: %w", err)
	}
	if refused := seal.Trailers(trailers); refused != nil {
		return nil, nil, refused
	}
	return content, trailers, nil
}

// readTo appends n bytes of in to content, whose memory grows as they arrive.
func readTo(content []byte, in io.Reader, n int) ([]byte, error) {
	for n > 0 {
		part := min(n, max(trusted, len(content)))
		at := len(content)
		content = slices.Grow(content, part)[:at+part]
		if _, err := io.ReadFull(in, content[at:]); err != nil {
			return nil, err
		}
		n -= part
	}
	return content, nil
}
