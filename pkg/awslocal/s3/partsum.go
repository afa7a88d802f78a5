package s3

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
)

// partSums says which checksum an upload in parts asked for; its zero value is none.
type partSums struct{ algorithm, kind string } // as in algorithms, and one of the two types

// partSumsOf reads what the beginning of an upload asks for.
func partSumsOf(h http.Header) (p partSums, err error) {
	name, kind := h.Get(checksumPrefix+"Algorithm"), h.Get(checksumPrefix+"Type")
	if name == "" {
		if kind != "" {
			return p, invalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm " +
				"header.")
		}
		return p, nil
	}
	p = partSums{http.CanonicalHeaderKey(strings.ToLower(name)), kind}
	if algorithms[p.algorithm] == nil {
		return p, invalidRequest("Checksum algorithm provided is unsupported. Try again with any of the valid types: " +
			"[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
	}
	whole, parts := strings.HasPrefix(p.algorithm, "Crc"), p.algorithm != "Crc64nvme"
	switch {
	case kind == "" && parts:
		p.kind = composite
	case kind == "":
		p.kind = fullObject
	case kind == composite && !parts, kind == fullObject && !whole, kind != composite && kind != fullObject:
		return p, invalidRequest(fmt.Sprintf("The %s checksum type cannot be used with the %s checksum algorithm.",
			kind, strings.ToLower(name)))
	}
	return p, nil
}

// write sets the headers of the answer that begins the upload.
func (p partSums) write(h http.Header) {
	if p.algorithm != "" {
		h.Set(checksumPrefix+"Algorithm", strings.ToUpper(p.algorithm))
		h.Set(checksumPrefix+"Type", p.kind)
	}
}

// of returns the checksum of the object that consists of the parts. It fails if the client claims another. An
// upload that asked for none has the one that completes it.
func (p partSums) of(body []byte, parts []*part, claims http.Header) (checksum, error) {
	if p.algorithm == "" {
		return verifySum(claims, body)
	}
	sum := algorithms[p.algorithm]()
	suffix := ""
	if p.kind == composite {
		for _, part := range parts {
			one := algorithms[p.algorithm]()
			one.Write(part.body)
			sum.Write(one.Sum(nil))
		}
		suffix = fmt.Sprintf("-%d", len(parts))
	} else {
		sum.Write(body)
	}
	c := checksum{checksumPrefix + p.algorithm, base64.StdEncoding.EncodeToString(sum.Sum(nil)) + suffix, p.kind}
	if want := claims.Get(c.name); want != "" && want != c.value {
		return checksum{}, badDigest(strings.ToUpper(p.algorithm))
	}
	return c, nil
}

// checksumShape is a checksum in a document, whose element has the algorithm's name.
type checksumShape struct {
	XMLName xml.Name
	Value   string `xml:",chardata"`
}

func (c checksum) shape() *checksumShape {
	if c.name == "" {
		return nil
	}
	algorithm := strings.ToUpper(strings.TrimPrefix(c.name, checksumPrefix))
	return &checksumShape{xml.Name{Local: "Checksum" + algorithm}, c.value}
}
