package dynamodb_test

import (
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

type condition = map[string]types.Condition

func compare(operator types.ComparisonOperator, values ...types.AttributeValue) types.Condition {
	return types.Condition{ComparisonOperator: operator, AttributeValueList: values}
}

func TestLegacyQueryAndScan(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("old", "pk", "sk"))
	for sk, more := range map[string]item{
		"a1": {"n": num("1"), "tags": strs("x", "y")}, "a2": {"n": num("2")}, "b1": {"n": num("3"), "text": str("hello")},
	} {
		more["pk"], more["sk"] = str("p"), str(sk)
		put(t, c, "old", more)
	}
	key := compare("EQ", str("p"))
	for _, tc := range []struct {
		what   string
		keys   condition
		filter condition
		or     bool
		want   []string
	}{
		{"all", condition{"pk": key}, nil, false, []string{"a1", "a2", "b1"}},
		{"EQ", condition{"pk": key, "sk": compare("EQ", str("a2"))}, nil, false, []string{"a2"}},
		{"LT", condition{"pk": key, "sk": compare("LT", str("a2"))}, nil, false, []string{"a1"}},
		{"GE", condition{"pk": key, "sk": compare("GE", str("a2"))}, nil, false, []string{"a2", "b1"}},
		{"BETWEEN", condition{"pk": key, "sk": compare("BETWEEN", str("a2"), str("b0"))}, nil, false, []string{"a2"}},
		{"BEGINS_WITH", condition{"pk": key, "sk": compare("BEGINS_WITH", str("a"))}, nil, false, []string{"a1", "a2"}},
		{"NE", condition{"pk": key}, condition{"n": compare("NE", num("1"))}, false, []string{"a2", "b1"}},
		{"IN", condition{"pk": key}, condition{"n": compare("IN", num("1"), num("3"))}, false, []string{"a1", "b1"}},
		{"NULL", condition{"pk": key}, condition{"text": compare("NULL")}, false, []string{"a1", "a2"}},
		{"NOT_NULL", condition{"pk": key}, condition{"text": compare("NOT_NULL")}, false, []string{"b1"}},
		{"CONTAINS", condition{"pk": key}, condition{"tags": compare("CONTAINS", str("x"))}, false, []string{"a1"}},
		{"NOT_CONTAINS", condition{"pk": key}, condition{"tags": compare("NOT_CONTAINS", str("z"))}, false, []string{"a1"}},
		{"AND", condition{"pk": key}, condition{
			"n": compare("GT", num("1")), "text": compare("NOT_NULL"),
		}, false, []string{"b1"}},
		{"OR", condition{"pk": key}, condition{
			"n": compare("LE", num("1")), "text": compare("NOT_NULL"),
		}, true, []string{"a1", "b1"}},
	} {
		query := &ddb.QueryInput{TableName: ptr("old"), KeyConditions: tc.keys, QueryFilter: tc.filter}
		scan := &ddb.ScanInput{TableName: ptr("old"), ScanFilter: tc.filter}
		if tc.or {
			query.ConditionalOperator, scan.ConditionalOperator = "OR", "OR"
		}
		out, err := c.Query(ctx, query)
		if err != nil {
			t.Fatal(tc.what, err)
		}
		wantEqual(t, tc.what, texts(out.Items, "sk"), tc.want)
		if tc.filter == nil {
			continue
		}
		all, err := c.Scan(ctx, scan)
		if err != nil {
			t.Fatal(tc.what, err)
		}
		wantEqual(t, tc.what+" of a scan", sorted(texts(all.Items, "sk")), tc.want)
	}
	out, err := c.Query(ctx, &ddb.QueryInput{
		TableName: ptr("old"), KeyConditions: condition{"pk": key}, AttributesToGet: []string{"n"}, Limit: ptr(int32(1)),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "projection", out.Items, []item{{"n": num("1")}})
	out, err = c.Query(ctx, &ddb.QueryInput{ // KeyConditions may stand beside a FilterExpression
		TableName: ptr("old"), KeyConditions: condition{"pk": key}, FilterExpression: ptr("n = :n"),
		ExpressionAttributeValues: item{":n": num("2")},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "filter", texts(out.Items, "sk"), []string{"a2"})
}

func TestLegacyErrorsOfQueries(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("old", "pk", "sk"))
	key := compare("EQ", str("p"))
	const invalid = "One or more parameter values were invalid: "
	for _, tc := range []struct {
		want         string
		keys, filter condition
	}{
		{"Conditions can be of length 1 or 2 only", condition{}, nil},
		{"Query key condition not supported", condition{"pk": compare("GT", str("p"))}, nil},
		{"Query condition missed key schema element: pk", condition{"sk": key}, nil},
		{"Attempted conditional constraint is not an indexable operation",
			condition{"pk": key, "sk": compare("NE", str("x"))}, nil},
		{invalid + "Condition parameter type does not match schema type", condition{"pk": compare("EQ", num("1"))}, nil},
		{"1 validation error detected: Value 'eq' at 'keyConditions.pk.member.comparisonOperator' failed to satisfy " +
			"constraint: Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, " +
			"LE, BEGINS_WITH, GE, CONTAINS]", condition{"pk": compare("eq", str("p"))}, nil},
		{"QueryFilter can only contain non-primary key attributes: Primary key attribute: sk",
			condition{"pk": key}, condition{"sk": key}},
		{invalid + "Invalid number of argument(s) for the BETWEEN ComparisonOperator",
			condition{"pk": key}, condition{"n": compare("BETWEEN", num("1"))}},
		{invalid + "AttributeValues inside AttributeValueList must be of same type",
			condition{"pk": key}, condition{"n": compare("IN", num("1"), str("1"))}},
		{invalid + "ComparisonOperator LT is not valid for SS AttributeValue type",
			condition{"pk": key}, condition{"n": compare("LT", strs("x"))}},
		{"The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
			condition{"pk": key}, condition{"n": compare("BETWEEN", num("2"), num("1"))}},
	} {
		_, err := c.Query(ctx, &ddb.QueryInput{TableName: ptr("old"), KeyConditions: tc.keys, QueryFilter: tc.filter})
		wantError(t, err, validation, tc.want)
	}
	_, err := c.Scan(ctx, &ddb.ScanInput{TableName: ptr("old"), ConditionalOperator: "OR"})
	wantError(t, err, validation, "ConditionalOperator cannot be used without Filter or Expected")
	_, err = c.GetItem(ctx, &ddb.GetItemInput{
		TableName: ptr("old"), Key: item{"pk": str("p"), "sk": str("s")}, AttributesToGet: []string{"a", "a"},
	})
	wantError(t, err, validation, invalid+"Duplicate value in attribute name: a")
}

func TestLegacyUpdates(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("old", "pk"))
	key := item{"pk": str("k")}
	update := func(updates map[string]types.AttributeValueUpdate) (item, error) {
		out, err := c.UpdateItem(ctx, &ddb.UpdateItemInput{
			TableName: ptr("old"), Key: key, AttributeUpdates: updates, ReturnValues: "ALL_NEW",
		})
		if err != nil {
			return nil, err
		}
		return out.Attributes, nil
	}
	got, err := update(map[string]types.AttributeValueUpdate{
		"n": {Action: "ADD", Value: num("2")}, "a.b": {Value: str("dotted")}, "tags": {Action: "ADD", Value: strs("x", "y")},
		"list": {Action: "PUT", Value: list(num("1"))},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "created", got, item{
		"pk": str("k"), "n": num("2"), "a.b": str("dotted"), "tags": strs("x", "y"), "list": list(num("1")),
	})
	got, err = update(map[string]types.AttributeValueUpdate{
		"n": {Action: "ADD", Value: num("-5")}, "a.b": {Action: "DELETE"},
		"tags": {Action: "DELETE", Value: strs("x", "z")}, "list": {Action: "ADD", Value: list(num("2"))},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "changed", got, item{
		"pk": str("k"), "n": num("-3"), "tags": strs("y"), "list": list(num("1"), num("2")),
	})
	const invalid = "One or more parameter values were invalid: "
	for want, bad := range map[string]types.AttributeValueUpdate{
		invalid + "Only DELETE action is allowed when no attribute value is specified": {Action: "ADD"},
		invalid + "DELETE action with value is not supported for the type S":           {Action: "DELETE", Value: str("x")},
		invalid + "ADD action is not supported for the type S":                         {Action: "ADD", Value: str("x")},
		"Type mismatch for attribute to update":                                        {Action: "ADD", Value: strs("x")},
	} {
		_, err := update(map[string]types.AttributeValueUpdate{"n": bad})
		wantError(t, err, validation, want)
	}
	_, err = update(map[string]types.AttributeValueUpdate{"pk": {Value: str("other")}})
	wantError(t, err, validation, invalid+"Cannot update attribute pk. This attribute is part of the key")
}

func TestExpected(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("old", "pk"))
	put(t, c, "old", item{"pk": str("k"), "n": num("1"), "m": num("2")})
	expect := func(or bool, expected map[string]types.ExpectedAttributeValue) error {
		in := &ddb.PutItemInput{
			TableName: ptr("old"), Item: item{"pk": str("k"), "n": num("1"), "m": num("2")}, Expected: expected,
		}
		if or {
			in.ConditionalOperator = "OR"
		}
		_, err := c.PutItem(ctx, in)
		return err
	}
	type expected = map[string]types.ExpectedAttributeValue
	for _, tc := range []struct {
		what  string
		or    bool
		cond  expected
		holds bool
	}{
		{"value", false, expected{"n": {Value: num("1")}}, true},
		{"other value", false, expected{"n": {Value: num("2")}}, false},
		{"absent", false, expected{"x": {Exists: ptr(false)}}, true},
		{"not absent", false, expected{"n": {Exists: ptr(false)}}, false},
		{"operator", false, expected{"n": {ComparisonOperator: "LE", AttributeValueList: []types.AttributeValue{num("1")}}},
			true},
		{"both", false, expected{"n": {Value: num("1")}, "m": {Value: num("1")}}, false},
		{"either", true, expected{"n": {Value: num("1")}, "m": {Value: num("1")}}, true},
	} {
		err := expect(tc.or, tc.cond)
		if tc.holds && err != nil {
			t.Errorf("%s: %v", tc.what, err)
		} else if !tc.holds {
			wantError(t, err, "ConditionalCheckFailedException", "The conditional request failed")
		}
	}
	const invalid = "One or more parameter values were invalid: "
	for want, bad := range map[string]types.ExpectedAttributeValue{
		invalid + "Value must be provided when Exists is null for Attribute: n": {},
		invalid + "Value must be provided when Exists is true for Attribute: n": {Exists: ptr(true)},
		invalid + "Value cannot be used when Exists is false for Attribute: n":  {Exists: ptr(false), Value: num("1")},
		invalid + "Invalid number of argument(s) for the NULL ComparisonOperator": {
			ComparisonOperator: "NULL", Value: num("1"),
		},
		invalid + "Exists and ComparisonOperator cannot be used together for Attribute: n": {
			ComparisonOperator: "EQ", Exists: ptr(true), Value: num("1"),
		},
		invalid + "AttributeValueList can only be used with a ComparisonOperator for Attribute: n": {
			AttributeValueList: []types.AttributeValue{num("1")},
		},
		invalid + "Value and AttributeValueList cannot be used together for Attribute: n": {
			ComparisonOperator: "EQ", Value: num("1"), AttributeValueList: []types.AttributeValue{num("1")},
		},
	} {
		wantError(t, expect(false, expected{"n": bad}), validation, want)
	}
	wantError(t, expect(true, expected{"n": {Value: num("1")}}), validation,
		"ConditionalOperator can only be used when Filter or Expected has two or more elements")
}
