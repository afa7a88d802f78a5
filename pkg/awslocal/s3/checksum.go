package s3

import (
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

// verify checks a body against the checksum in its headers, if any. It returns the header's name and value.
func verify(h http.Header, body []byte) (name, value string, err error) {
	for algorithm, make := range algorithms {
		header := checksumPrefix + algorithm
		want := h.Get(header)
		if want == "" {
			continue
		}
		if name != "" {
			return "", "", invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
		}
		sum := make()
		if raw, err := base64.StdEncoding.DecodeString(want); err != nil || len(raw) != sum.Size() {
			return "", "", invalidRequest("Value for " + strings.ToLower(header) + " header is invalid.")
		}
		sum.Write(body)
		if base64.StdEncoding.EncodeToString(sum.Sum(nil)) != want {
			return "", "", &apiError{
				Code: "BadDigest", Message: "The " + strings.ToUpper(algorithm) +
					" you specified did not match the calculated checksum.",
			}
		}
		name, value = header, want
	}
	return name, value, nil
}
