package eventbridge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const (
	maxTargets  = 5 // a rule
	maxRetries  = 185
	maxEventAge = 24 * time.Hour
	minEventAge = time.Minute
)

// target is where a rule sends its events, as PutTargets gave it.
type target struct {
	Id, Arn          string
	RoleArn          string             `json:",omitempty"`
	Input            string             `json:",omitempty"`
	InputPath        string             `json:",omitempty"`
	InputTransformer *inputTransformer  `json:",omitempty"`
	SqsParameters    *sqsParameters     `json:",omitempty"`
	Kinesis          *kinesisParameters `json:"KinesisParameters,omitempty"`
	RetryPolicy      *retryPolicy       `json:",omitempty"`
	DeadLetterConfig *deadLetterConfig  `json:",omitempty"`

	arn arn
}

type sqsParameters struct {
	MessageGroupId string `json:",omitempty"`
}

type kinesisParameters struct{ PartitionKeyPath string }

type deadLetterConfig struct {
	Arn string `json:",omitempty"`
}

type retryPolicy struct {
	MaximumRetryAttempts     *int `json:",omitempty"`
	MaximumEventAgeInSeconds *int `json:",omitempty"`
}

func (t *target) retries() int {
	if t.RetryPolicy == nil || t.RetryPolicy.MaximumRetryAttempts == nil {
		return maxRetries
	}
	return *t.RetryPolicy.MaximumRetryAttempts
}

func (t *target) eventAge() time.Duration {
	if t.RetryPolicy == nil || t.RetryPolicy.MaximumEventAgeInSeconds == nil {
		return maxEventAge
	}
	return time.Duration(*t.RetryPolicy.MaximumEventAgeInSeconds) * time.Second
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

// kinds are the beginnings of a target's resource, for services that have several kinds.
var kinds = map[string]string{"events": "event-bus/", "lambda": "function:", "states": "stateMachine:"}

// check validates the target, the nth of its request.
func (t *target) check(n int) error {
	path := fmt.Sprintf("targets.%d.member.", n+1)
	if !name64.MatchString(t.Id) {
		if len(t.Id) > 64 {
			return member(t.Id, path+"id", "have length less than or equal to 64")
		}
		return member(t.Id, path+"id", `satisfy regular expression pattern: [\.\-_A-Za-z0-9]+`)
	}
	var ok bool
	if t.arn, ok = parseARN(t.Arn); !ok {
		return validation("Parameter %s is not valid. Reason: Provided Arn is not in correct format.", t.Arn)
	}
	if kind := kinds[t.arn.service]; deliverers[t.arn.service] == nil || !strings.HasPrefix(t.arn.resource, kind) {
		return validation("Target %s is not supported by the embedded AWS: targets are SQS, SNS, Kinesis, event buses, "+
			"Lambda functions and state machines.", t.Arn)
	}
	if p := t.RetryPolicy; p != nil {
		if n := p.MaximumRetryAttempts; n != nil && (*n < 0 || *n > maxRetries) {
			return member(*n, path+"retryPolicy.maximumRetryAttempts", fmt.Sprintf("have value between 0 and %d", maxRetries))
		}
		if n := p.MaximumEventAgeInSeconds; n != nil && (*n < int(minEventAge.Seconds()) || *n > int(maxEventAge.Seconds())) {
			return member(*n, path+"retryPolicy.maximumEventAgeInSeconds", "have value between 60 and 86400")
		}
	}
	if d := t.DeadLetterConfig; d != nil && d.Arn != "" {
		if q, ok := parseARN(d.Arn); !ok || q.service != "sqs" || strings.HasSuffix(q.resource, ".fifo") {
			return validation("Parameter DeadLetterConfig.Arn of target %s is not valid. Reason: it must be the ARN of a "+
				"standard SQS queue.", t.Id)
		}
	}
	if fifo := t.arn.service == "sqs" && strings.HasSuffix(t.arn.resource, ".fifo"); fifo &&
		(t.SqsParameters == nil || t.SqsParameters.MessageGroupId == "") {
		return validation("Parameter(s) SqsParameters must be specified for target: %s.", t.Id)
	}
	if k := t.Kinesis; k != nil {
		if _, err := parsePath(k.PartitionKeyPath); err != nil {
			return validation("Parameter PartitionKeyPath of target %s is not valid: %v.", t.Id, err)
		}
	}
	return t.checkInput()
}

type targetsResult struct {
	FailedEntryCount int
	FailedEntries    []struct{}
}

func (s *Service) putTargets(a *account, in *struct {
	Rule, EventBusName string
	Targets            []target
}) (any, error) {
	r, err := a.rule(ruleRef{in.Rule, in.EventBusName})
	if err != nil {
		return nil, err
	}
	if len(in.Targets) == 0 {
		return nil, member("[]", "targets", "have length greater than or equal to 1")
	}
	after := maps.Clone(r.targets)
	for i := range in.Targets {
		if err := in.Targets[i].check(i); err != nil {
			return nil, err
		}
		after[in.Targets[i].Id] = &in.Targets[i]
	}
	if len(after) > maxTargets {
		return nil, exceeded()
	}
	r.targets = after
	return targetsResult{FailedEntries: []struct{}{}}, nil
}

func (s *Service) removeTargets(a *account, in *struct {
	Rule, EventBusName string
	Ids                []string
}) (any, error) {
	r, err := a.rule(ruleRef{in.Rule, in.EventBusName})
	if err != nil {
		return nil, err
	}
	for _, id := range in.Ids {
		delete(r.targets, id)
	}
	return targetsResult{FailedEntries: []struct{}{}}, nil
}

func (s *Service) listTargetsByRule(a *account, in *struct {
	Rule, EventBusName string
	page
}) (any, error) {
	r, err := a.rule(ruleRef{in.Rule, in.EventBusName})
	if err != nil {
		return nil, err
	}
	ids, next, err := list(r.targets, in.page, func(string, *target) bool { return true })
	if err != nil {
		return nil, err
	}
	out := struct {
		Targets   []*target
		NextToken string `json:",omitempty"`
	}{[]*target{}, next}
	for _, id := range ids {
		out.Targets = append(out.Targets, r.targets[id])
	}
	return out, nil
}

func (s *Service) listRuleNamesByTarget(a *account, in *struct {
	TargetArn, EventBusName string
	page
}) (any, error) {
	b, err := a.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	names, next, err := list(b.rules, in.page, func(_ string, r *rule) bool {
		return slices.ContainsFunc(slices.Collect(maps.Values(r.targets)), func(t *target) bool {
			return t.Arn == in.TargetArn
		})
	})
	if err != nil {
		return nil, err
	}
	return struct {
		RuleNames []string
		NextToken string `json:",omitempty"`
	}{names, next}, nil
}
