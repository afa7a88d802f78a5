package scheduler

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/backoff"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

const firstRetry = time.Second

var errNoCaller = errors.New("no way to reach other services was configured")

// invocation is one time of a schedule, on its way to the target.
type invocation struct {
	id       string
	number   uint64
	schedule string // its ARN
	scope    api.Scope
	target   *target
	at       time.Time // scheduled
	attempts int
	begun    time.Time
}

func newInvocation(a *account, x *entry, at time.Time, number uint64) *invocation {
	return &invocation{
		id: id.UUID(), number: number, schedule: x.arn, scope: a.scope, target: x.Target, at: at.UTC(),
	}
}

// attempt invokes the target once and decides what follows: nothing, a retry or the dead-letter queue.
func (s *Service) attempt(n *invocation) {
	now := s.clock.Now()
	if n.attempts == 0 {
		n.begun = now
	}
	n.attempts++
	err := s.deliver(n)
	if err == nil || s.ctx.Err() != nil {
		return
	}
	limit := time.Duration(n.target.eventAge()) * time.Second
	age := s.clock.Since(n.begun)
	switch {
	case !retriable(err):
		s.bury(n, err, "")
	case n.attempts > n.target.retries():
		s.bury(n, err, "MaximumRetryAttempts")
	case age >= limit:
		s.bury(n, err, "MaximumEventAgeInSeconds")
	default:
		s.wait(n, min(backoff.Delay(firstRetry, n.attempts, n.number), limit-age))
	}
}

func (s *Service) wait(n *invocation, after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.waiting[n] = s.clock.AfterFunc(after, func() {
		s.background("retry", func() {
			s.mu.Lock()
			delete(s.waiting, n)
			s.mu.Unlock()
			s.attempt(n)
		})
	})
}

// retriable reports whether a failure may pass: throttling, an internal error, or no answer.
func retriable(err error) bool {
	var e *api.Error
	if !errors.As(err, &e) {
		return true
	}
	for _, part := range []string{"Throttl", "ThroughputExceeded", "OverLimit", "TooManyRequests", "LimitExceeded"} {
		if strings.Contains(e.Code, part) {
			return true
		}
	}
	return e.HTTPStatus() >= 500 || e.HTTPStatus() == 429
}

// input is what the target gets: its Input with the context attributes, or an event.
func (n *invocation) input() string {
	at := n.at.Format(time.RFC3339)
	if n.target.Input != "" {
		return strings.NewReplacer(
			"<aws.scheduler.schedule-arn>", n.schedule, "<aws.scheduler.scheduled-time>", at,
			"<aws.scheduler.execution-id>", n.id, "<aws.scheduler.attempt-number>", fmt.Sprint(n.attempts),
		).Replace(n.target.Input)
	}
	text, _ := json.Marshal(struct { // it always marshals
		Version    string   `json:"version"`
		ID         string   `json:"id"`
		DetailType string   `json:"detail-type"`
		Source     string   `json:"source"`
		Account    string   `json:"account"`
		Time       string   `json:"time"`
		Region     string   `json:"region"`
		Resources  []string `json:"resources"`
		Detail     string   `json:"detail"`
	}{"0", n.id, "Scheduled Event", "aws.scheduler", n.scope.Account, at, n.scope.Region, []string{n.schedule}, "{}"})
	return string(text)
}

func (s *Service) invoke(to arn, operation string, in, out any) error {
	if s.caller == nil {
		return errNoCaller
	}
	return s.caller.Invoke(api.WithScope(s.ctx, to.scope), to.service, operation, in, out)
}

// deliver invokes the target once.
func (s *Service) deliver(n *invocation) error {
	t, input := n.target, n.input()
	to, _ := parseARN(t.Arn) // check refuses others
	switch to.service {
	case "scheduler":
		return s.universal(n, to, input)
	case "sqs":
		m := message{MessageBody: input}
		if t.SqsParameters != nil {
			m.MessageGroupId = t.SqsParameters.MessageGroupId
		}
		return s.send(to, m)
	case "sns":
		return s.invoke(to, "Publish", struct{ TopicArn, Message string }{t.Arn, input}, nil)
	case "lambda":
		return s.invoke(to, "Invoke", struct {
			FunctionName, InvocationType string
			Payload                      []byte
		}{t.Arn, "Event", []byte(input)}, nil)
	case "states":
		return s.invoke(to, "StartExecution", struct {
			StateMachine string `json:"stateMachineArn"`
			Input        string `json:"input"`
		}{t.Arn, input}, nil)
	case "kinesis":
		return s.invoke(to, "PutRecord", struct {
			StreamARN, PartitionKey string
			Data                    []byte
		}{t.Arn, t.KinesisParameters.PartitionKey, []byte(input)}, nil)
	}
	return s.putEvent(n, to, input)
}

func (s *Service) putEvent(n *invocation, to arn, input string) error {
	type event struct{ EventBusName, Source, DetailType, Detail string }
	var out struct {
		Entries []struct{ ErrorCode, ErrorMessage string }
	}
	p := n.target.EventBridgeParameters
	err := s.invoke(to, "PutEvents", struct{ Entries []event }{[]event{{
		n.target.Arn, p.Source, p.DetailType, input,
	}}}, &out)
	if err == nil && len(out.Entries) > 0 && out.Entries[0].ErrorCode != "" {
		return api.Errorf(out.Entries[0].ErrorCode, "%s", out.Entries[0].ErrorMessage)
	}
	return err
}

// universal calls any operation with the input as its parameters.
func (s *Service) universal(n *invocation, to arn, input string) error {
	parts := strings.Split(to.resource, ":")
	at := arn{service: universal[parts[1]], scope: n.scope}
	operation := strings.ToUpper(parts[2][:1]) + parts[2][1:]
	if n.target.Input == "" {
		input = "{}"
	}
	var in map[string]any
	if err := json.Unmarshal([]byte(input), &in); err != nil {
		return invalid("The Input is no JSON object: %v", err)
	}
	if text, ok := in["Payload"].(string); ok && at.service == "lambda" {
		in["Payload"] = []byte(text) // a blob, which the schedule has as text
	}
	return s.invoke(at, operation, in, nil)
}

type attribute struct{ DataType, StringValue string }

type message struct {
	QueueUrl          string
	MessageBody       string
	MessageGroupId    string               `json:",omitempty"`
	MessageAttributes map[string]attribute `json:",omitempty"`
}

// send sends a message to a queue by its ARN.
func (s *Service) send(queue arn, m message) error {
	var found struct{ QueueUrl string }
	if err := s.invoke(queue, "GetQueueUrl", struct{ QueueName string }{queue.resource}, &found); err != nil {
		return err
	}
	m.QueueUrl = found.QueueUrl
	return s.invoke(queue, "SendMessage", m, nil)
}

// bury sends an invocation that failed for good to the dead-letter queue, or drops it if there is none. exhausted names
// the limit that ended the retries.
func (s *Service) bury(n *invocation, err error, exhausted string) {
	if n.target.DeadLetterConfig == nil {
		return
	}
	code, reason := "InternalFailure", err.Error()
	var e *api.Error
	if errors.As(err, &e) {
		code, reason = e.Code, e.Message
	}
	attributes := map[string]attribute{
		"SCHEDULE_ARN": text(n.schedule), "TARGET_ARN": text(n.target.Arn), "EXECUTION_ID": text(n.id),
		"SCHEDULED_TIME": text(n.at.Format(time.RFC3339)), "ERROR_CODE": text(code), "ERROR_MESSAGE": text(reason),
		"RETRY_ATTEMPTS": text(fmt.Sprint(n.attempts - 1)), "IS_PAYLOAD_TRUNCATED": text("false"),
	}
	if exhausted != "" {
		attributes["EXHAUSTED_RETRY_CONDITION"] = text(exhausted)
	}
	queue, _ := parseARN(n.target.DeadLetterConfig.Arn) // check refuses others
	// If the dead-letter queue can't be reached the invocation is lost, as on AWS.
	_ = s.send(queue, message{MessageBody: n.input(), MessageAttributes: attributes})
}

// text is a string attribute, which SQS does not allow to be empty.
func text(s string) attribute {
	if s == "" {
		s = "-"
	}
	return attribute{"String", s}
}
