package external

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// StartAWS returns AWS itself as a stack without Kafka and Redis, for work on what runs left there. Its errors are
// those of [Start].
func StartAWS(ctx context.Context) (*stack.Stack, error) {
	p := elsewhere("", os.Environ())
	var e stack.Endpoint
	var account string
	if p == nil {
		e, account, p = identify(ctx, e)
	}
	if p != nil {
		return nil, unavailable([]*problem{p})
	}
	return &stack.Stack{Backend: map[string]string{stack.AWS: stack.External}, AWS: e, Account: account}, nil
}

// elsewhere refuses an endpoint beside real AWS, by flag or by a variable that the SDK reads. A profile may have
// one: it belongs to the profile's keys.
func elsewhere(url string, environ []string) *problem {
	if url != "" {
		return &problem{"real AWS and the endpoint " + url + " are both asked for", "choose one of them"}
	}
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if value != "" && (name == EnvAWS || strings.HasPrefix(name, EnvAWS+"_")) {
			return &problem{
				fmt.Sprintf("real AWS is asked for, and %s=%s would lead elsewhere", name, value), "unset " + name,
			}
		}
	}
	return nil
}

// awsWithin is how long AWS may take to tell whose credentials these are: the SDK may first have to get them from
// another server.
const awsWithin = 20 * time.Second

// identify asks AWS whose the SDK's own credentials are, and completes the endpoint with the SDK's region.
func identify(ctx context.Context, e stack.Endpoint) (_ stack.Endpoint, account string, p *problem) {
	ctx, cancel := context.WithTimeout(ctx, awsWithin)
	defer cancel()
	cfg := conn.AWS(ctx, e)
	defer conn.CloseIdle(cfg)
	keys, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return e, "", &problem{
			"the SDK finds no AWS credentials (" + innermost(err) + ")",
			"choose a profile with AWS_PROFILE, or make one with aws configure",
		}
	}
	if e.Region = cfg.Region; e.Region == "" {
		return e, "", &problem{"the SDK finds no AWS region", "set AWS_REGION, or the region of your AWS profile"}
	}
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || aws.ToString(out.Account) == "" {
		return e, "", &problem{
			fmt.Sprintf("AWS in %s does not accept the access key %s (%s)", e.Region, keys.AccessKeyID, refusal(err)),
			"check it with aws sts get-caller-identity",
		}
	}
	return e, *out.Account, nil
}

// refusal is AWS's code for an error, or its cause if AWS did not answer.
func refusal(err error) string {
	var api smithy.APIError
	switch {
	case err == nil:
		return "it does not say whose it is"
	case errors.As(err, &api):
		return api.ErrorCode()
	}
	return cause(err)
}

// innermost is the first line of the last error in a chain.
func innermost(err error) string {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
