package part

import "encoding/json"

// Encode returns v as a message in JSON. v consists of strings, numbers and the like, which always encode.
func Encode(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return body
}

// Decode reads a message as far as possible; a message that is not JSON gives the zero value.
func Decode[T any](body []byte) (v T) {
	_ = json.Unmarshal(body, &v)
	return v
}
