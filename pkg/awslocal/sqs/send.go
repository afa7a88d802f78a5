package sqs

import (
	"context"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/dedup"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// entry is one message to send, alone or in a batch.
type entry struct {
	ID               string                    `json:"Id"` // in a batch
	Body             string                    `json:"MessageBody"`
	DelaySeconds     *int                      `json:"DelaySeconds"`
	Attributes       map[string]attributeValue `json:"MessageAttributes" query:"MessageAttribute,flat,key=Name,value=Value"`
	SystemAttributes map[string]attributeValue `json:"MessageSystemAttributes" query:"MessageSystemAttribute,flat,key=Name,value=Value"`
	DeduplicationID  string                    `json:"MessageDeduplicationId"`
	GroupID          string                    `json:"MessageGroupId"`
}

// receipt is the sender's answer for one message.
type receipt struct {
	ID                    string `json:"Id,omitempty"` // in a batch
	MessageID             string `json:"MessageId"`
	MD5OfBody             string `json:"MD5OfMessageBody"`
	MD5OfAttributes       string `json:"MD5OfMessageAttributes,omitempty"`
	MD5OfSystemAttributes string `json:"MD5OfMessageSystemAttributes,omitempty"`
	SequenceNumber        string `json:"SequenceNumber,omitempty"`
}

// digest computes the checksums. They are the expensive part of a send and need no lock.
func digest(e *entry) receipt {
	return receipt{
		ID:                    e.ID,
		MessageID:             id.UUID(),
		MD5OfBody:             bodyMD5(e.Body),
		MD5OfAttributes:       attributesMD5(e.Attributes),
		MD5OfSystemAttributes: attributesMD5(e.SystemAttributes),
	}
}

type sendInput struct {
	queueInput
	entry
}

func (s *Service) sendMessage(_ context.Context, r *api.Request, in *sendInput) (any, error) {
	out := digest(&in.entry)
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.find(r, in.QueueURL)
	if err != nil {
		return nil, err
	}
	if err := q.checkEntry(&in.entry); err != nil {
		return nil, err
	}
	s.send(q, &in.entry, &out, r.Account)
	return &out, nil
}

type sendBatchInput struct {
	queueInput
	Entries []entry `json:"Entries" query:"SendMessageBatchRequestEntry,flat"`
}

type sendBatchOutput struct {
	Successful []receipt `json:"Successful,omitempty" query:"SendMessageBatchResultEntry,flat"`
	Failed     []failed  `json:"Failed,omitempty" query:"BatchResultErrorEntry,flat"`
}

func (s *Service) sendMessageBatch(_ context.Context, r *api.Request, in *sendBatchInput) (any, error) {
	total := 0 // bytes
	receipts := make([]receipt, len(in.Entries))
	for i := range in.Entries {
		total += sizeOf(&in.Entries[i])
		receipts[i] = digest(&in.Entries[i])
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.find(r, in.QueueURL)
	if err != nil {
		return nil, err
	}
	if err := checkBatch("SendMessageBatchRequestEntry", in.Entries, func(e entry) string { return e.ID }); err != nil {
		return nil, err
	}
	for i := range in.Entries {
		// On a FIFO queue these fail the batch, not the entry.
		if err := q.checkOrdering(&in.Entries[i]); err != nil {
			return nil, err
		}
	}
	if total > maxMessage {
		return nil, modeled("BatchRequestTooLong", oldPrefix+"BatchRequestTooLong",
			"Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxMessage, total)
	}
	out := &sendBatchOutput{}
	for i := range in.Entries {
		if err := q.checkEntry(&in.Entries[i]); err != nil {
			out.Failed = append(out.Failed, failure(in.Entries[i].ID, err))
			continue
		}
		s.send(q, &in.Entries[i], &receipts[i], r.Account)
		out.Successful = append(out.Successful, receipts[i])
	}
	return out, nil
}

// send stores a checked message and completes its receipt. A duplicate within the deduplication interval gets
// the receipt of the original and is dropped. s.mu is held.
func (s *Service) send(q *queue, e *entry, out *receipt, sender string) {
	now := s.clock.Now()
	m := &message{
		id: out.MessageID, body: e.Body, attributes: e.Attributes, sender: sender,
		bodyMD5: out.MD5OfBody, attributesMD5: out.MD5OfAttributes,
		group: e.GroupID, sent: now,
	}
	if trace := e.SystemAttributes["AWSTraceHeader"]; trace.StringValue != nil {
		m.trace = *trace.StringValue
	}
	delay := q.delay
	if e.DelaySeconds != nil && q.fifo == nil {
		delay = secondsOf(*e.DelaySeconds)
	}
	if q.fifo != nil && !q.sequence(m, e, out) {
		return
	}
	s.sent++
	m.order = s.sent
	q.add(m, now, delay)
}

// sequence gives a FIFO message its place. It returns false for a duplicate, with the original's receipt in
// out.
func (q *queue) sequence(m *message, e *entry, out *receipt) bool {
	m.dedup = e.DeduplicationID
	if m.dedup == "" {
		m.dedup = dedup.ContentID(e.Body)
	}
	key := m.dedup
	if q.groupDedup {
		key = m.group + "\x00" + key // no id contains a control character
	}
	if original, ok := q.fifo.seen.Find(key, m.sent); ok {
		out.MessageID, out.SequenceNumber = original.id, original.sequence
		return false
	}
	m.sequence = q.fifo.nextSequence()
	out.SequenceNumber = m.sequence
	q.fifo.seen.Add(key, accepted{id: m.id, sequence: m.sequence}, m.sent)
	return true
}
