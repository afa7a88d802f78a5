package dynamodb

import (
	"maps"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/expr"
)

// The parameters from before expressions. Each is translated to what an expression would be.

// legacyCondition is a condition on one attribute: of Expected, KeyConditions, QueryFilter or ScanFilter. Value
// and Exists are of Expected only, whose first form had no operators.
type legacyCondition struct {
	ComparisonOperator string
	AttributeValueList []attr.Wire
	Value              *attr.Wire
	Exists             *bool
}

// legacyUpdate is a change of one attribute, in AttributeUpdates.
type legacyUpdate struct {
	Action string // empty means PUT
	Value  *attr.Wire
}

// operatorOrder is the order of AWS's message.
var operatorOrder = []string{
	"IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS",
}

// ordered are the types that have an order, with which most operators work.
var ordered = []attr.Kind{attr.S, attr.N, attr.B}

// operatorKinds are the types of value that an operator takes; those not listed take any.
var operatorKinds = map[string][]attr.Kind{
	"LE": ordered, "LT": ordered, "GE": ordered, "GT": ordered, "CONTAINS": ordered, "NOT_CONTAINS": ordered,
	"IN": ordered, "BETWEEN": ordered, "BEGINS_WITH": {attr.S, attr.B},
}

func (c *constraints) legacyConditions(path string, conditions map[string]legacyCondition) {
	for _, name := range slices.Sorted(maps.Keys(conditions)) {
		c.enum(path+"."+name+".member.comparisonOperator", conditions[name].ComparisonOperator, operatorOrder...)
	}
}

func (c *constraints) conditionalOperator(operator *string) {
	if operator != nil {
		c.enum("conditionalOperator", *operator, "OR", "AND")
	}
}

func (c *constraints) legacyUpdates(updates map[string]legacyUpdate) {
	for _, name := range slices.Sorted(maps.Keys(updates)) {
		c.enum("attributeUpdates."+name+".member.action", updates[name].Action, "ADD", "DELETE", "PUT")
	}
}

func (c *constraints) attributesToGet(path string, names []string) {
	if names != nil && len(names) == 0 {
		c.violate(path, "'[]'", "Member must have length greater than or equal to 1")
	}
}

// attributesToGet makes a projection of AttributesToGet.
func attributesToGet(names []string) (expr.Projection, error) {
	for i, name := range names {
		if err := attr.CheckName(name); err != nil {
			return expr.Projection{}, rejected(err)
		}
		if slices.Contains(names[:i], name) {
			return expr.Projection{}, invalidParameters("Duplicate value in attribute name: %s", name)
		}
	}
	return expr.Names(names), nil
}

// legacyFilter makes a condition of Expected, QueryFilter or ScanFilter.
func legacyFilter(conditions map[string]legacyCondition, operator *string) (expr.Condition, error) {
	comparisons, err := legacyComparisons(conditions)
	if err != nil {
		return expr.Condition{}, err
	}
	if operator != nil {
		switch len(conditions) {
		case 0:
			return expr.Condition{}, validationError("ConditionalOperator cannot be used without Filter or Expected")
		case 1:
			return expr.Condition{}, validationError("ConditionalOperator can only be used when Filter or Expected has two or " +
				"more elements")
		}
	}
	return expr.Compare(comparisons, operator != nil && *operator == "OR"), nil
}

// legacyComparisons checks conditions and returns them in the order of their attributes.
func legacyComparisons(conditions map[string]legacyCondition) ([]expr.Comparison, error) {
	var list []expr.Comparison
	for _, name := range slices.Sorted(maps.Keys(conditions)) {
		c, err := conditions[name].comparison(name)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

func (c legacyCondition) comparison(name string) (expr.Comparison, error) {
	compares := expr.Comparison{Name: name, Operator: c.ComparisonOperator}
	wires := c.AttributeValueList
	switch {
	case c.AttributeValueList != nil && c.Value != nil:
		return compares, invalidParameters("Value and AttributeValueList cannot be used together for Attribute: %s", name)
	case c.ComparisonOperator == "":
		return c.equality(name)
	case c.Exists != nil:
		return compares, invalidParameters("Exists and ComparisonOperator cannot be used together for Attribute: %s", name)
	case c.Value != nil:
		wires = []attr.Wire{*c.Value}
	}
	for _, wire := range wires {
		v, err := wire.Parse()
		if err != nil {
			return compares, rejected(err)
		}
		compares.Values = append(compares.Values, v)
	}
	return compares, checkOperator(c.ComparisonOperator, compares.Values)
}

// equality is a condition of Expected without an operator.
func (c legacyCondition) equality(name string) (expr.Comparison, error) {
	exists := c.Exists == nil || *c.Exists
	switch {
	case c.AttributeValueList != nil:
		return expr.Comparison{}, invalidParameters("AttributeValueList can only be used with a ComparisonOperator for "+
			"Attribute: %s", name)
	case exists && c.Value == nil:
		given := "null"
		if c.Exists != nil {
			given = "true"
		}
		return expr.Comparison{}, invalidParameters("Value must be provided when Exists is %s for Attribute: %s", given, name)
	case !exists && c.Value != nil:
		return expr.Comparison{}, invalidParameters("Value cannot be used when Exists is false for Attribute: %s", name)
	case !exists:
		return expr.Comparison{Name: name, Operator: "NULL"}, nil
	}
	v, err := c.Value.Parse()
	if err != nil {
		return expr.Comparison{}, rejected(err)
	}
	return expr.Comparison{Name: name, Operator: "EQ", Values: []attr.Value{v}}, nil
}

// checkOperator checks number and types of an operator's values.
func checkOperator(operator string, values []attr.Value) error {
	least, most := 1, 1
	switch operator {
	case "NULL", "NOT_NULL":
		least, most = 0, 0
	case "BETWEEN":
		least, most = 2, 2
	case "IN":
		most = len(values)
	}
	if len(values) < least || len(values) > most {
		return invalidParameters("Invalid number of argument(s) for the %s ComparisonOperator", operator)
	}
	for _, v := range values {
		if v.Kind() != values[0].Kind() {
			return invalidParameters("AttributeValues inside AttributeValueList must be of same type")
		}
		if kinds, limited := operatorKinds[operator]; limited && !slices.Contains(kinds, v.Kind()) {
			return invalidParameters("ComparisonOperator %s is not valid for %s AttributeValue type", operator, v.Kind())
		}
	}
	if operator == "BETWEEN" {
		if order, _ := attr.Compare(values[0], values[1]); order > 0 {
			return validationError("The BETWEEN condition was provided a range where the lower bound is greater than the " +
				"upper bound")
		}
	}
	return nil
}

// legacyKeyCondition makes the terms of a key condition of KeyConditions. Only of an index can there be more than two.
func legacyKeyCondition(conditions map[string]legacyCondition, ofIndex bool) ([]expr.KeyTerm, error) {
	comparisons, err := legacyComparisons(conditions)
	if err != nil {
		return nil, err
	}
	if n := len(comparisons); n == 0 || n > 2 && !ofIndex {
		return nil, validationError("Conditions can be of length 1 or 2 only")
	}
	var terms []expr.KeyTerm
	for _, c := range comparisons {
		term, ok := c.KeyTerm()
		if !ok {
			return nil, validationError("Attempted conditional constraint is not an indexable operation")
		}
		terms = append(terms, term)
	}
	return terms, nil
}

// legacyChanges makes an update of AttributeUpdates.
func legacyChanges(updates map[string]legacyUpdate) (expr.Update, error) {
	var changes []expr.Change
	for _, name := range slices.Sorted(maps.Keys(updates)) {
		if err := attr.CheckName(name); err != nil {
			return expr.Update{}, rejected(err)
		}
		update := updates[name]
		change := expr.Change{Name: name, Action: update.Action}
		if change.Action == "" {
			change.Action = "PUT"
		}
		if update.Value == nil {
			if change.Action != "DELETE" {
				return expr.Update{}, invalidParameters("Only DELETE action is allowed when no attribute value is specified")
			}
			changes = append(changes, change)
			continue
		}
		var err error
		if change.Value, err = update.Value.Parse(); err != nil {
			return expr.Update{}, rejected(err)
		}
		kind := change.Value.Kind()
		sets := []attr.Kind{attr.SS, attr.NS, attr.BS}
		switch {
		case change.Action == "DELETE" && !slices.Contains(sets, kind):
			return expr.Update{}, invalidParameters("DELETE action with value is not supported for the type %s", kind)
		case change.Action == "ADD" && kind != attr.N && kind != attr.L && !slices.Contains(sets, kind):
			return expr.Update{}, invalidParameters("ADD action is not supported for the type %s", kind)
		}
		changes = append(changes, change)
	}
	return expr.Changes(changes), nil
}

// parameter is a member of a request that may be present.
type parameter struct {
	name    string
	present bool
}

// checkNotMixed refuses parameters from before expressions beside expressions.
func checkNotMixed(legacy, expressions []parameter) error {
	present := func(list []parameter) string {
		var names []string
		for _, p := range list {
			if p.present {
				names = append(names, p.name)
			}
		}
		return strings.Join(names, ", ")
	}
	old, expression := present(legacy), present(expressions)
	if old == "" || expression == "" {
		return nil
	}
	return validationError("Can not use both expression and non-expression parameters in the same request: "+
		"Non-expression parameters: {%s} Expression parameters: {%s}", old, expression)
}
