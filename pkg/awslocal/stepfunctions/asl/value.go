package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// MaxData is how many bytes the input or output of a state, a task or an execution may have.
const MaxData = 256 << 10

const maxNesting = 1000 // of a JSON text

// Decode reads one JSON value and nothing after it. Numbers keep their text.
func Decode(text string) (any, error) {
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

// Measure encodes a value, or fails with States.DataLimitExceeded if it is larger than MaxData. What is who returned it,
// such as: The state/task 'Pay'.
func Measure(v any, what string) (string, error) {
	text := Encode(v)
	if len(text) > MaxData {
		return "", fail(ErrDataLimitExceeded,
			"%s returned a result with a size exceeding the maximum number of bytes service limit.", what)
	}
	return text, nil
}
