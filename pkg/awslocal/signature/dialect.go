package signature

import (
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// dialect is how a service words its refusals.
type dialect interface {
	unsigned() *api.Error
	twice(authorization string) *api.Error           // in the header and in the URL
	otherMechanism(name string) *api.Error           // than Signature Version 4
	undated(c claim) *api.Error                      // without a date, or with one that is none
	timely(c claim, at, now time.Time) *api.Error    // nil if the request is of this time
	incomplete(c claim, missing []string) *api.Error // by the names of the missing parts
	malformedCredential(c claim) *api.Error
	otherDay(c claim, scope, date string) *api.Error // of the credential than of the request
	noRegion(c claim) *api.Error
	otherService(c claim, scope, want string) *api.Error
	otherTerminator(c claim, end string) *api.Error
	unknownKey(accessKey string) *api.Error
	unknownToken(token string) *api.Error
	notSigned(headers []string) *api.Error
	mismatch(m mismatch) *api.Error
}

// mismatch is what a client needs to see where its signature differs.
type mismatch struct{ accessKey, provided, stringToSign, canonicalRequest string }

func wordsOf(service string) dialect {
	if service == s3 {
		return objectWords{}
	}
	return callWords{}
}
