package signature

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// objectWords are S3's refusals.
type objectWords struct{}

// members are further elements of an error's document.
type members = map[string]any

func denied(message string, more members) *api.Error {
	return &api.Error{Code: "AccessDenied", Message: message, Status: http.StatusForbidden, Members: more}
}

func (objectWords) unsigned() *api.Error { return denied("Access Denied", nil) }

func (objectWords) twice(authorization string) *api.Error {
	return &api.Error{
		Code: "InvalidArgument",
		Message: "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string " +
			"parameter or the Authorization header should be specified",
		Members: members{"ArgumentName": "Authorization", "ArgumentValue": authorization},
	}
}

func (objectWords) otherMechanism(name string) *api.Error {
	if name != "AWS" && !strings.HasPrefix(name, "AWS4-") {
		return &api.Error{
			Code: "InvalidArgument", Message: "Unsupported Authorization Type",
			Members: members{"ArgumentName": "Authorization", "ArgumentValue": name},
		}
	}
	return api.Errorf("InvalidRequest",
		"The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.")
}

// malformed is what is wrong with the header or with the URL's parameters.
func malformed(c claim, header, parameter string, args ...any) *api.Error {
	if c.presigned {
		return api.Errorf("AuthorizationQueryParametersError", parameter, args...)
	}
	return api.Errorf("AuthorizationHeaderMalformed", "The authorization header is malformed; "+header, args...)
}

func (w objectWords) undated(c claim) *api.Error {
	switch {
	case !c.presigned:
		return denied("AWS authentication requires a valid Date or x-amz-date header", nil)
	case c.date == "":
		return w.incomplete(c, nil)
	}
	return malformed(c, "", `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
}

const isoDate = "2006-01-02T15:04:05Z"

func (w objectWords) timely(c claim, at, now time.Time) *api.Error {
	now = now.UTC()
	if c.presigned {
		return w.unexpired(c, at, now)
	}
	if d := now.Sub(at); d > maxSkew || d < -maxSkew {
		return &api.Error{
			Code: "RequestTimeTooSkewed", Status: http.StatusForbidden,
			Message: "The difference between the request time and the current time is too large.",
			Members: members{
				"RequestTime": c.date, "ServerTime": now.Format(isoDate),
				"MaxAllowedSkewMilliseconds": strconv.FormatInt(maxSkew.Milliseconds(), 10),
			},
		}
	}
	return nil
}

// maxExpires is a week, in seconds.
const maxExpires = 7 * 24 * 60 * 60

func (w objectWords) unexpired(c claim, at, now time.Time) *api.Error {
	if c.expires == "" {
		return w.incomplete(c, nil)
	}
	seconds, err := strconv.Atoi(c.expires)
	switch {
	case err != nil:
		return malformed(c, "", "X-Amz-Expires should be a number")
	case seconds < 1:
		return malformed(c, "", "X-Amz-Expires must be non-negative")
	case seconds > maxExpires:
		return malformed(c, "", "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "+
			"must be less than %d seconds", maxExpires)
	}
	end := at.Add(time.Duration(seconds) * time.Second)
	times := members{
		"X-Amz-Expires": c.expires, "Expires": end.Format(isoDate), "ServerTime": now.Format(isoDate),
	}
	switch {
	case now.After(end):
		return denied("Request has expired", times)
	case at.After(now.Add(maxSkew)):
		return denied("Request is not valid yet", times)
	}
	return nil
}

func (objectWords) incomplete(c claim, _ []string) *api.Error {
	return malformed(c, "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
		"Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "+
			"X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
}

// badCredential is what is wrong with the credential.
func badCredential(c claim, what string, args ...any) *api.Error {
	return malformed(c, what, "Error parsing the X-Amz-Credential parameter; "+what, args...)
}

func (objectWords) malformedCredential(c claim) *api.Error {
	return badCredential(c,
		`the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`)
}

func (objectWords) otherDay(c claim, scope, date string) *api.Error {
	return malformed(c, `Invalid credential date "%s". This date is not the same as X-Amz-Date: "%s".`,
		`Invalid credential date "%s". This date is not the same as X-Amz-Date: "%s".`, scope, date)
}

func (objectWords) noRegion(c claim) *api.Error {
	return badCredential(c, "a non-empty region must be provided in the credential.")
}

func (objectWords) otherService(c claim, scope, want string) *api.Error {
	return badCredential(c, `incorrect service "%s". This endpoint belongs to "%s".`, scope, want)
}

func (objectWords) otherTerminator(c claim, end string) *api.Error {
	return badCredential(c, `incorrect terminal "%s". This endpoint uses "%s".`, end, terminator)
}

func (objectWords) unknownKey(accessKey string) *api.Error {
	return &api.Error{
		Code: "InvalidAccessKeyId", Message: "The AWS Access Key Id you provided does not exist in our records.",
		Status: http.StatusForbidden, Members: members{"AWSAccessKeyId": accessKey},
	}
}

func (objectWords) unknownToken(token string) *api.Error {
	return &api.Error{
		Code: "InvalidToken", Message: "The provided token is malformed or otherwise invalid.",
		Members: members{"Token-0": token},
	}
}

func (objectWords) notSigned(headers []string) *api.Error {
	return denied("There were headers present in the request which were not signed",
		members{"HeadersNotSigned": strings.Join(headers, ", ")})
}

func (objectWords) mismatch(m mismatch) *api.Error {
	return &api.Error{
		Code: "SignatureDoesNotMatch", Status: http.StatusForbidden,
		Message: "The request signature we calculated does not match the signature you provided. Check your key and " +
			"signing method.",
		Members: members{
			"AWSAccessKeyId": m.accessKey, "StringToSign": m.stringToSign, "SignatureProvided": m.provided,
			"StringToSignBytes": spaced(m.stringToSign), "CanonicalRequest": m.canonicalRequest,
			"CanonicalRequestBytes": spaced(m.canonicalRequest),
		},
	}
}

// spaced is the bytes of a text in hexadecimal.
func spaced(text string) string { return fmt.Sprintf("% x", text) }
