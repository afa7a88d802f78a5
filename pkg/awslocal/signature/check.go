package signature

import (
	"crypto/hmac"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const s3 = "s3"

// Target is what a request is addressed to.
type Target struct {
	Service string // as in a credential's scope: "sqs"
	Body    []byte // all of it; S3's is verified later, by the Seal
}

// Check verifies the signature of a request, given the accepted keys and the time. If it returns no error it
// returns the request's seal. What S3's body is verified by is in it.
func Check(r *http.Request, to Target, keys Keys, now time.Time) (*Seal, *api.Error) {
	words := wordsOf(to.Service)
	c, refused := readClaim(r, words)
	if refused != nil {
		return nil, refused
	}
	at, s, refused := c.verify(to.Service, words, now)
	if refused != nil {
		return nil, refused
	}
	secret, known := keys[s.accessKey]
	switch {
	case !known:
		return nil, words.unknownKey(s.accessKey)
	case c.token != "":
		return nil, words.unknownToken(c.token)
	}
	if names := c.uncovered(r.Header, to.Service); len(names) > 0 {
		return nil, words.notSigned(names)
	}

	uri, payload := resourceURI(r.URL), hash(to.Body)
	if to.Service == s3 {
		uri = objectURI(r.URL)
		if payload, refused = c.payload(r); refused != nil {
			return nil, refused
		}
	}
	seal := &Seal{key: s.signingKey(secret), date: at.Format(longDate), scope: s.String(), payload: payload}
	canonical := canonicalRequest(r, c, uri, payload)
	toSign := seal.stringToSign(algorithm, hash([]byte(canonical)))
	seal.signature = hex.EncodeToString(sign(seal.key, toSign))
	if !hmac.Equal([]byte(seal.signature), []byte(c.signature)) {
		return nil, words.mismatch(mismatch{s.accessKey, c.signature, toSign, canonical})
	}
	return seal, nil
}

// verify refuses a claim that is incomplete, from another time, or for something else.
func (c claim) verify(service string, words dialect, now time.Time) (at time.Time, s scope, refused *api.Error) {
	// The date first: of a request from another time nothing else matters.
	at, ok := c.when()
	if !ok {
		return at, s, words.undated(c)
	}
	if refused = words.timely(c, at, now); refused != nil {
		return at, s, refused
	}
	if c.algorithm != algorithm {
		return at, s, words.otherMechanism(c.algorithm)
	}
	if missing := c.missing(); len(missing) > 0 {
		return at, s, words.incomplete(c, missing)
	}
	s, end, ok := c.scope()
	switch day := at.Format("20060102"); {
	case !ok:
		refused = words.malformedCredential(c)
	case s.date != day:
		refused = words.otherDay(c, s.date, day)
	case s.region == "":
		refused = words.noRegion(c)
	case s.service != service:
		refused = words.otherService(c, s.service, service)
	case end != terminator:
		refused = words.otherTerminator(c, end)
	}
	return at, s, refused
}

// uncovered are the headers that have to be signed and are not: the host, and S3's own except the body's hash.
func (c claim) uncovered(h http.Header, service string) []string {
	var must []string
	if service == s3 {
		for name := range h {
			name = strings.ToLower(name)
			if strings.HasPrefix(name, "x-amz-") && name != "x-amz-content-sha256" {
				must = append(must, name)
			}
		}
		slices.Sort(must)
	}
	signed := c.headers()
	return slices.DeleteFunc(append([]string{"host"}, must...), func(name string) bool {
		return slices.Contains(signed, name)
	})
}
