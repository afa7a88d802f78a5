package sns

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/dedup"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// maxMessage bounds a message, and all of a batch together, in bytes.
const maxMessage = 256 << 10

// attributeValue is a message attribute.
type attributeValue struct {
	DataType    string  `json:"DataType"`
	StringValue *string `json:"StringValue,omitempty"`
	BinaryValue []byte  `json:"BinaryValue,omitempty"`
}

// entry is one message to publish, alone or in a batch.
type entry struct {
	ID              string                    `json:"Id"` // in a batch
	Message         string                    `json:"Message"`
	Subject         *string                   `json:"Subject"`
	Structure       string                    `json:"MessageStructure"`
	Attributes      map[string]attributeValue `json:"MessageAttributes" query:",key=Name,value=Value"`
	DeduplicationID string                    `json:"MessageDeduplicationId"`
	GroupID         string                    `json:"MessageGroupId"`
}

// published is the publisher's answer for one message.
type published struct {
	ID             string `json:"Id,omitempty"` // in a batch
	MessageID      string `json:"MessageId"`
	SequenceNumber string `json:"SequenceNumber,omitempty"`
}

// message is an accepted message.
type message struct {
	published
	topicArn   string
	at         time.Time
	subject    string
	text       map[string]string // by protocol; "default" for the rest
	attributes map[string]attributeValue
	group      string
	dedup      string
	signature  string // SignatureVersion
}

// textFor is the text for subscribers of the protocol.
func (m *message) textFor(protocol string) string {
	if text, ok := m.text[protocol]; ok {
		return text
	}
	return m.text["default"]
}

type publishInput struct {
	entry
	TopicArn    string `json:"TopicArn"`
	TargetArn   string `json:"TargetArn"`
	PhoneNumber string `json:"PhoneNumber"`
}

func (s *Service) publish(ctx context.Context, _ *api.Request, in *publishInput) (any, error) {
	if in.PhoneNumber != "" {
		return nil, errParameter("PhoneNumber Reason: the embedded AWS does not deliver by sms")
	}
	if in.TopicArn == "" {
		in.TopicArn = in.TargetArn // a topic may come as a target
	}
	if in.TopicArn == "" {
		return nil, errParameter("TopicArn or TargetArn Reason: no value for required parameter")
	}
	t, err := s.topicFor(in.TopicArn, &in.entry)
	if err != nil {
		return nil, err
	}
	out, err := s.accept(ctx, t, &in.entry)
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// topicFor returns the topic if it accepts the message.
func (s *Service) topicFor(arn string, e *entry) (*topic, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.findTopic(arn)
	if err != nil {
		return nil, err
	}
	return t, t.checkEntry(e)
}

// checkEntry says why the topic does not accept a message.
func (t *topic) checkEntry(e *entry) error {
	if e.Subject != nil && (*e.Subject == "" || len(*e.Subject) > 100 || strings.ContainsAny(*e.Subject, "\n\r")) {
		return errParameter("Subject")
	}
	if e.Message == "" {
		return errParameter("Empty message")
	}
	if err := checkAttributes(e.Attributes); err != nil {
		return err
	}
	if sizeOf(e) > maxMessage {
		return errParameter("Message too long")
	}
	if !t.fifo {
		if e.DeduplicationID != "" {
			return errParameter("MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is " +
				"not valid for this topic type")
		}
		return nil
	}
	if e.GroupID == "" {
		return errParameter("The MessageGroupId parameter is required for FIFO topics")
	}
	if e.DeduplicationID == "" && t.attributes["ContentBasedDeduplication"] != "true" {
		return errParameter("The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId " +
			"provided explicitly")
	}
	return nil
}

func sizeOf(e *entry) int {
	size := len(e.Message)
	for name, a := range e.Attributes {
		size += len(name) + len(a.DataType) + len(a.BinaryValue)
		if a.StringValue != nil {
			size += len(*a.StringValue)
		}
	}
	return size
}

var attributeName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)

func checkAttributes(attributes map[string]attributeValue) error {
	for name, a := range attributes {
		if !attributeName.MatchString(name) || len(name) > 256 {
			return errValue("Invalid message attribute name %q: it can only include alphanumeric characters, hyphens, "+
				"underscores and single dots within, at most 256.", name)
		}
		kind, _, custom := strings.Cut(a.DataType, ".")
		if kind != "String" && kind != "Number" && kind != "Binary" || custom && strings.HasSuffix(a.DataType, ".") {
			return errValue("The message attribute '%s' has an invalid message attribute type, the set of supported type "+
				"prefixes is Binary, Number, and String.", name)
		}
		if kind == "Binary" && len(a.BinaryValue) == 0 || kind != "Binary" && (a.StringValue == nil || *a.StringValue == "") {
			return errValue("The message attribute '%s' must contain non-empty message attribute value for message attribute "+
				"type '%s'.", name, a.DataType)
		}
		if kind == "Number" {
			if _, err := strconv.ParseFloat(*a.StringValue, 64); err != nil {
				return errValue("Could not cast message attribute '%s' value to number.", name)
			}
		}
	}
	return nil
}

// texts splits a message of structure "json" into its texts by protocol.
func texts(e *entry) (map[string]string, error) {
	if e.Structure != "json" {
		return map[string]string{"default": e.Message}, nil
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(e.Message), &fields); err != nil {
		return nil, errParameter("Message Structure - JSON message body failed to parse")
	}
	out := map[string]string{}
	for protocol, v := range fields {
		if text, ok := v.(string); ok { // others are ignored
			out[protocol] = text
		}
	}
	if _, ok := out["default"]; !ok {
		return nil, errParameter("Message Structure - No default entry in JSON message body")
	}
	return out, nil
}

// accept stores and delivers a checked message. A duplicate on a FIFO topic gets the answer of the original
// and is dropped.
func (s *Service) accept(ctx context.Context, t *topic, e *entry) (published, error) {
	text, err := texts(e)
	if err != nil {
		return published{}, err
	}
	m := &message{
		published: published{MessageID: id.UUID()},
		topicArn:  t.arn, at: s.clock.Now(), text: text, attributes: e.Attributes, group: e.GroupID,
	}
	if e.Subject != nil {
		m.subject = *e.Subject
	}
	if t.fifo {
		t.order.Lock()
		defer t.order.Unlock()
	}
	subs, original, duplicate := s.admit(t, m, e)
	if duplicate {
		return original, nil
	}
	for _, sub := range subs {
		s.deliver(ctx, sub, m)
	}
	return m.published, nil
}

// admit numbers a message and returns copies of the subscriptions that match it.
func (s *Service) admit(t *topic, m *message, e *entry) (subs []subscription, original published, duplicate bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.signature = t.attributes["SignatureVersion"]
	if t.fifo {
		m.dedup = e.DeduplicationID
		if m.dedup == "" {
			m.dedup = dedup.ContentID(e.Message)
		}
		key := m.dedup
		if t.attributes["FifoThroughputScope"] == "MessageGroup" {
			key = m.group + "\x00" + key
		}
		if original, found := t.seen.Find(key, m.at); found {
			return nil, original, true
		}
		t.sequence++
		m.SequenceNumber = fmt.Sprintf("1%019d", t.sequence)
		t.seen.Add(key, m.published, m.at)
	}
	for _, sub := range t.subscriptions {
		if !sub.pending && sub.wants(m) {
			subs = append(subs, *sub)
		}
	}
	return subs, published{}, false
}

func (sub *subscription) wants(m *message) bool {
	if sub.filter == nil {
		return true
	}
	if sub.onBody {
		return sub.filter.matchBody(m.textFor(sub.protocol))
	}
	return sub.filter.matchAttributes(m.attributes)
}
