package sqs

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// redrivePolicy moves a queue's messages to target after maxReceives receives.
type redrivePolicy struct {
	target      string // ARN
	maxReceives int
}

// redriveAllowPolicy says which queues may use this queue as their dead-letter queue.
type redriveAllowPolicy struct {
	Permission string   `json:"redrivePermission"` // allowAll, denyAll, byQueue
	Sources    []string `json:"sourceQueueArns"`
}

func (p *redriveAllowPolicy) allows(source string) bool {
	switch {
	case p == nil || p.Permission == "allowAll":
		return true
	case p.Permission == "byQueue":
		return slices.Contains(p.Sources, source)
	}
	return false
}

// checkRedrive checks the redrive policies among the attributes and, only if all are valid, applies them to
// q. s.mu is held.
func (s *Service) checkRedrive(q *queue, given map[string]string) error {
	redrive, allow := q.redrive, q.allow
	var err error
	if raw, ok := given["RedrivePolicy"]; ok {
		if redrive, err = s.parseRedrive(q, raw); err != nil {
			return err
		}
	}
	if raw, ok := given["RedriveAllowPolicy"]; ok {
		if allow, err = parseAllow(raw); err != nil {
			return err
		}
	}
	q.redrive, q.allow = redrive, allow
	return nil
}

func (s *Service) parseRedrive(q *queue, raw string) (*redrivePolicy, error) {
	if raw == "" {
		return nil, nil
	}
	bad := func(reason string) (*redrivePolicy, error) { return nil, errValue(raw, "RedrivePolicy", reason) }
	var doc struct {
		Target      string `json:"deadLetterTargetArn"`
		MaxReceives any    `json:"maxReceiveCount"` // clients send it as a number or a string
	}
	if err := json.Unmarshal([]byte(raw), &doc); err != nil {
		return bad("Redrive policy is not a valid JSON map.")
	}
	if doc.Target == "" {
		return bad("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
	}
	if doc.MaxReceives == nil {
		return bad("Redrive policy does not contain mandatory attribute: maxReceiveCount.")
	}
	count, ok := countOf(doc.MaxReceives)
	if !ok || count < 1 || count > 1000 {
		return bad("Invalid value for maxReceiveCount: " + text(doc.MaxReceives) +
			", valid values are from 1 to 1000 both inclusive.")
	}
	if _, _, ok := parseARN(doc.Target); !ok {
		return bad("Invalid value for deadLetterTargetArn.")
	}
	target := s.findARN(doc.Target)
	switch {
	case target == nil || target == q:
		return bad("Dead letter target does not exist.")
	case (target.fifo != nil) != (q.fifo != nil):
		return bad("Dead-letter queue must be same type of queue as the source.")
	case target.scope != q.scope:
		return bad("Dead-letter target owner should be same as the source.")
	case !target.allow.allows(q.arn):
		return bad("Queue " + q.arn + " does not have permission to use the dead-letter queue " + target.arn + ".")
	}
	return &redrivePolicy{target: doc.Target, maxReceives: count}, nil
}

func countOf(v any) (int, bool) {
	switch v := v.(type) {
	case float64:
		return int(v), v == float64(int(v))
	case string:
		i, err := strconv.Atoi(v)
		return i, err == nil
	}
	return 0, false
}

func text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return "" // it was decoded from JSON
	}
	return string(raw)
}

func parseAllow(raw string) (*redriveAllowPolicy, error) {
	if raw == "" {
		return nil, nil
	}
	var p redriveAllowPolicy
	if err := json.Unmarshal([]byte(raw), &p); err != nil {
		return nil, errValue(raw, "RedriveAllowPolicy",
			"Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.")
	}
	switch p.Permission {
	case "allowAll", "denyAll":
		if len(p.Sources) > 0 {
			return nil, errValue(raw, "RedriveAllowPolicy",
				"Amazon SQS can't create the redrive allow policy. You can specify sourceQueueArns only when redrivePermission "+
					"is byQueue.")
		}
	case "byQueue":
		if len(p.Sources) < 1 || len(p.Sources) > 10 {
			return nil, errValue(raw, "RedriveAllowPolicy",
				"Amazon SQS can't create the redrive allow policy. You can specify 1 to 10 sourceQueueArns.")
		}
	default:
		return nil, errValue(raw, "RedriveAllowPolicy",
			"Amazon SQS can't create the redrive allow policy. redrivePermission must be one of allowAll, denyAll and byQueue.")
	}
	return &p, nil
}

// deadLetterQueue returns the queue for exhausted messages. It is nil without a policy, or if the target was
// deleted: then messages stay instead of getting lost. s.mu is held.
func (s *Service) deadLetterQueue(q *queue) *queue {
	if q.redrive == nil {
		return nil
	}
	return s.findARN(q.redrive.target)
}

// moveToDLQ moves a received message from q to its dead-letter queue. In a standard queue it keeps its age;
// in a FIFO queue its age starts anew, and its deduplication ID becomes its own ID, so that two messages that
// shared one do not displace each other. s.mu is held.
func (s *Service) moveToDLQ(m *message, q, dlq *queue, now time.Time) {
	q.drop(m)
	m.source = q.arn
	if dlq.fifo != nil {
		m.dedup, m.sent = m.id, now
	}
	s.transfer(m, dlq, now)
}

// transfer puts a message that is in no queue into a queue. s.mu is held.
func (s *Service) transfer(m *message, to *queue, now time.Time) {
	m.earlier += m.receives
	m.receives = 0
	s.sent++
	m.order = s.sent
	if to.fifo != nil {
		m.sequence = to.fifo.nextSequence()
	}
	to.add(m, now, 0)
}

type sourcesOutput struct {
	QueueURLs []string `json:"queueUrls" query:"QueueUrl,flat"`
	NextToken string   `json:"NextToken,omitempty"`
}

func (s *Service) listDeadLetterSourceQueues(r *api.Request, in *listInput) (any, error) {
	target, err := s.find(r, in.QueueURL)
	if err != nil {
		return nil, err
	}
	urls, next, err := page(r, in, s.storeOf(target.scope), func(q *queue) bool {
		return q.redrive != nil && q.redrive.target == target.arn
	})
	if err != nil {
		return nil, err
	}
	if urls == nil {
		urls = []string{} // the member is required
	}
	return &sourcesOutput{QueueURLs: urls, NextToken: next}, nil
}
