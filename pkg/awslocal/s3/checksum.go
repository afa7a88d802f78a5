package s3

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"net/http"
	"strings"
)

const checksumPrefix = "X-Amz-Checksum-"

// algorithms are S3's checksums, by the end of their header's name.
var algorithms = map[string]func() hash.Hash{
	"Crc32":     func() hash.Hash { return crc32.NewIEEE() },
	"Crc32c":    func() hash.Hash { return crc32.New(castagnoli) },
	"Crc64nvme": func() hash.Hash { return crc64.New(nvme) },
	"Sha1":      sha1.New,
	"Sha256":    sha256.New,
}

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	nvme       = crc64.MakeTable(0x9a6c9329ac4bc9b5) // the NVMe polynomial, reversed
)

// The two types of an object's checksum: of its body, or of its parts' checksums.
const (
	fullObject = "FULL_OBJECT"
	composite  = "COMPOSITE"
)

// checksum is one that an object's upload had; its zero value is none.
type checksum struct{ name, value, kind string } // name of the header

// write sets the headers of an answer.
func (c checksum) write(h http.Header) {
	if c.name != "" {
		h.Set(c.name, c.value)
		h.Set(checksumPrefix+"Type", c.kind)
	}
}

// verify checks a body against the checksums in its headers, if any, and returns the one to store.
func verify(h http.Header, body []byte) (checksum, error) {
	found, err := verifySum(h, body)
	if err != nil {
		return checksum{}, err
	}
	return found, verifyMD5(h, body)
}

func verifySum(h http.Header, body []byte) (found checksum, err error) {
	for algorithm, make := range algorithms {
		header := checksumPrefix + algorithm
		want := h.Get(header)
		if want == "" {
			continue
		}
		if found.name != "" {
			return checksum{}, invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not " +
				"allowed.")
		}
		sum := make()
		if raw, err := base64.StdEncoding.DecodeString(want); err != nil || len(raw) != sum.Size() {
			return checksum{}, invalidRequest("Value for " + strings.ToLower(header) + " header is invalid.")
		}
		sum.Write(body)
		if base64.StdEncoding.EncodeToString(sum.Sum(nil)) != want {
			return checksum{}, badDigest(strings.ToUpper(algorithm))
		}
		found = checksum{header, want, fullObject}
	}
	return found, nil
}

// verifyMD5 checks a body against the older Content-MD5, which is not stored.
func verifyMD5(h http.Header, body []byte) error {
	values, given := h["Content-Md5"]
	if !given {
		return nil
	}
	want, err := base64.StdEncoding.DecodeString(values[0])
	if err != nil || len(want) != md5.Size {
		return &apiError{Code: "InvalidDigest", Message: "The Content-MD5 you specified was invalid."}
	}
	if sum := md5.Sum(body); !bytes.Equal(sum[:], want) {
		return badDigest("Content-MD5")
	}
	return nil
}

func badDigest(name string) error {
	return &apiError{Code: "BadDigest", Message: "The " + name + " you specified did not match the calculated checksum."}
}
