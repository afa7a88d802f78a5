package awscall

import (
	"net"
	"net/http"
	"strings"
)

// scopeOf reads access key, region and service from the signature, in the header or in a presigned URL.
func scopeOf(r *http.Request) (key, region, service string) {
	auth := r.Header.Get("Authorization")
	if v2, ok := strings.CutPrefix(auth, "AWS "); ok { // signature version 2: S3 only
		key, _, _ = strings.Cut(v2, ":")
		return key, "", "s3"
	}
	credential := ""
	if _, rest, ok := strings.Cut(auth, "Credential="); ok {
		credential, _, _ = strings.Cut(rest, ",")
	} else if strings.Contains(r.URL.RawQuery, "X-Amz-Credential=") {
		credential = r.URL.Query().Get("X-Amz-Credential")
	}
	// key/date/region/service/aws4_request; the key itself may contain slashes.
	parts := strings.Split(strings.TrimSpace(credential), "/")
	if n := len(parts); n >= 5 {
		return strings.Join(parts[:n-4], "/"), parts[n-3], parts[n-2]
	}
	return "", "", ""
}

// hostOf returns the host of a request, without a port. A client's own request may have it only in its URL.
func hostOf(r *http.Request) string {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// serviceOfHost reads "sqs" from "sqs.us-east-1.amazonaws.com", and "s3" from a bucket's host. A bare name or
// address names no service.
func serviceOfHost(host string) string {
	if strings.HasPrefix(host, "s3.") || strings.Contains(host, ".s3.") || strings.Contains(host, ".s3-") {
		return "s3"
	}
	label, _, dotted := strings.Cut(host, ".")
	if !dotted || net.ParseIP(host) != nil {
		return ""
	}
	return label
}

// Account is the account of the call's access key: a key of twelve digits is the account itself, as in
// LocalStack. Every other key belongs to the standard account.
func (c *Call) Account(standard string) string {
	if len(c.AccessKey) != 12 || strings.Trim(c.AccessKey, "0123456789") != "" {
		return standard
	}
	return c.AccessKey
}
