package awsrules

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/crashlab/crashlab/pkg/awscall"
)

// writeBatch is DynamoDB's BatchWriteItem: requests by table. Failed ones come back as UnprocessedItems.
type writeBatch struct {
	request document
	tables  []string // sorted
	items   map[string][]json.RawMessage
	n       int
}

func newWriteBatch(c *awscall.Call) batch {
	request, err := parseDocument(c.Body)
	if err != nil {
		return nil
	}
	b := &writeBatch{request: request}
	if json.Unmarshal(request["RequestItems"], &b.items) != nil {
		return nil
	}
	for table, items := range b.items {
		b.tables = append(b.tables, table)
		b.n += len(items)
	}
	slices.Sort(b.tables)
	return b
}

func (b *writeBatch) len() int                           { return b.n }
func (b *writeBatch) contentType(r *http.Request) string { return r.Header.Get("Content-Type") }

// part returns the requests that fail, or those that don't.
func (b *writeBatch) part(failed map[int]bool, want bool) map[string][]json.RawMessage {
	part := make(map[string][]json.RawMessage)
	i := 0
	for _, table := range b.tables {
		for _, item := range b.items[table] {
			if failed[i] == want {
				part[table] = append(part[table], item)
			}
			i++
		}
	}
	return part
}

func (b *writeBatch) without(failed map[int]bool) ([]byte, error) {
	if err := b.request.set("RequestItems", b.part(failed, false)); err != nil {
		return nil, err
	}
	return json.Marshal(b.request)
}

func (b *writeBatch) report(sent []byte, failed map[int]bool) ([]byte, error) {
	answer, err := parseDocument(sent)
	if err != nil {
		return nil, err
	}
	unprocessed := make(map[string][]json.RawMessage)
	if raw, ok := answer["UnprocessedItems"]; ok {
		if err := json.Unmarshal(raw, &unprocessed); err != nil {
			return nil, err
		}
	}
	for table, items := range b.part(failed, true) {
		unprocessed[table] = append(unprocessed[table], items...)
	}
	if err := answer.set("UnprocessedItems", unprocessed); err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}
