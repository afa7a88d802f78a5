package lambda

import "encoding/json"

// queueItem is a message as the function gets it.
type queueItem struct {
	MessageID         string                    `json:"messageId"`
	ReceiptHandle     string                    `json:"receiptHandle"`
	Body              string                    `json:"body"`
	Attributes        map[string]string         `json:"attributes"`
	MessageAttributes map[string]queueAttribute `json:"messageAttributes"`
	MD5OfBody         string                    `json:"md5OfBody"`
	EventSource       string                    `json:"eventSource"`
	EventSourceARN    string                    `json:"eventSourceARN"`
	AWSRegion         string                    `json:"awsRegion"`
}

type queueAttribute struct {
	StringValue      *string  `json:"stringValue,omitempty"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"`
	BinaryListValues []string `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

func (p *queuePoll) item(m message) queueItem {
	attributes := map[string]queueAttribute{}
	for name, a := range m.MessageAttributes {
		attributes[name] = queueAttribute{a.StringValue, a.BinaryValue, []string{}, []string{}, a.DataType}
	}
	return queueItem{
		m.MessageId, m.ReceiptHandle, m.Body, m.Attributes, attributes, m.MD5OfBody, "aws:sqs", p.mapping.sourceARN,
		p.mapping.source.scope.Region,
	}
}

// event is the payload for a batch.
func (p *queuePoll) event(batch []message) []byte {
	out := struct{ Records []queueItem }{make([]queueItem, 0, len(batch))}
	for _, m := range batch {
		out.Records = append(out.Records, p.item(m))
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return nil // strings always marshal
	}
	return raw
}

// passes reports whether the mapping's filters let a message pass.
func (p *queuePoll) passes(m message) bool {
	return p.filters.pass(func() map[string]any {
		raw, err := json.Marshal(p.item(m))
		if err != nil {
			return map[string]any{} // strings always marshal
		}
		return jsonObject(raw)
	}, m.Body)
}
