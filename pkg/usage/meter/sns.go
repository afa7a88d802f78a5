package meter

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/usage"
)

// sns counts a call. Publishes are billed by chunks of their total payload.
func (m *Meter) sns(c *call) {
	price := "sns.standard"
	if strings.HasSuffix(awscall.FormValue(c.Body, "TopicArn"), ".fifo") {
		price = "sns.fifo"
	}
	switch c.Operation {
	case "Publish":
		m.count(c, price, 1, usage.Units(published(c.Body), usage.MessageChunk))
	case "PublishBatch":
		entries := bytes.Count(c.Body, []byte(".Id=")) // exact: a form encodes = in its values
		m.count(c, price, entries, usage.Units(published(c.Body), usage.MessageChunk))
	default:
		m.count(c, "", 0, 0)
	}
}

// published returns the bytes of the messages in a form, or of the whole form if that fits into a chunk
// anyway.
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
