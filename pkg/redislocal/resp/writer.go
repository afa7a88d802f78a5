package resp

import (
	"strconv"
	"strings"
)

// Writer appends replies to a buffer, in the shapes of a protocol: where RESP3 has a type of its own, RESP2
// gets what Redis sends there. The zero value is a RESP2 writer.
type Writer struct {
	Buf   []byte
	Three bool // RESP3
}

func (w *Writer) head(kind byte, n int64) {
	w.Buf = append(w.Buf, kind)
	w.Buf = strconv.AppendInt(w.Buf, n, 10)
	w.Buf = append(w.Buf, '\r', '\n')
}

// OK appends the simple string OK.
func (w *Writer) OK() { w.Buf = append(w.Buf, "+OK\r\n"...) }

// Simple appends a simple string, which must have no line end.
func (w *Writer) Simple(s string) {
	w.Buf = append(w.Buf, '+')
	w.Buf = append(w.Buf, s...)
	w.Buf = append(w.Buf, '\r', '\n')
}

var lineEnds = strings.NewReplacer("\r", " ", "\n", " ")

// Error appends an error; its first word is its code.
func (w *Writer) Error(s string) {
	w.Buf = append(w.Buf, '-')
	w.Buf = append(w.Buf, lineEnds.Replace(s)...)
	w.Buf = append(w.Buf, '\r', '\n')
}

// Int appends an integer.
func (w *Writer) Int(n int64) { w.head(':', n) }

// Len appends a length as an integer.
func (w *Writer) Len(n int) { w.head(':', int64(n)) }

// Yes appends 1 or 0, the way most commands report what they did.
func (w *Writer) Yes(yes bool) {
	if yes {
		w.Buf = append(w.Buf, ":1\r\n"...)
		return
	}
	w.Buf = append(w.Buf, ":0\r\n"...)
}

// Bulk appends a bulk string.
func (w *Writer) Bulk(s string) {
	w.head('$', int64(len(s)))
	w.Buf = append(w.Buf, s...)
	w.Buf = append(w.Buf, '\r', '\n')
}

// Bytes appends a bulk string.
func (w *Writer) Bytes(b []byte) {
	w.head('$', int64(len(b)))
	w.Buf = append(w.Buf, b...)
	w.Buf = append(w.Buf, '\r', '\n')
}

// Bulks appends an array of bulk strings.
func (w *Writer) Bulks(all []string) {
	w.Array(len(all))
	for _, s := range all {
		w.Bulk(s)
	}
}

// Null appends the absence of a value: in RESP2, a null bulk string.
func (w *Writer) Null() {
	if w.Three {
		w.Buf = append(w.Buf, "_\r\n"...)
		return
	}
	w.Buf = append(w.Buf, "$-1\r\n"...)
}

// NullArray appends the absence of an array: in RESP2, a null array.
func (w *Writer) NullArray() {
	if w.Three {
		w.Buf = append(w.Buf, "_\r\n"...)
		return
	}
	w.Buf = append(w.Buf, "*-1\r\n"...)
}

// Array opens an array of n elements, which follow.
func (w *Writer) Array(n int) { w.head('*', int64(n)) }

// Map opens a map of n pairs: in RESP2, an array of 2n.
func (w *Writer) Map(n int) {
	if w.Three {
		w.head('%', int64(n))
		return
	}
	w.head('*', 2*int64(n))
}

// Set opens a set of n elements: in RESP2, an array.
func (w *Writer) Set(n int) {
	if w.Three {
		w.head('~', int64(n))
		return
	}
	w.head('*', int64(n))
}

// Pairs opens n pairs: in RESP3 an array of n arrays, each opened by Pair; in RESP2 one flat array.
func (w *Writer) Pairs(n int) {
	if w.Three {
		w.head('*', int64(n))
		return
	}
	w.head('*', 2*int64(n))
}

// Pair opens the next of Pairs.
func (w *Writer) Pair() {
	if w.Three {
		w.head('*', 2)
	}
}

// Push opens an out-of-band message of n elements: in RESP2, an array.
func (w *Writer) Push(n int) {
	if w.Three {
		w.head('>', int64(n))
		return
	}
	w.head('*', int64(n))
}

// Double appends a number: in RESP2, a bulk string.
func (w *Writer) Double(f float64) {
	s := FormatFloat(f)
	if w.Three {
		w.Buf = append(w.Buf, ',')
		w.Buf = append(w.Buf, s...)
		w.Buf = append(w.Buf, '\r', '\n')
		return
	}
	w.Bulk(s)
}

// Bool appends a Boolean: in RESP2, 1 or 0.
func (w *Writer) Bool(b bool) {
	switch {
	case !w.Three:
		w.Yes(b)
	case b:
		w.Buf = append(w.Buf, "#t\r\n"...)
	default:
		w.Buf = append(w.Buf, "#f\r\n"...)
	}
}

// BigNumber appends an integer of any size, given in decimal: in RESP2, a bulk string.
func (w *Writer) BigNumber(s string) {
	if w.Three {
		w.Buf = append(w.Buf, '(')
		w.Buf = append(w.Buf, s...)
		w.Buf = append(w.Buf, '\r', '\n')
		return
	}
	w.Bulk(s)
}

// Verbatim appends text of a format of three letters, such as txt: in RESP2, a bulk string.
func (w *Writer) Verbatim(format, s string) {
	if w.Three {
		w.head('=', int64(len(s)+4))
		w.Buf = append(w.Buf, format...)
		w.Buf = append(w.Buf, ':')
		w.Buf = append(w.Buf, s...)
		w.Buf = append(w.Buf, '\r', '\n')
		return
	}
	w.Bulk(s)
}

// Raw appends a reply that is encoded already.
func (w *Writer) Raw(b []byte) { w.Buf = append(w.Buf, b...) }
