package external

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// checkAWS accepts LocalStack's health page, since a service there may take longer to load at its first
// request than we wait. Without one it calls GetCallerIdentity. If that gives no answer in AWS's form it
// lists queues: emulators differ in their services, and any web server answers HTTP.
func checkAWS(ctx context.Context, e stack.Endpoint) *problem {
	advice := "check " + EnvAWS
	if u, err := url.Parse(e.URL); err != nil || u.Host == "" {
		return &problem{fmt.Sprintf("AWS endpoint %q is not a URL", e.URL), advice + ", as http://127.0.0.1:4566"}
	}
	if _, ok := conn.AskHealth(ctx, e.URL); ok {
		return nil
	}
	cfg := conn.AWS(ctx, e)
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	defer conn.CloseIdle(cfg)
	instead, err := askIdentity(ctx, cfg)
	switch {
	case err == nil && instead == "", askQueues(ctx, cfg):
		return nil
	case ctx.Err() == nil && instead != "":
		return &problem{fmt.Sprintf("%s answers, but is not the AWS API (%s)", e.URL, instead), advice}
	}
	return &problem{fmt.Sprintf("AWS does not answer at %s (%s)", e.URL, cause(err)), advice}
}

// askIdentity returns what came instead if the answer is neither an identity nor an error in AWS's form. It
// returns an error if no answer could be read.
func askIdentity(ctx context.Context, cfg aws.Config) (instead string, err error) {
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err == nil {
		if out.Account != nil {
			return "", nil
		}
		raw, _ := awsmiddleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response)
		return described(raw), nil
	}
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() != "UnknownError" { // the SDK's word for an error without a code
		return "", nil
	}
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) {
		return described(answer.HTTPResponse()), err
	}
	return "", err
}

// askQueues reports whether the answer, a list or an error, has AWS's request ID: its body alone may be any
// JSON.
func askQueues(ctx context.Context, cfg aws.Config) bool {
	out, err := sqs.NewFromConfig(cfg).ListQueues(ctx, &sqs.ListQueuesInput{MaxResults: aws.Int32(1)})
	if err == nil {
		id, ok := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
		return ok && id != ""
	}
	var api smithy.APIError
	var resp interface{ ServiceRequestID() string }
	return errors.As(err, &api) && errors.As(err, &resp) && resp.ServiceRequestID() != ""
}

// described is an answer in words: "404 Not Found, text/html"; empty if there was none.
func described(resp *smithyhttp.Response) string {
	if resp == nil || resp.Response == nil || resp.StatusCode == 0 {
		return ""
	}
	parts := []string{strings.TrimSpace(fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)))}
	if form, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil {
		parts = append(parts, form)
	}
	return strings.Join(parts, ", ")
}
