// Package id makes AWS's identifiers: request IDs, message IDs, handles.
//
// They have to be unique, not unguessable. So they come from math/rand/v2 (ChaCha8, no lock, no system call):
// a request needs two or three of them on its hot path.
package id

import (
	"encoding/hex"
	"math/rand/v2"
)

// UUID returns a random (version 4) UUID in its 36-character form.
func UUID() string {
	var raw [16]byte
	fill(raw[:])
	raw[6] = raw[6]&0x0f | 0x40
	raw[8] = raw[8]&0x3f | 0x80

	var out [36]byte
	hex.Encode(out[0:8], raw[0:4])
	out[8] = '-'
	hex.Encode(out[9:13], raw[4:6])
	out[13] = '-'
	hex.Encode(out[14:18], raw[6:8])
	out[18] = '-'
	hex.Encode(out[19:23], raw[8:10])
	out[23] = '-'
	hex.Encode(out[24:36], raw[10:16])
	return string(out[:])
}

// Hex returns n random bytes as 2n hexadecimal digits.
func Hex(n int) string {
	raw := make([]byte, n)
	fill(raw)
	return hex.EncodeToString(raw)
}

func fill(b []byte) {
	for len(b) > 0 {
		v := rand.Uint64()
		for i := 0; i < 8 && len(b) > 0; i++ {
			b[0] = byte(v)
			v >>= 8
			b = b[1:]
		}
	}
}
