package part

import "encoding/json"

// Encode returns v as a message, in JSON. v is of strings, numbers and the like, which can always be written.
func Encode(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return body
}

// Decode reads a message as far as it can be read; of one that is no JSON nothing can be, which shows as
// the zero value.
func Decode[T any](body []byte) (v T) {
	_ = json.Unmarshal(body, &v)
	return v
}
