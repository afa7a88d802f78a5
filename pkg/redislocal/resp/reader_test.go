package resp

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// Every frame that is not a request is its client's error, in Redis's words, or the end of the connection.
func TestMalformedFrames(t *testing.T) {
	const (
		count    = "Protocol error: invalid multibulk length"
		size     = "Protocol error: invalid bulk length"
		cut      = "EOF"
		unclosed = "Protocol error: unbalanced quotes in request"
	)
	for frame, want := range map[string]string{
		"":                                   cut,
		"*":                                  cut,
		"*\r\n":                              count,
		"*x\r\n":                             count,
		"*1x\r\n":                            count,
		"* 1\r\n":                            count,
		"*+1\r\n$4\r\nPING\r\n":              count,
		"*01\r\n$4\r\nPING\r\n":              count,
		"*-0\r\n":                            count,
		"*1\r\n$04\r\nPING\r\n":              size,
		"*1048577\r\n":                       count,
		"*9223372036854775807\r\n":           count,
		"*9223372036854775808\r\n":           count,
		"*18446744073709551617\r\n":          count,
		"*1\r\n":                             cut,
		"*1\r\n\r\n":                         "Protocol error: expected '$', got '\r'",
		"*1\r\n:1\r\n":                       "Protocol error: expected '$', got ':'",
		"*1\r\n*1\r\n$1\r\na\r\n":            "Protocol error: expected '$', got '*'",
		"*1\r\n$\r\n":                        size,
		"*1\r\n$-1\r\n":                      size,
		"*1\r\n$-9223372036854775808\r\n":    size,
		"*1\r\n$x\r\n":                       size,
		"*1\r\n$+4\r\nPING\r\n":              size,
		"*1\r\n$536870913\r\n":               size,
		"*1\r\n$9223372036854775807\r\n":     size,
		"*1\r\n$4\r\nPIN":                    cut,
		"*1\r\n$4\r\nPING":                   cut,
		"*1\r\n$536870912\r\nx":              cut,
		"*2\r\n$4\r\nPING\r\n":               cut,
		"*" + strings.Repeat("1", 70000):     "Protocol error: too big mbulk count string",
		"*1\r\n$" + strings.Repeat("1", 7e4): "Protocol error: too big bulk count string",
		strings.Repeat("x", 70000):           "Protocol error: too big inline request",
		"GET \"k\n":                          unclosed,
		"GET 'k\n":                           unclosed,
		"GET \"k\"x\n":                       unclosed,
		"GET":                                cut,
	} {
		for _, read := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
			args, err := NewReader(read(strings.NewReader(frame))).Read()
			var bad ProtocolError
			switch {
			case want == cut && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
			case errors.As(err, &bad) && bad.Error() == want:
			default:
				t.Errorf("%.40q: %q, %v; want %s", frame, args, err, want)
			}
		}
	}
}

func TestRead(t *testing.T) {
	for frame, want := range map[string][]string{
		"*1\r\n$4\r\nPING\r\n":                      {"PING"},
		"*2\r\n$3\r\nGET\r\n$0\r\n\r\n":             {"GET", ""},
		"*2\r\n$3\r\nGET\r\n$4\r\n\r\n\xff\x00\r\n": {"GET", "\r\n\xff\x00"},
		"*0\r\n":                      nil,
		"*-1\r\n":                     nil,
		"\r\n":                        nil,
		"PING\r\n":                    {"PING"},
		"PING\n":                      {"PING"},
		"  SET k  \"a\\x41\\n\" \r\n": {"SET", "k", "aA\n"},
		"SET 'k' 'a\\'b\\n'\n":        {"SET", "k", `a'b\n`},
		`SET "\x4" "\q"` + "\n":       {"SET", "x4", "q"},
	} {
		for _, read := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
			r := NewReader(read(strings.NewReader(frame + "PING\r\n")))
			if got, err := r.Read(); !slices.Equal(got, want) || err != nil {
				t.Errorf("%q: %q, %v", frame, got, err)
			}
			if got, err := r.Read(); !slices.Equal(got, []string{"PING"}) || err != nil {
				t.Errorf("after %q: %q, %v", frame, got, err)
			}
		}
	}
}

// A request is the same whether it comes at once, which has a path of its own, or byte by byte.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "PING\r\n", "*-1\r\n*1\r\n$4\r\nPING\r\n", "GET \"\\x00\" 'a'\r\n",
		"*1\r\n$536870912\r\n", "*1048576\r\n", "*1\r\n$-1\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		whole, single := NewReader(bytes.NewReader(b)), NewReader(iotest.OneByteReader(bytes.NewReader(b)))
		for {
			one, err := whole.Read()
			two, other := single.Read()
			if !slices.Equal(one, two) || (err == nil) != (other == nil) {
				t.Fatalf("at once: %q, %v\nbyte by byte: %q, %v", one, err, two, other)
			}
			if err != nil {
				return
			}
		}
	})
}

// What Split returns, quoted again, is split into the same words.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"a b", `"\x00" 'it\'s'`, `"a"b`, "\"", "a\x00b", `"\`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, ok := Split(line)
		if !ok {
			return
		}
		quoted := make([]string, len(words))
		for i, word := range words {
			var b strings.Builder
			for j := range len(word) {
				b.WriteString(`\x` + string("0123456789abcdef"[word[j]>>4]) + string("0123456789abcdef"[word[j]&15]))
			}
			quoted[i] = `"` + b.String() + `"`
		}
		again, ok := Split(strings.Join(quoted, " "))
		if !ok || !slices.Equal(words, again) {
			t.Fatalf("%q: %q, again %q", line, words, again)
		}
	})
}
