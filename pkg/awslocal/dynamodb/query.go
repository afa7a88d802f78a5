package dynamodb

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/expr"
)

type queryInput struct {
	pageInput
	KeyConditionExpression *string
	ScanIndexForward       *bool
	KeyConditions          map[string]legacyCondition
	QueryFilter            map[string]legacyCondition
}

func (s *Service) query(at home, in *queryInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	scope, err := s.compiler.Scope(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, rejected(err)
	}
	terms, err := in.keyCondition(scope)
	if err != nil {
		return nil, err
	}
	p, err := in.newPage(scope, in.QueryFilter)
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
	within, err := p.keySpan(terms)
	if err != nil {
		return nil, err
	}
	if err := p.checkQuery(within); err != nil {
		return nil, err
	}
	return p.read(within, in.ScanIndexForward == nil || *in.ScanIndexForward, now)
}

// keyCondition is the terms of KeyConditionExpression, or of KeyConditions.
func (in *queryInput) keyCondition(scope *expr.Scope) ([]expr.KeyTerm, error) {
	if in.KeyConditionExpression == nil {
		return legacyKeyCondition(in.KeyConditions, in.IndexName != nil)
	}
	terms, err := scope.KeyCondition(*in.KeyConditionExpression)
	if err != nil {
		return nil, rejected(err)
	}
	return terms, nil
}

func (in *queryInput) check() error {
	if err := checkTableName(in.TableName); err != nil {
		return err
	}
	var c constraints
	c.page(&in.pageInput)
	c.legacyConditions("keyConditions", in.KeyConditions)
	c.legacyConditions("queryFilter", in.QueryFilter)
	if err := c.err(); err != nil {
		return err
	}
	if in.Limit != nil && *in.Limit < 1 {
		// Query words this unlike every other constraint.
		return validationError("1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must " +
			"have value greater than or equal to 1")
	}
	if err := checkNotMixed([]parameter{
		{"AttributesToGet", in.AttributesToGet != nil},
		{"QueryFilter", in.QueryFilter != nil},
		{"ConditionalOperator", in.ConditionalOperator != nil},
		// It alone may stand beside a filter and a projection.
		{"KeyConditions", in.KeyConditions != nil && in.KeyConditionExpression != nil},
	}, []parameter{
		{"ProjectionExpression", in.ProjectionExpression != nil},
		{"FilterExpression", in.FilterExpression != nil},
		{"KeyConditionExpression", in.KeyConditionExpression != nil},
	}); err != nil {
		return err
	}
	if in.KeyConditionExpression == nil && in.KeyConditions == nil {
		return validationError("Either the KeyConditions or KeyConditionExpression parameter must be specified in the " +
			"request.")
	}
	return nil
}

// checkQuery checks what only a Query refuses: a filter on its own key, and a start key outside of its range.
func (p *page) checkQuery(within span) error {
	for _, name := range p.filter.Attributes() {
		if !p.in.anyFilter && p.source.schema.has(name) {
			kind := "Filter Expression"
			if p.in.FilterExpression == nil {
				kind = "QueryFilter"
			}
			return validationError("%s can only contain non-primary key attributes: Primary key attribute: %s", kind, name)
		}
	}
	p.single = p.index == nil && !p.table.schema.hasSort()
	if p.start != nil && p.single {
		hash := p.table.schema.hash()[0].name
		return validationError("The provided exclusive start key is invalid: ExclusiveStartKey: {%s=AttributeValue: %s}",
			hash, strings.ReplaceAll(attr.Text(p.start[hash]), `"`, ""))
	}
	if p.start != nil && !within.holds(p.from) {
		return validationError("The provided starting key is outside query boundaries based on provided conditions")
	}
	return nil
}
