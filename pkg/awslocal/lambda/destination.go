package lambda

import (
	"encoding/json"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// record is what a destination is sent about an event.
type record struct {
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	RequestContext  requestContext   `json:"requestContext"`
	RequestPayload  json.RawMessage  `json:"requestPayload"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	ResponsePayload json.RawMessage  `json:"responsePayload,omitempty"`
}

type requestContext struct {
	RequestID              string `json:"requestId"`
	FunctionArn            string `json:"functionArn"`
	Condition              string `json:"condition"`
	ApproximateInvokeCount int    `json:"approximateInvokeCount"`
}

type responseContext struct {
	StatusCode      int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion"`
	FunctionError   string `json:"functionError,omitempty"`
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// deliver sends a record of an event to a destination, if there is one. If it can't be reached the record is lost.
func (s *Service) deliver(e *event, v *version, destination, condition string) {
	if destination == "" {
		return
	}
	qualifier := e.qualifier
	if qualifier == "" {
		qualifier = latest
	}
	r := record{
		Version: "1.0", Timestamp: stamp(s.clock.Now()), RequestPayload: e.payload,
		RequestContext: requestContext{
			e.requestID, v.function.account.arn(v.function.name, qualifier), condition, e.attempts,
		},
	}
	if done := e.last; done != nil {
		r.ResponseContext = &responseContext{StatusCode: 200, ExecutedVersion: done.Version}
		if done.failed != nil {
			r.ResponseContext.FunctionError = unhandled
		}
		if body := done.body(); json.Valid(body) {
			r.ResponsePayload = body
		}
	}
	text, err := json.Marshal(r)
	if err == nil {
		err = s.sendRecord(destination, r, text)
	}
	s.lost(err, "destination", destination)
}

func (s *Service) sendRecord(destination string, r record, text []byte) error {
	to, ok := parseARN(destination)
	if !ok {
		return invalid("The destination ARN %s is invalid.", destination)
	}
	switch to.service {
	case "sqs":
		return s.sendToQueue(to, string(text), nil)
	case "sns":
		return s.call(to, "Publish", struct{ TopicArn, Message string }{destination, string(text)}, nil)
	case "lambda":
		return s.call(to, "Invoke", struct {
			FunctionName, InvocationType string
			Payload                      []byte
		}{destination, "Event", text}, nil)
	}
	type entry struct {
		Source, DetailType, Detail, EventBusName string
		Resources                                []string
	}
	kind := "Failure"
	if r.RequestContext.Condition == "Success" {
		kind = "Success"
	}
	return s.call(to, "PutEvents", struct{ Entries []entry }{[]entry{{
		"lambda", "Lambda Function Invocation Result - " + kind, string(text), destination,
		[]string{r.RequestContext.FunctionArn, destination},
	}}}, nil)
}

type attribute struct{ DataType, StringValue string }

// toDLQ sends an event itself to a dead-letter queue or topic, with the error in attributes.
func (s *Service) toDLQ(arn string, e *event) {
	code, message := "200", "-"
	if e.last == nil {
		code = "429"
	} else if f := e.last.failed; f != nil {
		if message = string(e.last.body()); f.Message != "" {
			message = f.Message
		}
	}
	attributes := map[string]attribute{
		"RequestID": {"String", e.requestID}, "ErrorCode": {"Number", code},
		"ErrorMessage": {"String", message[:min(len(message), 1024)]},
	}
	to, ok := parseARN(arn)
	if !ok {
		return // check refuses such an ARN
	}
	var err error
	if to.service == "sqs" {
		err = s.sendToQueue(to, string(e.payload), attributes)
	} else {
		err = s.call(to, "Publish", struct {
			TopicArn, Message string
			MessageAttributes map[string]attribute
		}{arn, string(e.payload), attributes}, nil)
	}
	s.lost(err, "dead-letter target", arn)
}

// call calls another service in the region and account of a resource.
func (s *Service) call(to target, operation string, in, out any) error {
	if s.cfg.Caller == nil {
		return invalid("The function's service reaches no other services.")
	}
	return s.cfg.Caller.Invoke(api.WithScope(s.ctx, to.scope), to.service, operation, in, out)
}

// sendToQueue sends a message to a queue by its ARN.
func (s *Service) sendToQueue(to target, body string, attributes map[string]attribute) error {
	url, err := s.queueURL(to)
	if err != nil {
		return err
	}
	return s.call(to, "SendMessage", struct {
		QueueUrl, MessageBody string
		MessageAttributes     map[string]attribute `json:",omitempty"`
	}{url, body, attributes}, nil)
}

func (s *Service) queueURL(to target) (string, error) {
	var found struct{ QueueUrl string }
	err := s.call(to, "GetQueueUrl", struct{ QueueName string }{to.resource}, &found)
	return found.QueueUrl, err
}

// lost logs what could not be sent.
func (s *Service) lost(err error, what, arn string) {
	if err != nil && s.ctx.Err() == nil {
		s.cfg.Log.Warn("lost", zap.String("to", what+" "+arn), zap.Error(err))
	}
}
