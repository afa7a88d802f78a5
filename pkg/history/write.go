package history

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// Write writes h as JSON lines: the header, then one event per line. Strings are written as UTF-8; invalid
// bytes become U+FFFD.
func Write(w io.Writer, header Header, h History) error {
	n := len(h)
	first, err := json.Marshal(headerLine{format, Version, &n, header.Meta})
	if err != nil {
		return fmt.Errorf("write history header: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	line := append(first, '\n')
	for i := range h {
		if _, err := out.Write(line); err != nil {
			return fmt.Errorf("write history: %w", err)
		}
		line = appendEvent(line[:0], &h[i])
	}
	if _, err := out.Write(line); err != nil {
		return fmt.Errorf("write history: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write history: %w", err)
	}
	return nil
}

// appendEvent writes what encoding/json would, without its reflection: a long run has millions of events, and
// its user waits while they are written.
func appendEvent(b []byte, e *Event) []byte {
	b = strconv.AppendInt(append(b, `{"at":`...), int64(e.At), 10)
	b = appendString(append(b, `,"kind":`...), string(e.Kind))
	for _, f := range [...]struct{ key, value string }{
		{`,"op":`, e.Op}, {`,"name":`, e.Name}, {`,"by":`, e.By}, {`,"key":`, e.Key}, {`,"value":`, e.Value},
	} {
		if f.value != "" {
			b = appendString(append(b, f.key...), f.value)
		}
	}
	if e.N != 0 {
		b = strconv.AppendInt(append(b, `,"n":`...), e.N, 10)
	}
	return append(b, '}', '\n')
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // a string always can be
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
