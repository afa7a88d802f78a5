package dynamodb

import (
	"encoding/binary"
	"math/bits"
)

// maxSegments is how many segments a parallel scan may have.
const maxSegments = 1000000

type scanInput struct {
	pageInput
	Segment       *int64
	TotalSegments *int64
	ScanFilter    map[string]legacyCondition
}

func (s *Service) scan(at home, in *scanInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if in.FilterExpression == nil && in.ProjectionExpression == nil {
		if err := checkNoPlaceholders(in.ExpressionAttributeNames, in.ExpressionAttributeValues,
			"FilterExpression is null"); err != nil {
			return nil, err
		}
	}
	scope, err := s.compiler.Scope(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, rejected(err)
	}
	p, err := in.newPage(scope, in.ScanFilter)
	if err != nil {
		return nil, err
	}
	t, unlock, err := s.open(at, *in.TableName, forRead)
	if err != nil {
		return nil, err
	}
	defer unlock()
	now := s.clock.Now()
	if err := p.resolve(t, now); err != nil {
		return nil, err
	}
	within := in.segment()
	if p.start != nil && !within.holds(p.from) {
		return nil, validationError("The provided starting key is invalid: Invalid ExclusiveStartKey. "+
			"Please use ExclusiveStartKey with correct Segment. TotalSegments: %d Segment: %d", *in.TotalSegments, *in.Segment)
	}
	return p.read(within, true, now)
}

func (in *scanInput) check() error {
	if err := checkTableName(in.TableName); err != nil {
		return err
	}
	var c constraints
	c.page(&in.pageInput)
	c.legacyConditions("scanFilter", in.ScanFilter)
	c.atLeast("limit", in.Limit, 1)
	c.atLeast("segment", in.Segment, 0)
	c.atMost("segment", in.Segment, maxSegments-1)
	c.atLeast("totalSegments", in.TotalSegments, 1)
	c.atMost("totalSegments", in.TotalSegments, maxSegments)
	if err := c.err(); err != nil {
		return err
	}
	if err := checkNotMixed([]parameter{
		{"AttributesToGet", in.AttributesToGet != nil},
		{"ScanFilter", in.ScanFilter != nil},
		{"ConditionalOperator", in.ConditionalOperator != nil},
	}, []parameter{
		{"ProjectionExpression", in.ProjectionExpression != nil},
		{"FilterExpression", in.FilterExpression != nil},
	}); err != nil {
		return err
	}
	switch {
	case in.Segment != nil && in.TotalSegments == nil:
		return validationError("The TotalSegments parameter is required but was not present in the request when Segment " +
			"parameter is present")
	case in.Segment == nil && in.TotalSegments != nil:
		return validationError("The Segment parameter is required but was not present in the request when parameter " +
			"TotalSegments is present")
	case in.Segment != nil && *in.Segment >= *in.TotalSegments:
		return validationError("The Segment parameter is zero-based and must be less than parameter TotalSegments: "+
			"Segment: %d is not less than TotalSegments: %d", *in.Segment, *in.TotalSegments)
	}
	return nil
}

// segment is the part of the hash space that the scan walks.
func (in *scanInput) segment() span {
	if in.TotalSegments == nil {
		return span{}
	}
	return span{boundary(*in.Segment, *in.TotalSegments), boundary(*in.Segment+1, *in.TotalSegments)}
}

// boundary is the row key at which segment i of n starts; the one past the last is the open end.
func boundary(i, n int64) string {
	if i == n {
		return ""
	}
	hash, _ := bits.Div64(uint64(i), 0, uint64(n)) // i·2⁶⁴/n
	return string(binary.BigEndian.AppendUint64(nil, hash))
}
