package virtual

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// header begins a frame: these four bytes, the time in nanoseconds since 1970 and the length of the content,
// big endian.
const header = "\x00\x00PB"

const headerSize = len(header) + 8 + 4

// Unframe copies what the variant writes to stdout or stderr, without the frames. Bytes outside a frame, such
// as the runtime's last words, are copied as they are. at, which may be nil, receives the time of each frame
// before the frame is copied. It returns the first error of reading or writing; an end in the middle of a
// frame is io.ErrUnexpectedEOF.
func Unframe(to io.Writer, from io.Reader, at func(time.Time)) error {
	head := make([]byte, headerSize)
	for {
		switch n, err := io.ReadFull(from, head); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil || string(head[:len(header)]) != header:
			if _, failed := to.Write(head[:n]); failed != nil {
				return failed
			}
			if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
				return err
			}
			_, err = io.Copy(to, from)
			return err
		}
		if at != nil {
			at(time.Unix(0, int64(binary.BigEndian.Uint64(head[len(header):]))))
		}
		size := int64(binary.BigEndian.Uint32(head[len(header)+8:]))
		if n, err := io.CopyN(to, from, size); err != nil {
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("%w: %d of %d bytes", io.ErrUnexpectedEOF, n, size)
			}
			return err
		}
	}
}
