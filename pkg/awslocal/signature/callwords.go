package signature

import (
	"fmt"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// callWords are the refusals of the services with the JSON and query protocols.
type callWords struct{}

// refusal has the code of the JSON protocols and that of the query protocol.
func refusal(code, queryCode, message string, args ...any) *api.Error {
	return &api.Error{
		Code: code, QueryCode: queryCode, Message: fmt.Sprintf(message, args...), Namespace: "com.amazon.coral.service",
	}
}

func invalid(message string, args ...any) *api.Error {
	return refusal("InvalidSignatureException", "SignatureDoesNotMatch", message, args...)
}

func incompleteSignature(message string, args ...any) *api.Error {
	return refusal("IncompleteSignatureException", "IncompleteSignature", message, args...)
}

func (callWords) unsigned() *api.Error {
	return refusal("MissingAuthenticationTokenException", "MissingAuthenticationToken",
		"Request is missing Authentication Token")
}

func (callWords) twice(string) *api.Error {
	return invalid("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")
}

func (w callWords) otherMechanism(name string) *api.Error {
	if !strings.HasPrefix(name, "AWS4-") {
		return w.unsigned()
	}
	return incompleteSignature("Unsupported AWS 'algorithm': '%s'.", name)
}

func (w callWords) undated(c claim) *api.Error {
	switch {
	case c.algorithm != algorithm:
		return w.otherMechanism(c.algorithm)
	case c.date == "":
		return w.incomplete(c, c.missing())
	}
	return incompleteSignature(
		"Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", c.date)
}

// timely does not look at how long a presigned URL says that it is valid, as AWS doesn't: that is S3's.
func (callWords) timely(_ claim, at, now time.Time) *api.Error {
	now = now.UTC()
	if first := now.Add(-maxSkew); at.Before(first) {
		return invalid("Signature expired: %s is now earlier than %s (%s - 15 min.)", at.Format(longDate),
			first.Format(longDate), now.Format(longDate))
	}
	if last := now.Add(maxSkew); at.After(last) {
		return invalid("Signature not yet current: %s is still later than %s (%s + 15 min.)", at.Format(longDate),
			last.Format(longDate), now.Format(longDate))
	}
	return nil
}

func (callWords) incomplete(c claim, missing []string) *api.Error {
	var b strings.Builder
	for _, name := range missing {
		if c.presigned {
			fmt.Fprintf(&b, "AWS query-string parameters must include '%s'. ", name)
		} else {
			fmt.Fprintf(&b, "Authorization header requires '%s' parameter. ", name)
		}
	}
	if c.presigned {
		return incompleteSignature("%sRe-examine the query-string parameters.", b.String())
	}
	if c.date == "" {
		b.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return incompleteSignature("%sAuthorization=%s", b.String(), c.authorization)
}

func (callWords) malformedCredential(c claim) *api.Error {
	return incompleteSignature("Credential must have exactly 5 slash-delimited elements, e.g. "+
		"keyid/date/region/service/term, got '%s'", c.credential)
}

func (callWords) otherDay(c claim, scope, date string) *api.Error {
	return invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "+
		"'%s' != '%s', from '%s'.", scope, date, c.date)
}

func (callWords) noRegion(claim) *api.Error {
	return invalid("Credential should be scoped to a valid region, not ''. ")
}

func (callWords) otherService(_ claim, _, want string) *api.Error {
	return invalid("Credential should be scoped to correct service: '%s'. ", want)
}

func (callWords) otherTerminator(_ claim, end string) *api.Error {
	return invalid("Credential should be scoped with a valid terminator: '%s', not '%s'. ", terminator, end)
}

func (callWords) unknownKey(string) *api.Error {
	return refusal("UnrecognizedClientException", "InvalidClientTokenId",
		"The security token included in the request is invalid.")
}

func (w callWords) unknownToken(string) *api.Error { return w.unknownKey("") }

func (callWords) notSigned([]string) *api.Error {
	return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
}

func (callWords) mismatch(m mismatch) *api.Error {
	return invalid("The request signature we calculated does not match the signature you provided. Check your AWS "+
		"Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String "+
		"for this request should have been\n'%s'\n\nThe String-to-Sign should have been\n'%s'\n", m.canonicalRequest,
		m.stringToSign)
}
