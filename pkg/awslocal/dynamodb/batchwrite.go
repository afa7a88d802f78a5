package dynamodb

import (
	"fmt"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// maxBatchWrite is how many writes a BatchWriteItem may have.
const maxBatchWrite = 25

type batchWriteInput struct {
	RequestItems                map[string][]writeRequest
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

// writeRequest has one of its two members.
type writeRequest struct {
	PutRequest    *putRequest    `json:",omitempty"`
	DeleteRequest *deleteRequest `json:",omitempty"`
}

type putRequest struct{ Item map[string]attr.Wire }

type deleteRequest struct{ Key map[string]attr.Wire }

type batchWriteOutput struct {
	UnprocessedItems      map[string][]writeRequest
	ConsumedCapacity      []*capacityReport                   `json:",omitempty"`
	ItemCollectionMetrics map[string][]*itemCollectionMetrics `json:",omitempty"`
}

// batchWrite is a BatchWriteItem in progress. Its writes are checked together and made one by one: each is
// atomic, the batch is not.
type batchWrite struct {
	in     *batchWriteInput
	out    *batchWriteOutput
	served int
	err    error // of the last write that was throttled
}

func (s *Service) batchWriteItem(at home, in *batchWriteInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	names := slices.Sorted(maps.Keys(in.RequestItems))
	writes := make(map[string][]*write, len(names))
	for _, name := range names {
		var err error
		if writes[name], err = s.newWrites(at, name, in.RequestItems[name]); err != nil {
			return nil, err
		}
	}
	b := &batchWrite{in: in, out: &batchWriteOutput{UnprocessedItems: map[string][]writeRequest{}}}
	for _, name := range names {
		if err := b.table(s, at, name, writes[name]); err != nil {
			return nil, err
		}
	}
	if b.served == 0 { // everything was throttled
		return nil, b.err
	}
	return b.out, nil
}

// newWrites checks the writes to one table, which must be of different items.
func (s *Service) newWrites(at home, name string, requests []writeRequest) ([]*write, error) {
	writes := make([]*write, len(requests))
	for i, request := range requests {
		in := &writeInput{TableName: &name}
		kind := writePut
		switch {
		case request.PutRequest != nil && request.DeleteRequest == nil:
			in.Item = request.PutRequest.Item
		case request.DeleteRequest != nil && request.PutRequest == nil:
			kind, in.Key = writeDelete, request.DeleteRequest.Key
		default:
			return nil, validationError("Supplied AttributeValue has more than one datatypes set, must contain exactly one of " +
				"the supported datatypes")
		}
		var err error
		if writes[i], err = s.newWrite(kind, in); err != nil {
			return nil, err
		}
	}
	t, unlock, err := s.open(at, name, forRead)
	if err != nil {
		return nil, err
	}
	defer unlock()
	seen := make(map[string]bool, len(writes))
	for _, w := range writes {
		if err := t.schema.matches(w.item); err != nil {
			return nil, err
		}
		if err := w.target(t); err != nil {
			return nil, err
		}
		if seen[w.key] {
			return nil, errDuplicateKeys()
		}
		seen[w.key] = true
	}
	return writes, nil
}

// table makes the writes to one table and leaves throttled ones to the client.
func (b *batchWrite) table(s *Service, at home, name string, writes []*write) error {
	t, unlock, err := s.open(at, name, forWrite)
	if err != nil {
		return err
	}
	defer unlock()
	total := usage{table: t.id.name}
	for i, w := range writes {
		_, used, err := w.perform(s, t)
		switch {
		case err == nil:
		case isThrottling(err):
			b.err = err
			b.out.UnprocessedItems[name] = append(b.out.UnprocessedItems[name], b.in.RequestItems[name][i])
			continue
		default:
			return err
		}
		b.served++
		total.add(used)
		if metrics := t.collectionMetrics(b.in.ReturnItemCollectionMetrics, w.item); metrics != nil {
			if b.out.ItemCollectionMetrics == nil {
				b.out.ItemCollectionMetrics = map[string][]*itemCollectionMetrics{}
			}
			b.out.ItemCollectionMetrics[name] = append(b.out.ItemCollectionMetrics[name], metrics)
		}
	}
	if report := total.report(b.in.ReturnConsumedCapacity); report != nil {
		b.out.ConsumedCapacity = append(b.out.ConsumedCapacity, report)
	}
	return nil
}

func (in *batchWriteInput) check() error {
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.enum("returnItemCollectionMetrics", in.ReturnItemCollectionMetrics, "SIZE", "NONE")
	if err := c.err(); err != nil {
		return err
	}
	if len(in.RequestItems) == 0 {
		return validationError("The requestItems parameter is required for BatchWriteItem")
	}
	total := 0
	for name, requests := range in.RequestItems {
		if err := checkTableName(&name); err != nil {
			return err
		}
		if n := len(requests); n == 0 || n > maxBatchWrite {
			c.violate("requestItems", fmt.Sprintf("'{%s=[%d elements]}'", name, n),
				fmt.Sprintf("Map value must satisfy constraint: "+
					"[Member must have length less than or equal to %d, Member must have length greater than or equal to 1]",
					maxBatchWrite))
			return c.err()
		}
		total += len(requests)
	}
	if total > maxBatchWrite {
		return validationError("Too many items requested for the BatchWriteItem call")
	}
	return nil
}
