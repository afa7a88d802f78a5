package history

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxLine bounds a line, so that a foreign file without lines is refused before it fills the memory.
const maxLine = 16 << 20

// Read reads the output of [Write]. If the file is damaged or foreign, the error wraps a [FormatError], and
// the events before the damage are returned with it. Empty lines are skipped.
func Read(r io.Reader) (Header, History, error) {
	in := &lines{r: bufio.NewReaderSize(r, 1<<16)}
	header, declared, err := readHeader(in)
	if err != nil {
		return Header{}, nil, fmt.Errorf("read history: %w", err)
	}
	var h History
	dec := newDecoder()
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return header, h, fmt.Errorf("read history: %w", err)
		}
		var e Event
		if bad := dec.event(line, &e); bad != nil {
			bad.Line = in.n
			return header, h, fmt.Errorf("read history: %w", bad)
		}
		// The header's count avoids growing step by step. But the header may be the damaged part, so it gets
		// only a few times the memory of what was really read.
		if len(h) == cap(h) && declared > len(h) {
			h = slices.Grow(h, min(declared-len(h), 1024+8*len(h)))
		}
		h = append(h, e)
	}
	if declared >= 0 && len(h) != declared {
		return header, h, fmt.Errorf("read history: %w", &FormatError{
			in.n + 1, fmt.Sprintf("%d events, as line 1 says", declared), fmt.Sprint(len(h)),
		})
	}
	return header, h, nil
}

// readHeader returns the header and its number of events, or -1 if it has none.
func readHeader(in *lines) (Header, int, error) {
	const want = `a header like {"format":"crashlab-history","version":1}`
	line, err := in.next()
	if errors.Is(err, io.EOF) {
		return Header{}, 0, &FormatError{1, want, "an empty file"}
	}
	if err != nil {
		return Header{}, 0, err
	}
	var first headerLine
	if err := json.Unmarshal(line, &first); err != nil || first.Format != format {
		return Header{}, 0, &FormatError{in.n, want, excerpt(line)}
	}
	if first.Version != Version {
		return Header{}, 0, &FormatError{in.n, fmt.Sprintf("format version %d", Version), fmt.Sprint(first.Version)}
	}
	declared := -1
	if first.Events != nil {
		if declared = *first.Events; declared < 0 {
			return Header{}, 0, &FormatError{in.n, "a number of events that is not negative", fmt.Sprint(declared)}
		}
	}
	return Header{first.Version, first.Meta}, declared, nil
}

// lines yields the lines that are not empty.
type lines struct {
	r    *bufio.Reader
	n    int    // number of the last line
	long []byte // a line that does not fit r's buffer
}

// next returns the next line, without its end; it is valid until the next call. At the end of the
// input the error is io.EOF itself.
func (l *lines) next() ([]byte, error) {
	for {
		line, err := l.read()
		if len(line) == 0 && errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		l.n++
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line, nil
		}
	}
}

func (l *lines) read() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, l.at(err)
	}
	l.long = append(l.long[:0], line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = l.r.ReadSlice('\n')
		if l.long = append(l.long, line...); len(l.long) > maxLine {
			return nil, &FormatError{l.n + 1, fmt.Sprintf("a line of at most %d bytes", maxLine), "a longer one"}
		}
	}
	return l.long, l.at(err)
}

func (l *lines) at(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return fmt.Errorf("line %d: %w", l.n+1, err)
}

// excerpt is the beginning of the found text, quoted and short enough for one line.
func excerpt(b []byte) string {
	const most = 40
	if len(b) == 0 {
		return "the end of the line"
	}
	if len(b) > most {
		return fmt.Sprintf("%q…", b[:most])
	}
	return fmt.Sprintf("%q", b)
}
