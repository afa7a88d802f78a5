package awslocal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// call is an operation that a service of this endpoint asks of another one at the upstream.
type call struct {
	service, operation, region string
	in                         []byte // JSON
}

// invoke calls an operation at the upstream: see [api.Caller]. SNS alone speaks no JSON: of it there are operations
// whose input is one level of strings, such as Publish with a message and no attributes.
func (u *upstream) invoke(ctx context.Context, c call, out any) error {
	r, err := u.request(ctx, c)
	if err != nil {
		return fmt.Errorf("invoke %s %s: %w", c.service, c.operation, err)
	}
	answer, err := u.transport.RoundTrip(r)
	if err != nil {
		return fmt.Errorf("invoke %s %s: %w", c.service, c.operation, err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxBody))
	switch {
	case err != nil:
		return fmt.Errorf("invoke %s %s: %w", c.service, c.operation, err)
	case answer.StatusCode >= http.StatusBadRequest:
		return errorOf(answer.StatusCode, body)
	case out == nil || c.service == "sns":
		return nil
	}
	return json.Unmarshal(body, out)
}

// request makes a signed request.
func (u *upstream) request(ctx context.Context, c call) (*http.Request, error) {
	body, kind, target := c.in, "application/x-amz-json-1.0", ""
	if c.service == "kinesis" || c.service == "events" {
		kind = "application/x-amz-json-1.1"
	}
	if prefix, ok := awscall.TargetOf(c.service); ok {
		target = prefix + "." + c.operation
	} else {
		form, err := formOf(c)
		if err != nil {
			return nil, err
		}
		body, kind = []byte(form.Encode()), "application/x-www-form-urlencoded"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.URL+"/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", kind)
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	}
	signing := (&service{name: c.service}).signingName()
	sum := sha256.Sum256(body)
	keys := aws.Credentials{AccessKeyID: u.AccessKey, SecretAccessKey: u.SecretKey}
	return r, v4.NewSigner().SignHTTP(ctx, keys, r, hex.EncodeToString(sum[:]), signing, c.region, time.Now())
}

// formOf writes an input in the query protocol.
func formOf(c call) (url.Values, error) {
	form := url.Values{"Action": {c.operation}}
	version, ok := awscall.VersionOf(c.service)
	if !ok {
		return nil, errors.New("the upstream can't be asked for this service")
	}
	form.Set("Version", version)
	var in map[string]any
	if err := json.Unmarshal(c.in, &in); err != nil {
		return nil, err
	}
	for name, value := range in {
		switch v := value.(type) {
		case nil:
		case string:
			form.Set(name, v)
		default:
			return nil, fmt.Errorf("the upstream can't be sent %s, which is not a string", name)
		}
	}
	return form, nil
}

// errorOf reads an error's answer, in JSON or in the query protocol's XML.
func errorOf(status int, body []byte) *api.Error {
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
		Upper   string `json:"Message"`
	}
	if json.Unmarshal(body, &e) == nil && e.Type != "" {
		_, code, found := strings.Cut(e.Type, "#")
		if !found {
			code = e.Type
		}
		return &api.Error{Code: code, Message: e.Message + e.Upper, Status: status}
	}
	var x struct {
		Code    string `xml:"Error>Code"`
		Message string `xml:"Error>Message"`
	}
	if xml.Unmarshal(body, &x) == nil && x.Code != "" {
		return &api.Error{Code: x.Code, Message: x.Message, Status: status}
	}
	return &api.Error{Code: "InternalFailure", Message: fmt.Sprintf("The upstream answered %d.", status), Status: status}
}
