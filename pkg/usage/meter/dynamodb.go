package meter

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/usage"
)

const (
	writes = "dynamodb.write"
	reads  = "dynamodb.read"
)

// item is an item or a key on the wire. Package attr defines its size in DynamoDB.
type item map[string]attr.Wire

func (i item) size() int {
	m, err := attr.ParseMap(i)
	if err != nil {
		return 0 // the service refuses it too
	}
	return attr.ItemSize(m)
}

// dynamodb counts a call. A refused one is not billed, except a write whose condition failed.
func (m *Meter) dynamodb(c *call) {
	price, items := "", 0
	var units float64
	switch c.Operation {
	case "PutItem", "UpdateItem", "DeleteItem":
		price, items, units = writes, 1, written(c.Body)
	case "BatchWriteItem":
		price = writes
		items, units = batchWritten(c)
	case "TransactWriteItems":
		price = writes
		items, units = transactWritten(c.Body)
	case "GetItem", "Query", "Scan":
		price = reads
		items, units = read(c)
	case "BatchGetItem", "TransactGetItems":
		price = reads
		items, units = readEach(c)
	}
	refused := c.failed() && !bytes.Contains(c.answer, []byte("ConditionalCheckFailed"))
	switch {
	case price == "" || refused:
		m.count(c, "", 0, 0)
		return
	case !c.failed():
		if consumed, ok := consumed(c); ok {
			units = consumed
		}
	}
	m.count(c, price, items, units)
}

// consumed returns the capacity that the answer reports, if the design asked for it. If it asked for indexes,
// the answer lists the parts beside their sum, so that everything is in it twice.
func consumed(c *call) (sum float64, reported bool) {
	if members(c.answer, "ConsumedCapacity") == 0 {
		return 0, false
	}
	name := []byte(`"CapacityUnits":`)
	for rest := c.answer; ; {
		at := bytes.Index(rest, name)
		if at < 0 {
			break
		}
		rest = rest[at+len(name):]
		end := bytes.IndexAny(rest, ",}")
		if end < 0 {
			break
		}
		if n, err := strconv.ParseFloat(string(rest[:end]), 64); err == nil { // not an attribute of that name
			sum, reported = sum+n, true
		}
	}
	if string(stringOf(c.Body, "ReturnConsumedCapacity")) == "INDEXES" {
		sum /= 2
	}
	return sum, reported
}

// written returns the billed units of writing one item, judged by the request. An item is never larger than
// its JSON, so a small request needs no closer look.
func written(request []byte) float64 {
	if len(request) <= usage.WriteUnit {
		return 1
	}
	var in struct {
		Item, Key                 item
		ExpressionAttributeValues item
	}
	if json.Unmarshal(request, &in) != nil {
		return 1
	}
	if in.Item != nil {
		return usage.Units(in.Item.size(), usage.WriteUnit)
	}
	return usage.Units(in.Key.size(), usage.WriteUnit)
}

func batchWritten(c *call) (items int, units float64) {
	type tables map[string][]struct {
		PutRequest    *struct{ Item item }
		DeleteRequest *struct{ Key item }
	}
	var in struct{ RequestItems tables }
	var out struct{ UnprocessedItems tables }
	_ = json.Unmarshal(c.Body, &in) // an unreadable request was refused
	_ = json.Unmarshal(c.answer, &out)
	add := func(t tables, sign int) {
		for _, requests := range t {
			for _, r := range requests {
				items += sign
				size := 0
				if r.PutRequest != nil {
					size = r.PutRequest.Item.size()
				}
				units += float64(sign) * usage.Units(size, usage.WriteUnit)
			}
		}
	}
	add(in.RequestItems, 1)
	add(out.UnprocessedItems, -1)
	return items, units
}

// transactWritten returns twice what the writes would cost alone.
func transactWritten(request []byte) (items int, units float64) {
	var in struct {
		TransactItems []struct{ Put struct{ Item item } }
	}
	_ = json.Unmarshal(request, &in)
	for _, t := range in.TransactItems {
		units += 2 * usage.Units(t.Put.Item.size(), usage.WriteUnit)
	}
	return len(in.TransactItems), units
}

// share is what a unit's worth of bytes costs to read.
func share(consistent bool) float64 {
	if consistent {
		return 1
	}
	return 0.5
}

// read returns the billed units of GetItem, Query and Scan, for everything read together.
func read(c *call) (items int, units float64) {
	var in struct{ ConsistentRead bool }
	_ = json.Unmarshal(c.Body, &in)
	var out struct {
		Item  json.RawMessage
		Items []json.RawMessage
	}
	_ = json.Unmarshal(c.answer, &out)
	if out.Item != nil {
		out.Items = append(out.Items, out.Item)
	}
	size := len(c.answer)
	if size > usage.ReadUnit {
		size = 0
		for _, raw := range out.Items {
			size += sizeOf(raw)
		}
	}
	return len(out.Items), share(in.ConsistentRead) * usage.Units(size, usage.ReadUnit)
}

func sizeOf(raw json.RawMessage) int {
	var i item
	if json.Unmarshal(raw, &i) != nil {
		return 0
	}
	return i.size()
}

// readEach returns the billed units of BatchGetItem and TransactGetItems: each key separately, even a missing
// one.
func readEach(c *call) (items int, units float64) {
	var in struct {
		RequestItems map[string]struct {
			Keys           []json.RawMessage
			ConsistentRead bool
		}
		TransactItems []json.RawMessage
	}
	var out struct {
		Responses       json.RawMessage
		UnprocessedKeys map[string]struct{ Keys []json.RawMessage }
	}
	_ = json.Unmarshal(c.Body, &in)
	_ = json.Unmarshal(c.answer, &out)
	if c.Operation == "TransactGetItems" {
		var found []struct{ Item json.RawMessage }
		_ = json.Unmarshal(out.Responses, &found)
		for _, f := range found {
			if f.Item != nil {
				items++
			}
			units += 2 * usage.Units(sizeOf(f.Item), usage.ReadUnit)
		}
		return items, units
	}
	var found map[string][]json.RawMessage
	_ = json.Unmarshal(out.Responses, &found)
	for table, asked := range in.RequestItems {
		missing := len(asked.Keys) - len(out.UnprocessedKeys[table].Keys) - len(found[table])
		sum := float64(max(0, missing))
		for _, raw := range found[table] {
			items++
			sum += usage.Units(sizeOf(raw), usage.ReadUnit)
		}
		units += share(asked.ConsistentRead) * sum
	}
	return items, units
}
