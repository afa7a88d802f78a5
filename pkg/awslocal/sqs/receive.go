package sqs

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

type receiveInput struct {
	queueInput
	MaxMessages       *int     `json:"MaxNumberOfMessages"`
	VisibilityTimeout *int     `json:"VisibilityTimeout"`
	WaitTimeSeconds   *int     `json:"WaitTimeSeconds"`
	AttemptID         string   `json:"ReceiveRequestAttemptId"`
	AttributeNames    []string `json:"MessageAttributeNames" query:"MessageAttributeName,flat"`
	SystemNames       []string `json:"MessageSystemAttributeNames" query:"MessageSystemAttributeName,flat"`
	OldSystemNames    []string `json:"AttributeNames" query:"AttributeName,flat"` // its name until 2024
}

type receiveOutput struct {
	Messages []receivedMessage `json:"Messages,omitempty" query:"Message,flat"`
}

type receivedMessage struct {
	MessageID       string                    `json:"MessageId"`
	ReceiptHandle   string                    `json:"ReceiptHandle"`
	MD5OfBody       string                    `json:"MD5OfBody"`
	Body            string                    `json:"Body"`
	System          map[string]string         `json:"Attributes,omitempty" query:"Attribute,flat,key=Name,value=Value"`
	MD5OfAttributes string                    `json:"MD5OfMessageAttributes,omitempty"`
	Attributes      map[string]attributeValue `json:"MessageAttributes,omitempty" query:"MessageAttribute,flat,key=Name,value=Value"`
}

func (in *receiveInput) check(q *queue) error {
	if n := in.MaxMessages; n != nil && (*n < 1 || *n > maxBatch) {
		return errValue(*n, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
	}
	if w := in.WaitTimeSeconds; w != nil && (*w < 0 || *w > maxWait) {
		return errValue(*w, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
	}
	if v := in.VisibilityTimeout; v != nil && (*v < 0 || *v > maxVisibility) {
		return errValue(*v, "VisibilityTimeout", "Must be between 0 and 43200, if provided.")
	}
	if in.AttemptID != "" && q.fifo == nil {
		return errValue(in.AttemptID, "ReceiveRequestAttemptId",
			"The request includes a parameter that is not valid for this queue type.")
	}
	return checkID(in.AttemptID, "ReceiveRequestAttemptId")
}

func (s *Service) receiveMessage(ctx context.Context, r *api.Request, in *receiveInput) (any, error) {
	in.SystemNames = append(in.SystemNames, in.OldSystemNames...)

	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.find(r, in.QueueURL)
	if err != nil {
		return nil, err
	}
	if err := in.check(q); err != nil {
		return nil, err
	}
	limit, hidden, patience := 1, q.visibility, q.pollWait
	if in.MaxMessages != nil {
		limit = *in.MaxMessages
	}
	if in.VisibilityTimeout != nil {
		hidden = secondsOf(*in.VisibilityTimeout)
	}
	if in.WaitTimeSeconds != nil {
		patience = secondsOf(*in.WaitTimeSeconds)
	}

	// A poller that leaves the queue wakes the next one: there may be more to receive, or a timer to set
	// again.
	defer func() { q.wake() }()
	until := s.clock.Now().Add(patience)
	for {
		now := s.clock.Now()
		q.advance(now)
		if q.counts[inFlight] >= maxInFlight && q.fifo == nil && patience == 0 {
			e := modeled("OverLimit", "OverLimit", "Too many messages in flight: the limit of a standard queue is %d.",
				maxInFlight)
			e.Status = http.StatusForbidden
			return nil, e
		}
		if got := s.takeOrRepeat(q, in.AttemptID, limit, hidden, now); len(got) > 0 {
			return q.answer(in, got, hidden, now), nil
		}
		if !now.Before(until) || q.deleted || !s.wait(ctx, q, until) {
			return &receiveOutput{}, nil
		}
	}
}

// takeOrRepeat receives messages, or returns those that the same attempt received before. s.mu is held.
func (s *Service) takeOrRepeat(q *queue, attemptID string, limit int, hidden time.Duration, now time.Time) []*message {
	if attemptID == "" {
		return s.take(q, limit, hidden, now)
	}
	if got := q.fifo.repeat(attemptID, now); got != nil {
		for _, m := range got {
			q.postpone(m, now.Add(hidden))
		}
		q.fifo.note(attemptID, got, now)
		return got
	}
	got := s.take(q, limit, hidden, now)
	q.fifo.note(attemptID, got, now)
	return got
}

// take receives up to limit messages. A message that was received as often as the redrive policy allows goes
// to the dead-letter queue instead: at the receive after its last one, not when its last visibility timeout
// ends. s.mu is held.
func (s *Service) take(q *queue, limit int, hidden time.Duration, now time.Time) []*message {
	limit = min(limit, maxInFlight-q.counts[inFlight])
	dlq := s.deadLetterQueue(q)
	var got []*message
	q.take(limit, func(m *message) bool {
		if dlq != nil && m.receives >= q.redrive.maxReceives {
			s.moveToDLQ(m, q, dlq, now)
			return false
		}
		m.receives++
		m.received = now
		if m.first.IsZero() {
			m.first = now
		}
		q.hide(m, now.Add(hidden))
		got = append(got, m)
		return true
	})
	return got
}

// answer describes received messages. Those with a visibility timeout of zero are visible again when it
// returns.
func (q *queue) answer(in *receiveInput, got []*message, hidden time.Duration, now time.Time) *receiveOutput {
	out := &receiveOutput{Messages: make([]receivedMessage, len(got))}
	for i, m := range got {
		out.Messages[i] = receivedMessage{
			MessageID: m.id, ReceiptHandle: q.handleOf(m), MD5OfBody: m.bodyMD5, Body: m.body,
			System: selectSystem(m, in.SystemNames),
		}
		out.Messages[i].Attributes, out.Messages[i].MD5OfAttributes = selectAttributes(m, in.AttributeNames)
	}
	if hidden == 0 {
		q.advance(now)
	}
	return out
}

func selectSystem(m *message, names []string) map[string]string {
	if len(names) == 0 {
		return nil
	}
	all := m.systemAttributes()
	out := make(map[string]string, len(names))
	for _, name := range names {
		if name == "All" {
			return all
		}
		if value, ok := all[name]; ok {
			out[name] = value
		}
	}
	return out
}

// selectAttributes returns the requested attributes, by name, "prefix.*", "All" or ".*", and their digest.
func selectAttributes(m *message, names []string) (map[string]attributeValue, string) {
	if len(names) == 0 || len(m.attributes) == 0 {
		return nil, ""
	}
	out := make(map[string]attributeValue, len(m.attributes))
	for _, want := range names {
		prefix, isPrefix := strings.CutSuffix(want, ".*")
		for name, value := range m.attributes {
			if want == "All" || want == name || isPrefix && strings.HasPrefix(name, prefix) {
				out[name] = value
			}
		}
	}
	if len(out) == len(m.attributes) {
		return out, m.attributesMD5
	}
	return out, attributesMD5(out)
}
