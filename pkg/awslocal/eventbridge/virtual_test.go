//go:build faketime

package eventbridge_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// deadLetter puts an event whose target fails with err, and returns its dead letter, the deliveries before it and the
// time that they took.
func deadLetter(t *testing.T, policy *types.RetryPolicy, err error) (dead call, tries int, took time.Duration) {
	t.Helper()
	f := startAt(t, clockwork.NewRealClock(), failing(err))
	f.rule(t, "", "r", types.Target{
		Id: ptr("t"), Arn: ptr(queueARN), RetryPolicy: policy, DeadLetterConfig: &types.DeadLetterConfig{Arn: ptr(dlqARN)},
	})
	began := time.Now()
	f.put(t, "", `{}`)
	for c := range f.caller.calls {
		if c.in["QueueUrl"] == "http://sqs/dlq" {
			return c, tries, time.Since(began)
		}
		tries++
	}
	return
}

// By default an event is tried again for 24 hours, and up to 185 times.
func TestRetryPolicyAtItsRealLength(t *testing.T) {
	dead, tries, took := deadLetter(t, nil, errors.New("down"))
	t.Logf("%d tries in %v", tries, took)
	if took < 21*time.Hour || took > 24*time.Hour || tries > 186 || tries < 150 {
		t.Errorf("%d tries in %v", tries, took)
	}
	limit := "MaximumRetryAttempts"
	if tries < 186 {
		limit = "MaximumEventAgeInSeconds"
	}
	for name, want := range map[string]string{
		"RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/r", "TARGET_ARN": queueARN,
		"ERROR_CODE": "CONNECTION_FAILURE", "ERROR_MESSAGE": "down",
		"EXHAUSTED_RETRY_CONDITION": limit, "RETRY_ATTEMPTS": strconv.Itoa(tries - 1),
	} {
		if got := dead.attribute(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestEachLimitOfARetryPolicyAtItsRealLength(t *testing.T) {
	for limit, policy := range map[string]types.RetryPolicy{
		"MaximumEventAgeInSeconds": {MaximumEventAgeInSeconds: ptr[int32](3600)},
		"MaximumRetryAttempts":     {MaximumRetryAttempts: ptr[int32](20)},
	} {
		dead, tries, took := deadLetter(t, &policy, &api.Error{Code: "ServiceUnavailable", Message: "busy", Status: 503})
		if got := dead.attribute("EXHAUSTED_RETRY_CONDITION"); got != limit {
			t.Errorf("%s: ended by %q", limit, got)
		}
		if policy.MaximumRetryAttempts != nil && tries != 21 {
			t.Errorf("%s: %d tries", limit, tries)
		}
		if policy.MaximumEventAgeInSeconds != nil && (took < time.Hour || took > time.Hour+time.Second) {
			t.Errorf("%s: took %v", limit, took)
		}
	}
}

func TestWhatCanNotSucceedIsADeadLetterAtOnceAtItsRealLength(t *testing.T) {
	for code, want := range map[string]string{"QueueDoesNotExist": "NO_RESOURCE", "AccessDenied": "NO_PERMISSIONS"} {
		dead, tries, took := deadLetter(t, nil, api.Errorf(code, "no"))
		if dead.attribute("ERROR_CODE") != want || dead.attribute("RETRY_ATTEMPTS") != "0" || tries != 1 ||
			took > time.Second {
			t.Errorf("%s: %d tries in %v, %+v", code, tries, took, dead)
		}
	}
}
