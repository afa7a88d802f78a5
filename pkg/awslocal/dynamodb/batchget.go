package dynamodb

import (
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// The limits of BatchGetItem.
const (
	maxBatchGet      = 100
	maxBatchGetBytes = 16 << 20
)

type batchGetInput struct {
	RequestItems           map[string]keysInput
	ReturnConsumedCapacity string
}

// keysInput is BatchGetItem's keys of one table, also as unprocessed keys in the answer.
type keysInput struct {
	Keys                     []map[string]attr.Wire
	ProjectionExpression     *string           `json:",omitempty"`
	ExpressionAttributeNames map[string]string `json:",omitempty"`
	ConsistentRead           bool              `json:",omitempty"`
	AttributesToGet          []string          `json:",omitempty"`
}

type batchGetOutput struct {
	Responses        map[string][]attr.Map
	UnprocessedKeys  map[string]keysInput
	ConsumedCapacity []*capacityReport `json:",omitempty"`
}

// batchGet is a BatchGetItem in progress.
type batchGet struct {
	out    *batchGetOutput
	bytes  int
	served int
	err    error // of the last read that was throttled
}

func (s *Service) batchGetItem(at home, in *batchGetInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	b := &batchGet{out: &batchGetOutput{Responses: map[string][]attr.Map{}, UnprocessedKeys: map[string]keysInput{}}}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		used, err := b.table(s, at, name, in.RequestItems[name])
		if err != nil {
			return nil, err
		}
		if report := used.report(in.ReturnConsumedCapacity); report != nil {
			b.out.ConsumedCapacity = append(b.out.ConsumedCapacity, report)
		}
	}
	if b.served == 0 && b.err != nil { // everything was throttled
		return nil, b.err
	}
	return b.out, nil
}

// table reads the keys of one table.
func (b *batchGet) table(s *Service, at home, name string, in keysInput) (usage, error) {
	total := usage{table: nameOf(name)}
	t, unlock, err := s.open(at, name, forRead)
	if err != nil {
		return total, err
	}
	defer unlock()
	gets, err := s.newGets(t, name, in)
	if err != nil {
		return total, err
	}
	left := in
	left.Keys = nil
	b.out.Responses[name] = []attr.Map{}
	for i, g := range gets {
		if b.bytes > maxBatchGetBytes {
			left.Keys = append(left.Keys, in.Keys[i])
			continue
		}
		r, used, err := g.read(s, t)
		if err != nil {
			left.Keys = append(left.Keys, in.Keys[i])
			b.err = err
			continue
		}
		total.add(used)
		b.served++
		b.bytes += r.sizeOrZero()
		if r != nil {
			b.out.Responses[name] = append(b.out.Responses[name], *g.show(r))
		}
	}
	if left.Keys != nil {
		b.out.UnprocessedKeys[name] = left
	}
	return total, nil
}

// newGets checks the reads of one table, which must be of different items.
func (s *Service) newGets(t *table, name string, in keysInput) ([]*get, error) {
	gets := make([]*get, len(in.Keys))
	seen := make(map[string]bool, len(in.Keys))
	for i, key := range in.Keys {
		g, err := s.newGet(&getInput{
			TableName: &name, Key: key, ConsistentRead: in.ConsistentRead,
			ProjectionExpression: in.ProjectionExpression, ExpressionAttributeNames: in.ExpressionAttributeNames,
			AttributesToGet: in.AttributesToGet,
		})
		if err != nil {
			return nil, err
		}
		if err := g.target(t); err != nil {
			return nil, err
		}
		if seen[g.row] {
			return nil, errDuplicateKeys()
		}
		seen[g.row] = true
		gets[i] = g
	}
	return gets, nil
}

func errDuplicateKeys() error {
	return validationError("Provided list of item keys contains duplicates")
}

func (in *batchGetInput) check() error {
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	if err := c.err(); err != nil {
		return err
	}
	if len(in.RequestItems) == 0 {
		return validationError("The requestItems parameter is required for BatchGetItem")
	}
	total := 0
	for name, request := range in.RequestItems {
		if err := checkTableName(&name); err != nil {
			return err
		}
		switch n := len(request.Keys); {
		case n == 0:
			c.violate("requestItems."+name+".member.keys", "'[]'", "Member must have length greater than or equal to 1")
			return c.err()
		case n > maxBatchGet: // in AWS's words, which are not those of other constraints
			return validationError("1 validation error detected: Value at 'RequestItems.%s.member.Keys' failed to satisfy "+
				"constraint: "+
				"Member must have length less than or equal to %d", name, maxBatchGet)
		default:
			total += n
		}
		if err := checkProjections(request.AttributesToGet, request.ProjectionExpression); err != nil {
			return err
		}
	}
	if total > maxBatchGet {
		return validationError("Too many items requested for the BatchGetItem call")
	}
	return nil
}
