package meter

import (
	"bytes"

	"github.com/crashlab/crashlab/pkg/awscall"
)

// monitoring counts a call to CloudWatch. GetMetricData is billed by the metrics that it asks for, and other calls by
// the request; those on alarms are free. Several statistics of one metric count as several metrics, of which AWS bills
// five as one.
func (m *Meter) monitoring(c *call) {
	switch c.Operation {
	case "GetMetricData":
		n := c.named("MetricStat")
		m.count(c, "cloudwatch.metric", n, float64(n))
	case "PutMetricData": // of a compressed request the metrics are not counted
		m.count(c, "cloudwatch.request", c.named("MetricName"), 1)
	case "GetMetricStatistics", "ListMetrics":
		m.count(c, "cloudwatch.request", 0, 1)
	default:
		m.count(c, "", 0, 0)
	}
}

// named counts the members of that name, of less than 24 letters, in the body of a JSON or an RPC v2 request.
func (c *call) named(name string) int {
	if c.Protocol != awscall.RPC {
		return members(c.Body, name)
	}
	const text = 0x60 // the header of a short text in CBOR, but for its length
	return bytes.Count(c.Body, append([]byte{byte(text + len(name))}, name...))
}
