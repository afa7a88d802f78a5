package dynamodb

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/expr"
)

// keyTerms are the terms of a key condition by their attributes.
type keyTerms map[string]expr.KeyTerm

// keySpan matches the terms of a key condition with the key of what the page reads, and returns the rows they select.
func (p *page) keySpan(list []expr.KeyTerm) (span, error) {
	key := p.source.schema
	keys := len(key.attributes)
	if p.index != nil && p.index.global { // it has the table's key too, behind its own, though no term can name it
		keys = len(p.keyAttributes())
	}
	if len(list) > keys {
		return span{}, validationError("The number of query conditions (%d) exceeds the number of key attributes defined "+
			"in the schema (%d)", len(list), keys)
	}
	terms := make(keyTerms, len(list))
	for _, term := range list {
		terms[term.Name] = term
	}
	check := key.checkSingle
	if key.isMulti() {
		check = key.checkMulti
	}
	if err := check(terms); err != nil {
		return span{}, err
	}
	for _, a := range key.attributes {
		if term, found := terms[a.name]; found {
			if err := checkTerm(a, term); err != nil {
				return span{}, err
			}
		}
	}
	return key.spanOf(terms), nil
}

// checkSingle checks which terms there are, for one hash key attribute and at most one sort key attribute.
func (k keySchema) checkSingle(terms keyTerms) error {
	hash := k.hash()[0]
	switch {
	case !terms.have(hash):
		return missedKey(hash.name)
	case len(terms) == 2 && k.hasSort() && !terms.have(k.sort()[0]):
		return missedKey(k.sort()[0].name)
	case len(terms) > len(k.attributes), terms[hash.name].Op != "=":
		return errKeyCondition()
	}
	return nil
}

// checkMulti checks which terms there are, for several attributes: every attribute of the hash key must equal a
// value, and every attribute of the sort key but the last that has a term.
func (k keySchema) checkMulti(terms keyTerms) error {
	if open := terms.notEqual(k.hash()); open != "" {
		return validationError("HASH key attributes %s must have equality conditions specified in the query", open)
	}
	for name := range terms {
		if !k.has(name) {
			return errKeyCondition()
		}
	}
	sort := k.sort()
	last := len(sort) - 1
	for last >= 0 && !terms.have(sort[last]) {
		last--
	}
	if last < 0 {
		return nil
	}
	if open := terms.notEqual(sort[:last]); open != "" {
		return validationError("RANGE key attributes %s must have equality conditions specified in the query because a "+
			"condition is present on key attribute %s", open, sort[last].name)
	}
	return nil
}

func (t keyTerms) have(a keyAttribute) bool {
	_, found := t[a.name]
	return found
}

// notEqual lists the attributes that do not have to equal a value.
func (t keyTerms) notEqual(attributes []keyAttribute) string {
	var names []string
	for _, a := range attributes {
		if t[a.name].Op != "=" {
			names = append(names, a.name)
		}
	}
	return strings.Join(names, ", ")
}

func missedKey(name string) error {
	return validationError("Query condition missed key schema element: %s", name)
}

func errKeyCondition() error { return validationError("Query key condition not supported") }

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

// spanOf returns the rows that checked terms select: all that begin with the values of the hash key and of the sort
// key so far as it must equal values, and of these the range of the next attribute.
func (k keySchema) spanOf(terms keyTerms) span {
	hash := make(attr.Map, k.hashes)
	for _, a := range k.hash() {
		hash[a.name] = terms[a.name].Values[0]
	}
	prefix := k.appendHashKey(nil, hash)
	for _, a := range k.sort() {
		term, found := terms[a.name]
		if !found {
			break
		}
		if term.Op != "=" {
			return sortSpan(string(prefix), term)
		}
		prefix = appendPart(prefix, term.Values[0])
	}
	return span{string(prefix), after(string(prefix))}
}

// sortSpan is the rows with a prefix whose next attribute satisfies the term, which is no equality.
func sortSpan(prefix string, term expr.KeyTerm) span {
	part := func(v attr.Value) string { return string(appendPart([]byte(prefix), v)) }
	end := after(prefix)
	at := part(term.Values[0])
	switch term.Op {
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
