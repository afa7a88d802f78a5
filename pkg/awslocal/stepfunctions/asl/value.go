package asl

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// MaxData is how many bytes the input or output of a state, a task or an execution may have.
const MaxData = 256 << 10

const maxNesting = 1000 // of a JSON text

// Decode reads one JSON value and nothing after it. Numbers keep their text.
func Decode(text string) (any, error) {
	if nesting(text) > maxNesting {
		return nil, errors.New("nested too deeply")
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the value")
	}
	return v, nil
}

// nesting is how many arrays and objects are in each other, at most.
func nesting(text string) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '{' || c == '['):
			depth++
			deepest = max(deepest, depth)
		case !quoted && (c == '}' || c == ']'):
			depth--
		}
	}
	return deepest
}

// Encode writes a JSON value without needless space; names are in alphabetical order.
func Encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("asl: value that is not from JSON: " + err.Error())
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// Measure encodes a value, or fails with States.DataLimitExceeded if it is larger than MaxData. What is who returned
// it, such as: The state/task 'Pay'.
func Measure(v any, what string) (string, error) {
	if size(v, MaxData) > MaxData {
		return "", fail(ErrDataLimitExceeded,
			"%s returned a result with a size exceeding the maximum number of bytes service limit.", what)
	}
	return Encode(v), nil
}

// size is how many bytes a value has, encoded; it stops counting above limit. Escapes in texts count one byte.
func size(v any, limit int) int {
	n := 0
	switch v := v.(type) {
	case map[string]any:
		n = 2
		for name, value := range v {
			if n += len(name) + 4; n > limit {
				return n
			}
			n += size(value, limit-n)
		}
	case []any:
		n = 2
		for _, value := range v {
			if n++; n > limit {
				return n
			}
			n += size(value, limit-n)
		}
	case string:
		n = len(v) + 2
	case json.Number:
		n = len(v)
	default:
		n = 4
	}
	return n
}

// equal compares two values; numbers are equal if they are the same number.
func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, value := range a {
			if other, ok := b[name]; !ok || !equal(value, other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	case json.Number:
		order, ok := compare(a, b)
		return ok && order == 0
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return a == b
}

// compare orders two numbers or two texts; ok is false for anything else.
func compare(a, b any) (order int, ok bool) {
	switch a := a.(type) {
	case json.Number:
		if b, ok := b.(json.Number); ok {
			return compareNumbers(a, b), true
		}
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(a, b), true
		}
	}
	return 0, false
}

// compareNumbers is exact for whole numbers of 64 bits, and as float64 is for others.
func compareNumbers(a, b json.Number) int {
	i, errI := a.Int64()
	j, errJ := b.Int64()
	if errI == nil && errJ == nil {
		return cmp.Compare(i, j)
	}
	x, _ := a.Float64()
	y, _ := b.Float64()
	return cmp.Compare(x, y)
}
