package meter

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/crashlab/crashlab/pkg/usage"
)

// sns counts a call. Publishes are billed by chunks of what they carry in all.
func (m *Meter) sns(c *call) {
	price := "sns.standard"
	if strings.HasSuffix(formValue(c.request, "TopicArn"), ".fifo") {
		price = "sns.fifo"
	}
	switch c.operation {
	case "Publish":
		m.count(c, price, 1, usage.Units(published(c.request), usage.MessageChunk))
	case "PublishBatch":
		m.count(c, price, bytes.Count(c.request, []byte(".Id=")), usage.Units(published(c.request), usage.MessageChunk))
	default:
		m.count(c, "", 0, 0)
	}
}

// published returns the bytes of the messages in a form, or those of the form where these fit into
// a chunk anyway.
func published(form []byte) int {
	if len(form) <= usage.MessageChunk {
		return len(form)
	}
	values, _ := url.ParseQuery(string(form))
	sum := 0
	for name, v := range values {
		if name == "Message" || strings.HasSuffix(name, ".Message") || strings.Contains(name, "MessageAttributes.") {
			sum += len(v[0])
		}
	}
	return sum
}
