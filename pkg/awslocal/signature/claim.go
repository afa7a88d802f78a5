package signature

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// claim is what a request says of its signature, as it is written there.
type claim struct {
	presigned     bool
	authorization string // the header; empty if presigned
	algorithm     string
	credential    string
	signedHeaders string
	signature     string
	date          string
	expires       string // presigned only: seconds
	token         string
}

// The parameters of a presigned URL.
const (
	paramAlgorithm     = "X-Amz-Algorithm"
	paramCredential    = "X-Amz-Credential"
	paramSignedHeaders = "X-Amz-SignedHeaders"
	paramSignature     = "X-Amz-Signature"
	paramDate          = "X-Amz-Date"
	paramExpires       = "X-Amz-Expires"
	paramToken         = "X-Amz-Security-Token"
)

// readClaim reads the claim of a request, or refuses one that has none, or two.
func readClaim(r *http.Request, words dialect) (claim, *api.Error) {
	authorization := strings.TrimSpace(r.Header.Get("Authorization"))
	query := r.URL.Query()
	presigned := query.Has(paramAlgorithm)
	switch {
	case presigned && authorization != "":
		return claim{}, words.twice(authorization)
	case presigned:
		return fromQuery(query), nil
	case authorization == "" && query.Has("AWSAccessKeyId") && query.Has("Signature"):
		return claim{}, words.otherMechanism("AWS")
	case authorization == "":
		return claim{}, words.unsigned()
	}
	return fromHeader(r.Header, authorization), nil
}

func fromQuery(query url.Values) claim {
	return claim{
		presigned: true, algorithm: query.Get(paramAlgorithm), credential: query.Get(paramCredential),
		signedHeaders: query.Get(paramSignedHeaders), signature: query.Get(paramSignature), date: query.Get(paramDate),
		expires: query.Get(paramExpires), token: query.Get(paramToken),
	}
}

// fromHeader reads "ALGORITHM Credential=…, SignedHeaders=…, Signature=…", in any order, with a comma or a space
// between two parts.
func fromHeader(h http.Header, authorization string) claim {
	c := claim{authorization: authorization, date: h.Get("X-Amz-Date"), token: h.Get(paramToken)}
	if len(h.Values("X-Amz-Date")) == 0 {
		c.date = h.Get("Date")
	}
	mechanism, rest, _ := strings.Cut(authorization, " ")
	c.algorithm = mechanism
	for part := range strings.FieldsFuncSeq(rest, func(r rune) bool { return r == ',' || r == ' ' }) {
		switch name, value, _ := strings.Cut(part, "="); name {
		case "Credential":
			c.credential = value
		case "SignedHeaders":
			c.signedHeaders = value
		case "Signature":
			c.signature = value
		}
	}
	return c
}

// missing are the parts that the claim lacks, by the names that they have in its form.
func (c claim) missing() []string {
	parts := [][2]string{
		{"Credential", c.credential}, {"Signature", c.signature}, {"SignedHeaders", c.signedHeaders},
	}
	if c.presigned {
		parts = [][2]string{
			{paramAlgorithm, c.algorithm}, {paramCredential, c.credential}, {paramSignature, c.signature},
			{paramSignedHeaders, c.signedHeaders}, {paramDate, c.date},
		}
	}
	var names []string
	for _, part := range parts {
		if part[1] == "" {
			names = append(names, part[0])
		}
	}
	return names
}

// headers are the names of the signed headers, in lower case and sorted.
func (c claim) headers() []string {
	names := strings.Split(strings.ToLower(c.signedHeaders), ";")
	slices.Sort(names)
	return slices.Compact(names)
}

// scope splits the credential; an access key may contain slashes. ok is false if parts are missing.
func (c claim) scope() (s scope, end string, ok bool) {
	parts := strings.Split(c.credential, "/")
	n := len(parts)
	if n < 5 {
		return scope{}, "", false
	}
	return scope{
		accessKey: strings.Join(parts[:n-4], "/"), date: parts[n-4], region: parts[n-3], service: parts[n-2],
	}, parts[n-1], true
}
