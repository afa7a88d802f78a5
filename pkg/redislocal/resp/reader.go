package resp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// The limits of a request. They are those of Redis; maxArgs and maxBulk are the documented defaults.
const (
	maxInline = 64 << 10
	maxArgs   = 1 << 20
	maxBulk   = 512 << 20
	bufSize   = 16 << 10
	// step bounds what is allocated for a bulk string before its bytes have come.
	step = 1 << 20
)

// ProtocolError is a request that can't be parsed. The client is told, and its connection is closed.
type ProtocolError string

func (e ProtocolError) Error() string { return "Protocol error: " + string(e) }

// Reader parses requests: arrays of bulk strings, and inline commands.
type Reader struct {
	br   *bufio.Reader
	args []string // of the last request; reused
	ends []int    // of the arguments in the buffer; reused
}

// NewReader returns a reader of a connection.
func NewReader(r io.Reader) *Reader { return &Reader{br: bufio.NewReaderSize(r, bufSize)} }

// Await blocks until there is a byte to read, or returns the connection's error.
func (r *Reader) Await() error {
	_, err := r.br.Peek(1)
	return err
}

// Buffered reports whether bytes of a further request have come.
func (r *Reader) Buffered() bool { return r.br.Buffered() > 0 }

// Read returns the arguments of the next request; an empty one has none. The slice is good until the next
// Read; the strings are the caller's, and those of a request share their memory. The error is a
// ProtocolError or the connection's.
func (r *Reader) Read() ([]string, error) {
	if err := r.Await(); err != nil {
		return nil, err
	}
	clear(r.args)
	r.args = r.args[:0]
	whole, _ := r.br.Peek(r.br.Buffered())
	if n := r.parse(whole); n > 0 {
		_, _ = r.br.Discard(n) // what was peeked can be discarded
		return r.args, nil
	}
	if whole[0] == '*' {
		return r.array()
	}
	return r.inline()
}

// parse takes a request that lies in the buffer as a whole, with one allocation, and returns its length. It
// returns 0 for any other: array finds out what is wrong with it.
func (r *Reader) parse(b []byte) int {
	if b[0] != '*' {
		return 0
	}
	n, at := number(b, 1)
	if n < 1 || n > len(b) {
		return 0
	}
	r.ends = r.ends[:0]
	first := 0
	for range n {
		if at >= len(b) || b[at] != '$' {
			return 0
		}
		size, start := number(b, at+1)
		if size < 0 || size > len(b) || start+size+2 > len(b) || b[start+size] != '\r' || b[start+size+1] != '\n' {
			return 0
		}
		if first == 0 {
			first = start
		}
		at = start + size + 2
		r.ends = append(r.ends, start, start+size)
	}
	all := string(b[first : at-2])
	for i := 0; i < len(r.ends); i += 2 {
		r.args = append(r.args, all[r.ends[i]-first:r.ends[i+1]-first])
	}
	return at
}

// number parses a decimal and its line end, and returns it and the index after it, or -1.
func number(b []byte, at int) (int, int) {
	n, start := 0, at
	if at+1 < len(b) && b[at] == '0' && b[at+1] != '\r' {
		return -1, 0
	}
	for at < len(b) && b[at] >= '0' && b[at] <= '9' && at-start < 10 {
		n = 10*n + int(b[at]-'0')
		at++
	}
	if at == start || at+1 >= len(b) || b[at] != '\r' || b[at+1] != '\n' {
		return -1, 0
	}
	return n, at + 2
}

// array reads a request of any size as its bytes come.
func (r *Reader) array() ([]string, error) {
	line, err := r.line("too big mbulk count string")
	if err != nil {
		return nil, err
	}
	n, ok := count(line[1:])
	if !ok || n > maxArgs {
		return nil, ProtocolError("invalid multibulk length")
	}
	for range n {
		line, err := r.line("too big bulk count string")
		if err != nil {
			return nil, err
		}
		if len(line) == 0 || line[0] != '$' {
			return nil, ProtocolError(fmt.Sprintf("expected '$', got '%s'", shown(line)))
		}
		size, ok := count(line[1:])
		if !ok || size < 0 || size > maxBulk {
			return nil, ProtocolError("invalid bulk length")
		}
		arg, err := r.bulk(size)
		if err != nil {
			return nil, err
		}
		r.args = append(r.args, arg)
	}
	return r.args, nil
}

// count reads a number as Redis does: without a plus or leading zeros.
func count(b []byte) (int, bool) {
	digits := bytes.TrimPrefix(b, []byte("-"))
	if len(digits) == 0 || digits[0] == '+' || digits[0] == '0' && len(b) > 1 {
		return 0, false
	}
	n, err := strconv.Atoi(string(b))
	return n, err == nil
}

// shown is the first byte of a line, as an error shows it.
func shown(line []byte) string {
	if len(line) == 0 {
		return "\r"
	}
	return string(line[:1])
}

// bulk reads a string of a size and its line end. Memory grows with what has come, not with what was announced.
func (r *Reader) bulk(size int) (string, error) {
	b := make([]byte, 0, min(size, step))
	for len(b) < size {
		n := min(size-len(b), max(len(b), step))
		b = append(b, make([]byte, n)...)
		if _, err := io.ReadFull(r.br, b[len(b)-n:]); err != nil {
			return "", err
		}
	}
	if _, err := r.br.Discard(2); err != nil { // Redis does not look at them either
		return "", err
	}
	return string(b), nil
}

// line reads up to a line end, without it.
func (r *Reader) line(tooLong string) ([]byte, error) {
	line, err := r.br.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, ProtocolError(tooLong)
	}
	if err != nil {
		return nil, err
	}
	line = line[:len(line)-1]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, nil
}
