package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// Keys are the accepted access keys, each with its secret.
type Keys map[string]string

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
)

// scope is what a credential is valid for.
type scope struct{ accessKey, date, region, service string }

// String is the scope without its access key, as it is signed.
func (s scope) String() string { return s.date + "/" + s.region + "/" + s.service + "/" + terminator }

// signingKey derives the key of a scope from a secret.
func (s scope) signingKey(secret string) []byte {
	key := []byte("AWS4" + secret)
	for _, part := range []string{s.date, s.region, s.service, terminator} {
		key = sign(key, part)
	}
	return key
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// hash is the SHA-256 of data in hexadecimal.
func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
