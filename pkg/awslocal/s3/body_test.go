package s3

import (
	"bytes"
	"strings"
	"testing"
)

func TestUnchunk(t *testing.T) {
	long := strings.Repeat("x", 3*trusted)
	for wire, want := range map[string]string{
		"3\r\nabc\r\n0\r\n\r\n": "abc",
		"3;chunk-signature=1\r\nabc\r\n0;chunk-signature=2\r\n\r\n": "abc",
		"0\r\n\r\n":                           "",
		"300000\r\n" + long + "\r\n0\r\n\r\n": long,
	} {
		got, _, err := unchunk(strings.NewReader(wire), len(want), nil)
		if err != nil || string(got) != want {
			t.Errorf("%.40q: got %.40q, %v", wire, got, err)
		}
	}
	for _, bad := range []string{
		"", "3", "x\r\n", "-1\r\n", "3\r\nab", "3\r\nabc", "9\r\nabcdefghi\r\n0\r\n\r\n", "ffffffffffffffff\r\n",
		"0\r\nno colon\r\n\r\n", "3;" + long + "\r\nabc\r\n0\r\n\r\n",
		"3\r\nabc\r\n0\r\na: b\r\nlong: " + long + "\r\n\r\n",
		"3\r\nabc\r\n0\r\n" + strings.Repeat("a: b\r\n", maxTail) + "\r\n",
	} {
		if got, _, err := unchunk(strings.NewReader(bad), 3, nil); err == nil {
			t.Errorf("%q: accepted as %q", bad, got)
		}
	}
}

func FuzzUnchunk(f *testing.F) {
	f.Add([]byte("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n"), 3)
	f.Add([]byte("3;chunk-signature=1\r\nabc\r\n0;chunk-signature=2\r\n\r\n"), 1<<40)
	f.Fuzz(func(t *testing.T, wire []byte, size int) {
		if size < 0 {
			return
		}
		got, _, err := unchunk(bytes.NewReader(wire), size, nil)
		if err == nil && (len(got) > size || len(got) > len(wire)) {
			t.Errorf("%d bytes of %d, at most %d", len(got), len(wire), size)
		}
	})
}
