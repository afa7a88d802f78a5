package signature

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

var (
	theKeys = Keys{"test": "secret"}
	now     = time.Date(2026, 11, 27, 20, 0, 0, 0, time.UTC)
)

// request is a request to a service before it is signed.
func request(t testing.TB, method, url, body string, header ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// signed signs a request as the SDK does.
func signed(t testing.TB, r *http.Request, service, body, secret string, at time.Time) *http.Request {
	t.Helper()
	payload := hash([]byte(body))
	if service == s3 {
		r.Header.Set(payloadHeader, payload)
	}
	keys := aws.Credentials{AccessKeyID: "test", SecretAccessKey: secret}
	if err := v4.NewSigner().SignHTTP(t.Context(), keys, r, payload, service, "eu-west-1", at,
		simplePath(service)); err != nil {
		t.Fatal(err)
	}
	return r
}

// presign signs a URL as the SDK does.
func presign(t testing.TB, r *http.Request, service, payload string, at time.Time) *http.Request {
	t.Helper()
	url, header, err := v4.NewSigner().PresignHTTP(t.Context(),
		aws.Credentials{AccessKeyID: "test", SecretAccessKey: "secret"}, r, payload, service, "eu-west-1", at,
		simplePath(service))
	if err != nil {
		t.Fatal(err)
	}
	ready := request(t, r.Method, url, "")
	ready.Header = header
	return ready
}

func simplePath(service string) func(*v4.SignerOptions) {
	return func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == s3 }
}

func TestWhatTheSDKSignsIsAccepted(t *testing.T) {
	for _, c := range []struct{ service, method, url, body string }{
		{"dynamodb", "POST", "http://127.0.0.1:4566/", `{"TableName":"t"}`},
		{"sqs", "POST", "http://localhost/000000000000/my%20queue", "Action=SendMessage"},
		{"sts", "GET", "http://localhost/?Action=GetCallerIdentity&Version=2011-06-15&b=%20&b=%2B&a", ""},
		{"sts", "GET", "http://localhost", ""},
		{s3, "PUT", "http://bucket.localhost:4566/a//b/./c%20d%2Be/%E2%82%AC?x-id=PutObject", "content"},
		{s3, "GET", "http://localhost/bucket?list-type=2&prefix=a%2Fb&delimiter=%2F&prefix=%20", ""},
	} {
		r := signed(t, request(t, c.method, c.url, c.body, "Content-Type", "a  b", "X-Amz-Meta-A", " 1   2 "), c.service,
			c.body, "secret", now)
		seal, refused := Check(r, Target{c.service, []byte(c.body)}, theKeys, now.Add(14*time.Minute))
		if refused != nil {
			t.Errorf("%s %s: %v", c.method, c.url, refused)
			continue
		}
		if c.service == s3 && seal.Body([]byte(c.body)) != nil {
			t.Errorf("%s %s: the body is refused", c.method, c.url)
		}
	}
	r := request(t, "PUT", "http://localhost/bucket/key?X-Amz-Expires=60", "", "X-Amz-Meta-A", "1")
	if _, refused := Check(presign(t, r, s3, unsignedPayload, now), Target{Service: s3}, theKeys,
		now.Add(time.Minute)); refused != nil {
		t.Errorf("presigned: %v", refused)
	}
	r = request(t, "GET", "http://localhost/?Action=GetCallerIdentity", "")
	if _, refused := Check(presign(t, r, "sts", emptyHash, now), Target{Service: "sts"}, theKeys,
		now.Add(14*time.Minute)); refused != nil {
		t.Errorf("presigned call: %v", refused)
	}
}

// change alters a signed request.
type change func(r *http.Request)

func set(name, value string) change { return func(r *http.Request) { r.Header.Set(name, value) } }
func del(name string) change        { return func(r *http.Request) { r.Header.Del(name) } }

// claiming replaces text in the Authorization header.
func claiming(old, new string) change {
	return func(r *http.Request) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
	}
}

// asking replaces text in the query.
func asking(old, new string) change {
	return func(r *http.Request) { r.URL.RawQuery = strings.Replace(r.URL.RawQuery, old, new, 1) }
}

type refusalCase struct {
	do      change
	code    string
	message string // part of it
}

func refuses(t *testing.T, name string, r *http.Request, to Target, at time.Time, want refusalCase) {
	t.Helper()
	if want.do != nil {
		want.do(r)
	}
	_, refused := Check(r, to, theKeys, at)
	if refused == nil || refused.Code != want.code || !strings.Contains(refused.Message, want.message) {
		t.Errorf("%s: %v, want %s: …%s…", name, refused, want.code, want.message)
	}
}

const (
	wrong     = "The request signature we calculated does not match the signature you provided."
	notSigned = "There were headers present in the request which were not signed"
)

func TestCallsAreRefused(t *testing.T) {
	const body, day = `{"TableName":"t"}`, "20261127"
	fresh := func() *http.Request {
		return signed(t, request(t, "POST", "http://localhost/?a=1", body, "X-Amz-Target", "DynamoDB_20120810.ListTables"),
			"dynamodb", body, "secret", now)
	}
	for name, c := range map[string]refusalCase{
		"no signature": {del("Authorization"), "MissingAuthenticationTokenException",
			"Request is missing Authentication Token"},
		"another scheme": {set("Authorization", "Basic abc"), "MissingAuthenticationTokenException", ""},
		"both": {asking("a=1", "X-Amz-Algorithm=AWS4-HMAC-SHA256"), "InvalidSignatureException",
			"Found both 'X-Amz-Algorithm'"},
		"another algorithm": {claiming("HMAC-SHA256", "ECDSA-P256-SHA256"), "IncompleteSignatureException",
			"Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'."},
		"nothing in it": {set("Authorization", "AWS4-HMAC-SHA256"), "IncompleteSignatureException",
			"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter."},
		"no date": {del("X-Amz-Date"), "IncompleteSignatureException",
			"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4"},
		"no date at all": {set("X-Amz-Date", "today"), "IncompleteSignatureException", "Got 'today'"},
		"short credential": {claiming("/aws4_request", ""), "IncompleteSignatureException",
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'test/"},
		"another day":        {claiming(day, "20261126"), "InvalidSignatureException", "'20261126' != '20261127'"},
		"no region":          {claiming("eu-west-1", ""), "InvalidSignatureException", "scoped to a valid region"},
		"another service":    {claiming("/dynamodb/", "/sqs/"), "InvalidSignatureException", "correct service: 'dynamodb'"},
		"another terminator": {claiming("aws4_request", "aws5"), "InvalidSignatureException", "not 'aws5'"},
		"unknown key": {claiming("=test/", "=nobody/"), "UnrecognizedClientException",
			"The security token included in the request is invalid."},
		"a token that nobody gave":  {set("X-Amz-Security-Token", "abc"), "UnrecognizedClientException", ""},
		"host not signed":           {claiming("host;", ""), "InvalidSignatureException", "'Host' or ':authority'"},
		"another host":              {func(r *http.Request) { r.Host = "127.0.0.1" }, "InvalidSignatureException", wrong},
		"another method":            {func(r *http.Request) { r.Method = "PUT" }, "InvalidSignatureException", wrong},
		"another path":              {func(r *http.Request) { r.URL.Path = "/x" }, "InvalidSignatureException", wrong},
		"another query":             {asking("a=1", "a=2"), "InvalidSignatureException", wrong},
		"another header":            {set("X-Amz-Target", "DynamoDB_20120810.GetItem"), "InvalidSignatureException", wrong},
		"another region":            {claiming("eu-west-1", "eu-west-2"), "InvalidSignatureException", wrong},
		"another signature":         {claiming("Signature=", "Signature=0"), "InvalidSignatureException", wrong},
		"unsigned body does not do": {set(payloadHeader, unsignedPayload), "InvalidSignatureException", wrong},
	} {
		to := Target{"dynamodb", []byte(body)}
		if strings.HasPrefix(name, "unsigned body") {
			to.Body = []byte(`{"TableName":"u"}`)
		}
		refuses(t, name, fresh(), to, now, c)
	}
	to := Target{"dynamodb", []byte(body)}
	refuses(t, "another body", fresh(), Target{"dynamodb", []byte(`{}`)}, now,
		refusalCase{nil, "InvalidSignatureException", wrong})
	refuses(t, "too late", fresh(), to, now.Add(15*time.Minute+time.Second), refusalCase{nil, "InvalidSignatureException",
		"Signature expired: 20261127T200000Z is now earlier than 20261127T200001Z (20261127T201501Z - 15 min.)"})
	refuses(t, "too early", fresh(), to, now.Add(-15*time.Minute-time.Second), refusalCase{nil,
		"InvalidSignatureException", "Signature not yet current: 20261127T200000Z is still later than 20261127T195959Z " +
			"(20261127T194459Z + 15 min.)"})
	r := presign(t, request(t, "GET", "http://localhost/?Action=GetCallerIdentity", ""), "sts", emptyHash, now)
	refuses(t, "presigned, incomplete", r, Target{Service: "sts"}, now, refusalCase{asking("X-Amz-SignedHeaders", "X"),
		"IncompleteSignatureException",
		"AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters."})
}

func TestRequestsToS3AreRefused(t *testing.T) {
	fresh := func() *http.Request {
		r := request(t, "PUT", "http://localhost/b/k", "content", "X-Amz-Meta-A", "1")
		return signed(t, r, s3, "content", "secret", now)
	}
	for name, c := range map[string]refusalCase{
		"no signature":   {del("Authorization"), "AccessDenied", "Access Denied"},
		"another scheme": {set("Authorization", "Basic abc"), "InvalidArgument", "Unsupported Authorization Type"},
		"version 2":      {set("Authorization", "AWS test:abc"), "InvalidRequest", "Please use AWS4-HMAC-SHA256."},
		"version 2, presigned": {func(r *http.Request) {
			r.Header.Del("Authorization")
			r.URL.RawQuery = "AWSAccessKeyId=test&Signature=x&Expires=1"
		}, "InvalidRequest", "Please use AWS4-HMAC-SHA256."},
		"both": {func(r *http.Request) { r.URL.RawQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256" }, "InvalidArgument",
			"Only one auth mechanism allowed"},
		"no date":            {del("X-Amz-Date"), "AccessDenied", "requires a valid Date or x-amz-date header"},
		"before 1970":        {set("X-Amz-Date", "Tue, 07 Jul 1950 21:53:04 GMT"), "AccessDenied", "requires a valid Date"},
		"nothing in it":      {set("Authorization", algorithm), "AuthorizationHeaderMalformed", "three components"},
		"short credential":   {claiming("/aws4_request", ""), "AuthorizationHeaderMalformed", "the Credential is mal-formed"},
		"another day":        {claiming("20261127", "20261126"), "AuthorizationHeaderMalformed", "Invalid credential date"},
		"no region":          {claiming("eu-west-1", ""), "AuthorizationHeaderMalformed", "a non-empty region"},
		"another service":    {claiming("/s3/", "/sqs/"), "AuthorizationHeaderMalformed", `incorrect service "sqs"`},
		"another terminator": {claiming("aws4_request", "aws5"), "AuthorizationHeaderMalformed", `incorrect terminal "aws5"`},
		"unknown key":        {claiming("=test/", "=nobody/"), "InvalidAccessKeyId", "does not exist in our records"},
		"a token":            {set("X-Amz-Security-Token", "abc"), "InvalidToken", "malformed or otherwise invalid"},
		"host not signed":    {claiming("host;", ""), "AccessDenied", notSigned},
		"header not signed":  {set("X-Amz-Acl", "private"), "AccessDenied", notSigned},
		"no hash":            {del(payloadHeader), "InvalidRequest", "Missing required header for this request: x-amz-con"},
		"bad hash": {set(payloadHeader, "abc"), "InvalidArgument",
			"x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
		"another hash":      {set(payloadHeader, emptyHash), "SignatureDoesNotMatch", wrong},
		"another path":      {func(r *http.Request) { r.URL.Path = "/b/./k" }, "SignatureDoesNotMatch", wrong},
		"another header":    {set("X-Amz-Meta-A", "2"), "SignatureDoesNotMatch", wrong},
		"another signature": {claiming("Signature=", "Signature=0"), "SignatureDoesNotMatch", wrong},
	} {
		refuses(t, name, fresh(), Target{Service: s3}, now, c)
	}
	const tooFar = 15*time.Minute + time.Second
	for name, at := range map[string]time.Duration{"late": tooFar, "early": -tooFar} {
		refuses(t, name, fresh(), Target{Service: s3}, now.Add(at), refusalCase{nil, "RequestTimeTooSkewed", "too large"})
	}
}

func TestPresignedURLsAreRefused(t *testing.T) {
	const parameters = "AuthorizationQueryParametersError"
	for name, c := range map[string]struct {
		after time.Duration
		refusalCase
	}{
		"expired":        {time.Minute + time.Second, refusalCase{nil, "AccessDenied", "Request has expired"}},
		"too early":      {-15*time.Minute - time.Second, refusalCase{nil, "AccessDenied", "Request is not valid yet"}},
		"extended":       {time.Minute, refusalCase{asking("Expires=60", "Expires=600"), "SignatureDoesNotMatch", wrong}},
		"a week and 1 s": {0, refusalCase{asking("Expires=60", "Expires=604801"), parameters, "less than a week"}},
		"0 s":            {0, refusalCase{asking("Expires=60", "Expires=0"), parameters, "non-negative"}},
		"no number":      {0, refusalCase{asking("Expires=60", "Expires=x"), parameters, "should be a number"}},
		"no expiry":      {0, refusalCase{asking("Expires=60", "Expires="), parameters, "requires the X-Amz-Algorithm"}},
		"no date":        {0, refusalCase{asking("X-Amz-Date", "X"), parameters, "requires the X-Amz-Algorithm"}},
		"bad date":       {0, refusalCase{asking("Date=2026", "Date=x"), parameters, "ISO8601 Long Format"}},
		"bad scope":      {0, refusalCase{asking("%2Fs3%2F", "%2Fs4%2F"), parameters, `incorrect service "s4"`}},
		"later header":   {0, refusalCase{set("X-Amz-Acl", "private"), "AccessDenied", notSigned}},
	} {
		r := presign(t, request(t, "GET", "http://localhost/b/k?X-Amz-Expires=60", ""), s3, unsignedPayload, now)
		refuses(t, name, r, Target{Service: s3}, now.Add(c.after), c.refusalCase)
	}
	// It says nothing of its body, so a header that came later has no meaning.
	r := presign(t, request(t, "GET", "http://localhost/b/k?X-Amz-Expires=604800", ""), s3, unsignedPayload, now)
	set(payloadHeader, emptyHash)(r)
	if _, refused := Check(r, Target{Service: s3}, theKeys, now.Add(maxExpires*time.Second)); refused != nil {
		t.Error(refused)
	}
}

// The dates of HTTP are converted to the form that is signed.
func TestTheDateHeaderWillDo(t *testing.T) {
	for _, date := range []string{now.Format(http.TimeFormat), "Fri, 27 Nov 2026 20:00:00 -0000"} {
		r := signed(t, request(t, "POST", "http://localhost/", ""), "sqs", "", "secret", now)
		claiming("SignedHeaders=host;x-amz-date", "SignedHeaders=host")(r)
		del("X-Amz-Date")(r)
		set("Date", date)(r)
		_, refused := Check(r, Target{Service: "sqs"}, theKeys, now)
		if refused == nil || !strings.Contains(refused.Message, "\n20261127T200000Z\n20261127/eu-west-1/sqs/aws4_request\n") {
			t.Errorf("the date %s is not read: %v", date, refused)
		}
	}
}

func TestPathsAreNormalizedExceptForS3(t *testing.T) {
	for raw, want := range map[string][2]string{ // S3's and the others'
		"/":              {"/", "/"},
		"":               {"/", "/"},
		"//":             {"//", "/"},
		"/a/../b/":       {"/a/../b/", "/b/"},
		"/a//./b":        {"/a//./b", "/a/b"},
		"/a%20b":         {"/a%20b", "/a%2520b"},
		"/a%2Fb":         {"/a/b", "/a%252Fb"},
		"/\u1234?x":      {"/%E1%88%B4", "/%25E1%2588%25B4"},
		"/a+b*c(d)~_-.!": {"/a%2Bb%2Ac%28d%29~_-.%21", "/a%2Bb%2Ac%28d%29~_-.%21"},
	} {
		u := request(t, "GET", "http://localhost"+raw, "").URL
		if got := [2]string{objectURI(u), resourceURI(u)}; got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}
