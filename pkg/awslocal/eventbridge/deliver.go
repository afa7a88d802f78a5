package eventbridge

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

var errNoCaller = errors.New("no way to reach other services was configured")

// deliverers maps the service of a target to its way of delivery.
var deliverers = map[string]func(*sender, *delivery) error{
	"sqs": (*sender).toSQS, "sns": (*sender).toSNS, "kinesis": (*sender).toKinesis, "events": (*sender).toBus,
	"lambda": (*sender).toLambda, "states": (*sender).toStates,
}

// deliver tries a delivery once.
func (s *sender) deliver(d *delivery) error {
	return deliverers[d.target.arn.service](s, d)
}

// invoke calls another service in the region and account of a resource.
func (s *sender) invoke(to arn, operation string, in, out any) error {
	if s.caller == nil {
		return errNoCaller
	}
	return s.caller.Invoke(api.WithScope(s.ctx, to.scope), to.service, operation, in, out)
}

type stringAttribute struct{ DataType, StringValue string }

type sendMessage struct {
	QueueUrl          string
	MessageBody       string
	MessageGroupId    string                     `json:",omitempty"`
	MessageAttributes map[string]stringAttribute `json:",omitempty"`
}

// sendToQueue sends a message to a queue by its ARN.
func (s *sender) sendToQueue(queue arn, m sendMessage) error {
	var found struct{ QueueUrl string }
	if err := s.invoke(queue, "GetQueueUrl", struct{ QueueName string }{queue.resource}, &found); err != nil {
		return err
	}
	m.QueueUrl = found.QueueUrl
	return s.invoke(queue, "SendMessage", m, nil)
}

func (s *sender) toSQS(d *delivery) error {
	m := sendMessage{MessageBody: d.target.input(d.rule, d.event)}
	if p := d.target.SqsParameters; p != nil {
		m.MessageGroupId = p.MessageGroupId
	}
	return s.sendToQueue(d.target.arn, m)
}

func (s *sender) toSNS(d *delivery) error {
	return s.invoke(d.target.arn, "Publish",
		struct{ TopicArn, Message string }{d.target.Arn, d.target.input(d.rule, d.event)}, nil)
}

func (s *sender) toKinesis(d *delivery) error {
	key := d.event.ID
	if k := d.target.Kinesis; k != nil {
		p, err := parsePath(k.PartitionKeyPath)
		if err != nil {
			return err
		}
		if v, ok := p.find(d.event.object); ok {
			key = fmt.Sprint(v)
		}
	}
	return s.invoke(d.target.arn, "PutRecord", struct {
		StreamARN, PartitionKey string
		Data                    []byte
	}{d.target.Arn, key, []byte(d.target.input(d.rule, d.event))}, nil)
}

// toLambda hands the event to Lambda, which calls the function in its own time, with retries of its own.
func (s *sender) toLambda(d *delivery) error {
	return s.invoke(d.target.arn, "Invoke", struct {
		FunctionName, InvocationType string
		Payload                      []byte
	}{d.target.Arn, "Event", []byte(d.target.input(d.rule, d.event))}, nil)
}

func (s *sender) toStates(d *delivery) error {
	return s.invoke(d.target.arn, "StartExecution", struct {
		StateMachine string `json:"stateMachineArn"`
		Input        string `json:"input"`
	}{d.target.Arn, d.target.input(d.rule, d.event)}, nil)
}

func (s *sender) toBus(d *delivery) error { return s.onBus(d.target.arn, d.event) }

// forward puts an event on another bus for a rule, unchanged. One hop is allowed, as on AWS, so that two
// buses that target each other make no loop.
func (s *Service) forward(to arn, e *event) error {
	if e.hops > 0 {
		return &api.Error{
			Code: "ThirdHopDetected", Message: "An event that came from another event bus is not sent on to a third.",
		}
	}
	hopped := *e
	hopped.hops++
	s.mu.Lock()
	a := s.accounts.Of(to.scope)
	b, err := a.bus(strings.TrimPrefix(to.resource, "event-bus/"))
	var deliveries []*delivery
	if err == nil {
		deliveries = s.arrive(a, b, &hopped)
	}
	s.mu.Unlock()
	s.sender.send(deliveries)
	return err
}

// failure is why a delivery failed, in the terms of a dead-lettered message's attributes.
type failure struct {
	code, message string
	retriable     bool
}

func classify(err error) failure {
	var e *api.Error
	if !errors.As(err, &e) {
		f := failure{"CONNECTION_FAILURE", err.Error(), true}
		if errors.Is(err, context.DeadlineExceeded) {
			f.code = "TIMEOUT"
		}
		return f
	}
	code := e.Code + " " + e.QueryCode
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(code, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has("NotFound", "DoesNotExist", "NonExistent"):
		return failure{"NO_RESOURCE", e.Message, false}
	case has("AccessDenied", "AuthorizationError", "NotAuthorized"):
		return failure{"NO_PERMISSIONS", e.Message, false}
	case has("ThirdHop"):
		return failure{"THIRD_ACCOUNT_HOP_DETECTED", e.Message, false}
	case has("Throttl", "ThroughputExceeded", "OverLimit", "TooManyRequests", "LimitExceeded", "SlowDown"),
		e.Status == 429:
		return failure{"THROTTLING", e.Message, true}
	case e.HTTPStatus() >= 500:
		return failure{"ERROR_FROM_TARGET", e.Message, true}
	}
	return failure{"INVALID_PARAMETER", e.Message, false}
}

// sendToDLQ sends an undeliverable event to its target's dead-letter queue, or drops it if there is none.
// exhausted names the limit that ended the retries.
func (s *sender) sendToDLQ(d *delivery, f failure, exhausted string) {
	if d.target.DeadLetterConfig == nil || d.target.DeadLetterConfig.Arn == "" {
		return
	}
	attributes := map[string]stringAttribute{
		"RULE_ARN": text(d.rule.arn), "TARGET_ARN": text(d.target.Arn),
		"ERROR_CODE": text(f.code), "ERROR_MESSAGE": text(f.message),
		"RETRY_ATTEMPTS": {"Number", fmt.Sprint(d.attempts - 1)},
	}
	if exhausted != "" {
		attributes["EXHAUSTED_RETRY_CONDITION"] = text(exhausted)
	}
	queue, ok := parseARN(d.target.DeadLetterConfig.Arn)
	if !ok {
		return // check refuses such an ARN
	}
	// If the dead-letter queue can't be reached the event is lost, as on AWS.
	_ = s.sendToQueue(queue, sendMessage{MessageBody: d.event.text, MessageAttributes: attributes})
}

// text is a string attribute, which SQS does not allow to be empty.
func text(s string) stringAttribute {
	if s == "" {
		s = "-"
	}
	return stringAttribute{"String", s}
}
