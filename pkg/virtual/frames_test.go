package virtual

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func frame(at int64, text string) string {
	b := binary.BigEndian.AppendUint64([]byte(header), uint64(at))
	return string(binary.BigEndian.AppendUint32(b, uint32(len(text)))) + text
}

func TestUnframe(t *testing.T) {
	for name, c := range map[string]struct {
		in, want string
		err      error
	}{
		"nothing":             {"", "", nil},
		"frames":              {frame(1, "one\n") + frame(2, "") + frame(3, "two"), "one\ntwo", nil},
		"a header in a frame": {frame(1, frame(2, "x")), frame(2, "x"), nil},
		"no frame": {"panic: at the very end, and longer than a header",
			"panic: at the very end, and longer than a header", nil},
		"short words":           {"fatal", "fatal", nil},
		"words after a frame":   {frame(1, "one") + "SIGQUIT: quit and more", "oneSIGQUIT: quit and more", nil},
		"an end within a frame": {frame(1, "whole")[:headerSize+2], "wh", io.ErrUnexpectedEOF},
	} {
		for _, from := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
			var out bytes.Buffer
			if err := Unframe(&out, from, nil); out.String() != c.want || !errors.Is(err, c.err) {
				t.Errorf("%s: %q, %v; want %q, %v", name, out.String(), err, c.want, c.err)
			}
		}
	}
}

func TestUnframeReportsTheTimes(t *testing.T) {
	var at []int64
	in := strings.NewReader(frame(5, "a") + frame(7, "b"))
	if err := Unframe(io.Discard, in, func(i time.Time) { at = append(at, i.UnixNano()) }); err != nil || len(at) != 2 ||
		at[0] != 5 || at[1] != 7 {
		t.Errorf("instants %v, %v", at, err)
	}
}

func TestUnframeEndsWithItsWriter(t *testing.T) {
	for _, in := range []string{frame(1, "text"), "text without a frame"} {
		from, to := io.Pipe()
		_ = from.CloseWithError(io.ErrClosedPipe)
		if err := Unframe(to, strings.NewReader(in), nil); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%q: %v", in, err)
		}
	}
}
