package dynamodb

import (
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
	within, err := p.source.schema.spanOf(terms)
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
		return legacyKeyCondition(in.KeyConditions)
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

// spanOf matches the terms of a key condition with the key and returns the rows they select.
func (k keySchema) spanOf(terms []expr.KeyTerm) (span, error) {
	if keys := len(k.attributes()); len(terms) > keys {
		return span{}, validationError("The number of query conditions (%d) exceeds the number of key attributes defined "+
			"in the schema (%d)", len(terms), keys)
	}
	byName := make(map[string]expr.KeyTerm, 2)
	for _, term := range terms {
		byName[term.Name] = term
	}
	hash, found := byName[k.hash.name]
	if !found {
		return span{}, missedKey(k.hash.name)
	}
	sort, hasSort := byName[k.sort.name]
	if len(terms) == 2 && !hasSort {
		return span{}, missedKey(k.sort.name)
	}
	if hash.Op != "=" {
		return span{}, validationError("Query key condition not supported")
	}
	if err := checkTerm(k.hash, hash); err != nil {
		return span{}, err
	}
	prefix := hashPrefix(hash.Values[0])
	if !hasSort {
		return span{prefix, after(prefix)}, nil
	}
	if err := checkTerm(k.sort, sort); err != nil {
		return span{}, err
	}
	return sortSpan(prefix, sort), nil
}

func missedKey(name string) error {
	return validationError("Query condition missed key schema element: %s", name)
}

func checkTerm(a keyAttribute, term expr.KeyTerm) error {
	for _, v := range term.Values {
		if v.Kind() != a.kind {
			return invalidParameters("Condition parameter type does not match schema type")
		}
		if isEmptyText(v) && term.Op != "begins_with" {
			return errEmptyKey(a)
		}
	}
	return nil
}

// sortSpan is the rows of one hash key whose sort key satisfies the term.
func sortSpan(prefix string, term expr.KeyTerm) span {
	part := func(v attr.Value) string { return string(appendPart([]byte(prefix), v)) }
	end := after(prefix)
	at := part(term.Values[0])
	switch term.Op {
	case "=":
		return span{at, after(at)}
	case "<":
		return span{prefix, at}
	case "<=":
		return span{prefix, after(at)}
	case ">":
		return span{after(at), end}
	case ">=":
		return span{at, end}
	case "BETWEEN":
		return span{at, after(part(term.Values[1]))}
	default: // begins_with: of a string or binary, whose part ends with the mark
		open := at[:len(at)-len(partEnd)]
		return span{open, after(open)}
	}
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
	if p.start != nil && !within.holds(p.from) {
		return validationError("The provided starting key is outside query boundaries based on provided conditions")
	}
	return nil
}
