package meter

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/crashlab/crashlab/pkg/usage"
)

// kinesis counts a call. Records are billed when they are put, each by its own units; reading them is free.
func (m *Meter) kinesis(c *call) {
	switch c.Operation {
	case "PutRecord", "PutRecords":
		if c.failed() {
			m.count(c, "", 0, 0)
			return
		}
		n := members(c.Body, "PartitionKey")
		m.count(c, "kinesis.put", n, putUnits(c.Body, n))
	case "GetRecords":
		n := members(c.answer, "SequenceNumber")
		if n == 0 {
			m.idle(c, "")
			return
		}
		m.count(c, "", n, 0)
	default:
		m.count(c, "", 0, 0)
	}
}

// putUnits returns the billed units of n records: one each if all of them together fit into one.
func putUnits(request []byte, n int) float64 {
	if len(request) <= usage.PutUnit {
		return float64(n)
	}
	var in struct {
		Data    string
		Records []struct{ Data string }
	}
	if json.Unmarshal(request, &in) != nil {
		return float64(n)
	}
	if len(in.Records) == 0 {
		return usage.Units(decodedLen(in.Data), usage.PutUnit)
	}
	units := 0.0
	for _, r := range in.Records {
		units += usage.Units(decodedLen(r.Data), usage.PutUnit)
	}
	return units
}

func decodedLen(b64 string) int {
	return base64.StdEncoding.DecodedLen(len(b64)) - strings.Count(b64[max(0, len(b64)-2):], "=")
}
