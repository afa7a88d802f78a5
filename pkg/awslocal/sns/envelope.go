package sns

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// envelope is the JSON document that subscribers receive without raw delivery, with AWS's members in AWS's
// order.
type envelope struct {
	Type              string
	MessageID         string `json:"MessageId"`
	SequenceNumber    string `json:",omitempty"`
	Token             string `json:",omitempty"`
	TopicArn          string
	Subject           string `json:",omitempty"`
	Message           string
	SubscribeURL      string `json:",omitempty"`
	Timestamp         string
	SignatureVersion  string                       `json:",omitempty"`
	Signature         string                       `json:",omitempty"`
	SigningCertURL    string                       `json:",omitempty"`
	UnsubscribeURL    string                       `json:",omitempty"`
	MessageAttributes map[string]envelopeAttribute `json:",omitempty"`
}

type envelopeAttribute struct {
	Type  string
	Value string
}

// signature replaces AWS's signature: ours can't be verified.
const signature = "RVhBTVBMRQ=="

func (e envelope) String() string {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	// Strings always encode.
	_ = enc.Encode(e)
	return strings.TrimSuffix(buf.String(), "\n")
}

func (e *envelope) sign(version, base string) {
	if version == "" {
		version = "1"
	}
	e.SignatureVersion, e.Signature = version, signature
	e.SigningCertURL = base + "/SimpleNotificationService-0000000000000000000000.pem"
}

// body is the message in the form that the subscription receives.
func (m *message) body(sub *subscription) string {
	text := m.textFor(sub.protocol)
	if sub.raw {
		return text
	}
	e := envelope{
		Type: "Notification", MessageID: m.MessageID, SequenceNumber: m.SequenceNumber, TopicArn: m.topicArn,
		Subject: m.subject, Message: text, Timestamp: timestamp(m.at),
		UnsubscribeURL: link(sub.base, "Unsubscribe", "SubscriptionArn", sub.arn),
	}
	if m.SequenceNumber == "" { // FIFO topics do not sign
		e.sign(m.signature, sub.base)
	}
	for name, a := range m.attributes {
		if e.MessageAttributes == nil {
			e.MessageAttributes = make(map[string]envelopeAttribute, len(m.attributes))
		}
		value := base64.StdEncoding.EncodeToString(a.BinaryValue)
		if a.StringValue != nil {
			value = *a.StringValue
		}
		e.MessageAttributes[name] = envelopeAttribute{Type: a.DataType, Value: value}
	}
	return e.String()
}

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// link is a URL, without a signature, that performs an action when it is opened.
func link(base, action string, pairs ...string) string {
	query := url.Values{"Action": {action}, "Version": {"2010-03-31"}}
	for i := 0; i < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	return base + "/?" + query.Encode()
}
