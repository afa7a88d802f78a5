package awslocal

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

const defaultRegion = "us-east-1"

// protocol is the wire form that a request speaks and wants its answer in.
type protocol int

const (
	protocolJSON protocol = iota
	protocolQuery
	protocolREST
)

// destination is where a request goes, as far as its headers, path and form tell.
type destination struct {
	service   string // name of a registered service, or what the request called it
	operation string // empty for REST
	protocol  protocol
	region    string
	accessKey string
}

// queuePath matches the path part of a queue URL, with or without a region.
var queuePath = regexp.MustCompile(`^(/queue/[a-z0-9-]+)?/\d{12}/[A-Za-z0-9_-]+(\.fifo)?/?$`)

// route finds a request's destination. form holds the parameters of a query request (URL
// query and body together) and is nil for the other protocols.
func (s *Server) route(r *http.Request, form url.Values) destination {
	key, region, signed := scopeOf(r)
	d := destination{region: region, accessKey: key}
	if d.region == "" {
		d.region = defaultRegion
	}

	if target := r.Header.Get("X-Amz-Target"); target != "" {
		prefix, operation, _ := strings.Cut(target, ".")
		d.protocol, d.operation, d.service = protocolJSON, operation, prefix
		if svc := s.byTarget[prefix]; svc != nil {
			d.service = svc.name
		}
		return d
	}

	if action := form.Get("Action"); action != "" {
		d.protocol, d.operation = protocolQuery, action
		switch {
		case signed != "":
			d.service = signed
		case s.byVersion[form.Get("Version")] != nil:
			d.service = s.byVersion[form.Get("Version")].name
		case queuePath.MatchString(r.URL.Path) || strings.HasPrefix(r.Host, "sqs."):
			d.service = "sqs"
		}
		return d
	}

	if svc := s.byName[signed]; svc != nil && svc.rest == nil {
		d.service, d.protocol = signed, protocolQuery
		if svc.namespace == "" {
			d.protocol = protocolJSON
		}
		return d
	}
	d.service, d.protocol = signed, protocolREST
	if signed == "" {
		d.service = "s3"
	}
	return d
}

// scopeOf reads access key, region and signing name from the signature, in the header or in a
// presigned URL. What is missing is empty.
func scopeOf(r *http.Request) (key, region, service string) {
	credential := ""
	if auth := r.Header.Get("Authorization"); auth != "" {
		if strings.HasPrefix(auth, "AWS ") { // signature version 2: S3 only
			key, _, _ = strings.Cut(auth[len("AWS "):], ":")
			return key, "", "s3"
		}
		if _, rest, ok := strings.Cut(auth, "Credential="); ok {
			credential, _, _ = strings.Cut(rest, ",")
		}
	} else if strings.Contains(r.URL.RawQuery, "X-Amz-Credential=") {
		credential = r.URL.Query().Get("X-Amz-Credential")
	}
	// key/date/region/service/aws4_request; a key of its own may contain slashes.
	parts := strings.Split(strings.TrimSpace(credential), "/")
	if n := len(parts); n >= 5 {
		return strings.Join(parts[:n-4], "/"), parts[n-3], parts[n-2]
	}
	return "", "", ""
}

// accountOf is the account a key acts for: a key of twelve digits names it, as in LocalStack;
// every other key acts for the default account.
func accountOf(accessKey, standard string) string {
	if len(accessKey) != 12 || strings.Trim(accessKey, "0123456789") != "" {
		return standard
	}
	return accessKey
}
