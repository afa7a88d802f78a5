package meter

import (
	"encoding/json"

	"github.com/crashlab/crashlab/pkg/usage"
)

// events counts a call to EventBridge. Each event is billed by its own chunks.
func (m *Meter) events(c *call) {
	if c.Operation != "PutEvents" || c.failed() {
		m.count(c, "", 0, 0)
		return
	}
	n := members(c.Body, "DetailType")
	units := float64(n)
	if len(c.Body) > usage.MessageChunk {
		var in struct {
			Entries []struct {
				Source, DetailType, Detail string
				Resources                  []string
			}
		}
		if json.Unmarshal(c.Body, &in) == nil {
			units = 0
			for _, e := range in.Entries {
				size := len(e.Source) + len(e.DetailType) + len(e.Detail)
				for _, r := range e.Resources {
					size += len(r)
				}
				units += usage.Units(size, usage.MessageChunk)
			}
		}
	}
	m.count(c, "events.custom", n, units)
}
