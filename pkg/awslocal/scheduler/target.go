package scheduler

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const (
	maxRetries  = 185
	maxEventAge = 86400 // seconds
	minEventAge = 60
)

var rolePattern = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+$`)

// target is what a schedule invokes.
type target struct {
	Arn, RoleArn          string
	Input                 string                               `json:",omitempty"`
	DeadLetterConfig      *struct{ Arn string }                `json:",omitempty"`
	RetryPolicy           *retryPolicy                         `json:",omitempty"`
	EventBridgeParameters *struct{ DetailType, Source string } `json:",omitempty"`
	KinesisParameters     *struct{ PartitionKey string }       `json:",omitempty"`
	SqsParameters         *struct{ MessageGroupId string }     `json:",omitempty"`
}

type retryPolicy struct{ MaximumEventAgeInSeconds, MaximumRetryAttempts *int }

func (t *target) retries() int {
	if t.RetryPolicy == nil || t.RetryPolicy.MaximumRetryAttempts == nil {
		return maxRetries
	}
	return *t.RetryPolicy.MaximumRetryAttempts
}

func (t *target) eventAge() int {
	if t.RetryPolicy == nil || t.RetryPolicy.MaximumEventAgeInSeconds == nil {
		return maxEventAge
	}
	return *t.RetryPolicy.MaximumEventAgeInSeconds
}

// arn is a resource's ARN in its parts.
type arn struct {
	service  string
	scope    api.Scope
	resource string
}

func parseARN(text string) (arn, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return arn{}, false
	}
	return arn{parts[2], api.Scope{Region: parts[3], Account: parts[4]}, parts[5]}, true
}

// universal are the services of universal targets: their names there, and as endpoints.
var universal = map[string]string{
	"sqs": "sqs", "sns": "sns", "dynamodb": "dynamodb", "kinesis": "kinesis", "lambda": "lambda", "sfn": "states",
	"eventbridge": "events", "cloudwatch": "monitoring",
}

// templated are the services of other targets, with the beginning of the resource.
var templated = map[string]string{
	"sqs": "", "sns": "", "lambda": "function:", "states": "stateMachine:", "events": "event-bus/", "kinesis": "stream/",
}

func (t *target) check() error {
	at, ok := parseARN(t.Arn)
	switch {
	case !ok:
		return invalid("Provided Arn is not in correct format.")
	case !rolePattern.MatchString(t.RoleArn):
		return invalid("1 validation error detected: Value '%s' at 'target.roleArn' failed to satisfy constraint: Member "+
			"must satisfy regular expression pattern: arn:aws[a-z-]*:iam::\\d{12}:role\\/[\\w+=,.@\\/-]+", t.RoleArn)
	}
	if at.service == "scheduler" {
		parts := strings.Split(at.resource, ":")
		if len(parts) != 3 || parts[0] != "aws-sdk" || universal[parts[1]] == "" || parts[2] == "" {
			return invalid("Target %s is not supported by the embedded AWS.", t.Arn)
		}
		var object map[string]any
		if t.Input != "" && json.Unmarshal([]byte(t.Input), &object) != nil {
			return invalid("The Input of a universal target must be a JSON object.")
		}
	} else if kind, known := templated[at.service]; !known || !strings.HasPrefix(at.resource, kind) {
		return invalid("Target %s is not supported by the embedded AWS.", t.Arn)
	}
	switch {
	case at.service == "events" && t.EventBridgeParameters == nil:
		return invalid("EventBridgeParameters must be specified for an event bus.")
	case at.service == "kinesis" && t.KinesisParameters == nil:
		return invalid("KinesisParameters must be specified for a stream.")
	case at.service == "sqs" && strings.HasSuffix(at.resource, ".fifo") != (t.SqsParameters != nil):
		return invalid("SqsParameters must be specified for FIFO queues, and only for them.")
	}
	if d := t.DeadLetterConfig; d != nil {
		if q, ok := parseARN(d.Arn); !ok || q.service != "sqs" || strings.HasSuffix(q.resource, ".fifo") {
			return invalid("The dead-letter queue must be a standard SQS queue.")
		}
	}
	if n := t.retries(); n < 0 || n > maxRetries {
		return invalid("MaximumRetryAttempts must be between 0 and %d.", maxRetries)
	}
	if n := t.eventAge(); n < minEventAge || n > maxEventAge {
		return invalid("MaximumEventAgeInSeconds must be between %d and %d.", minEventAge, maxEventAge)
	}
	return nil
}
