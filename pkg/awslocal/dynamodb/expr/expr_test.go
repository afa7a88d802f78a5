package expr

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// The item that expressions in these tests are evaluated against.
const testItem = `{"pk":{"S":"k"},"n":{"N":"10"},"s":{"S":"héllo"},"b":{"B":"AAEC"},"t":{"BOOL":true},"z":{"NULL":true},
	"l":{"L":[{"S":"x"},{"N":"2"},{"M":{"a":{"N":"3"}}}]},
	"m":{"M":{"a":{"N":"1"},"dotted.name":{"S":"d"},"l":{"L":[{"S":"y"}]}}},
	"ss":{"SS":["red","blue"]},"ns":{"NS":["1","2"]}}`

// The placeholders in these tests.
var (
	testNames  = map[string]string{"#n": "n", "#dot": "dotted.name", "#size": "size"}
	testValues = `{":one":{"N":"1"},":ten":{"N":"10"},":twenty":{"N":"20"},":h":{"S":"hé"},":red":{"S":"red"},":S":{"S":"S"},":bad":{"S":"bad"},
		":list":{"L":[{"S":"new"}]},":set":{"SS":["red","green"]},":reds":{"SS":["red","blue"]},":map":{"M":{}},":true":{"BOOL":true},":bytes":{"B":"AAE="}}`
)

func TestConditions(t *testing.T) {
	for text, want := range map[string]bool{
		"n = :ten": true, "n <> :ten": false, "n < :twenty": true, "n <= :ten": true, "n > :ten": false, "n >= :ten": true,
		":ten = n": true, "#n = :ten": true, "n = :red": false, "n <> :red": true, "s < :ten": false,
		"nope = :ten": false, "nope <> :ten": true, "nope < :ten": false, "nope = othr": false, "nope <> othr": true,
		"n BETWEEN :one AND :twenty": true, "n between :one and :ten": true, "n BETWEEN :one AND :one": false,
		"nope BETWEEN :one AND :ten": false,
		"n IN (:one, :ten)":          true, "n IN (:one)": false, "nope IN (:one)": false,
		"attribute_exists(n)": true, "attribute_exists(m.a)": true, "attribute_exists(m.b)": false,
		"attribute_exists(l[2].a)": true,
		"attribute_exists(l[3])":   false, "attribute_exists(z)": true, "attribute_not_exists(nope)": true,
		"attribute_exists(m[0])": false,
		"attribute_exists(n.a)":  false, "m.#dot = m.#dot2": false, "attribute_exists(m.#dot)": true,
		"attribute_type(s, :S)": true, "attribute_type(n, :S)": false, "attribute_type(nope, :S)": false,
		"begins_with(s, :h)": true, "begins_with(n, :h)": false, "begins_with(b, :bytes)": true,
		"contains(s, :h)": true, "contains(ss, :red)": true, "contains(ss, :h)": false, "contains(ns, :one)": true,
		"contains(l, :bad)":   false,
		"contains(b, :bytes)": true, "contains(n, :one)": false,
		"size(s) = :one": false, "size(l) > size(m.l)": true, "size(ss) < :ten": true, "size(n) > :one": false,
		"size(nope) < :ten": false,
		"NOT n = :one":      true, "NOT NOT n = :ten": true, "n = :ten AND t = :true": true, "n = :one OR t = :true": true,
		"n = :one OR n = :ten AND t <> :true": false, "(n = :one OR n = :ten) AND t = :true": true,
		"NOT n = :one AND n = :ten": true,
		"(n) = (:ten)":              true, "(n = :ten)": true, "((n = :ten) AND (t = :true))": true, "m.l[0] <> :red": true,
	} {
		scope := testScope(t)
		scope.names["#dot2"] = "no"
		c, err := scope.Condition("ConditionExpression", text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := c.Holds(item(t, testItem)); got != want {
			t.Errorf("%s is %t; want %t", text, got, want)
		}
	}
}

func TestConditionsRejected(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "The expression can not be empty;",
		"  ":                         "The expression can not be empty;",
		"n":                          `Syntax error; token: "<EOF>", near: "n"`,
		"n = ":                       `Syntax error; token: "<EOF>", near: "="`,
		"!!! INVALID":                `Syntax error; token: "!", near: "!!"`,
		"n = :ten AND":               `Syntax error; token: "<EOF>", near: "AND"`,
		"n AND t = :true":            `Syntax error; token: "AND", near: "n AND t"`,
		"n = :ten extra":             `Syntax error; token: "extra", near: ":ten extra"`,
		"(n = :ten":                  `Syntax error; token: "<EOF>", near: ":ten"`,
		"n IN :ten":                  `Syntax error; token: ":ten", near: "IN :ten"`,
		"n BETWEEN :one":             `Syntax error; token: "<EOF>", near: ":one"`,
		"l[n] = :ten":                `Syntax error; token: "n", near: "[n]"`,
		"l[-1] = :ten":               `Syntax error; token: "-", near: "[-1"`,
		"0n = :ten":                  `Syntax error; token: "0", near: "0n"`,
		"n = # ":                     `Syntax error; token: "#", near: "= #"`,
		"(n = :ten) = :ten":          `Syntax error; token: "=", near: ") = :ten"`,
		"((n = :ten))":               "The expression has redundant parentheses;",
		"((n)) = :ten":               "The expression has redundant parentheses;",
		"t = :true AND ((n = :ten))": "The expression has redundant parentheses;",
		"name = :ten":                "Attribute name is a reserved keyword; reserved keyword: name",
		"m.Size = :ten":              "Attribute name is a reserved keyword; reserved keyword: Size",
		"#x = :ten": "An expression attribute name used in the document path is not defined; attribute " +
			"name: #x",
		"n = :x": "An expression attribute value used in expression is not defined; attribute " +
			"value: :x",
		"foo(n)":                        "Invalid function name; function: foo",
		"if_not_exists(n, :one) = :one": "The function is not allowed in a condition expression; function: if_not_exists",
		"size(n)":                       "The function is not allowed to be used this way in an expression; function: size",
		"attribute_exists(n) = :true": "The function is not allowed to be used this way in an expression; function: " +
			"attribute_exists",
		"attribute_exists(n, s)": "Incorrect number of operands for operator or function; operator or function: " +
			"attribute_exists, number of operands: 2",
		"begins_with(s)": "Incorrect number of operands for operator or function; operator or function: " +
			"begins_with, number of operands: 1",
		"attribute_exists(:one)": "Operator or function requires a document path; operator or function: attribute_exists",
		"begins_with(s, :one)": "Incorrect operand type for operator or function; operator or function: begins_with, " +
			"operand type: N",
		"n < :true": "Incorrect operand type for operator or function; operator or function: <, operand " +
			"type: BOOL",
		"n BETWEEN :true AND :true": "Incorrect operand type for operator or function; operator or function: BETWEEN, " +
			"operand type: BOOL",
		"size(:one) > :one": "Incorrect operand type for operator or function; operator or function: size, operand " +
			"type: N",
		"attribute_type(n, :one)": "Incorrect operand type for operator or function; operator or function: attribute_type, " +
			"operand type: N",
		"attribute_type(n, s)": "Incorrect operand type for operator or function; operator or function: attribute_type, " +
			"operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
		"attribute_type(n, " +
			":bad)": "Invalid attribute type name found; type: bad, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
		"n = n": "The first operand must be distinct from the remaining operands for this operator or " +
			"function; operator: =, first operand: [n]",
		"contains(l, l)": "The first operand must be distinct from the remaining operands for this operator or function; " +
			"operator: contains, first operand: [l]",
		"n BETWEEN :ten AND :one": "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " +
			"lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:1}",
		"n BETWEEN :one AND :red": "The BETWEEN operator requires same data type for lower and upper bounds; " +
			"lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:red}",
		"begins_with(s, :one) AND n = :x": "Incorrect operand type for operator or function; operator or function: " +
			"begins_with, operand type: N",
		"n = :x AND begins_with(s, :one)": "An expression attribute value used in expression is not defined; attribute " +
			"value: :x",
		strings.Repeat("a", 4097): "Expression size has exceeded the maximum allowed size; expression size: 4097",
	} {
		_, err := testScope(t).Condition("ConditionExpression", text)
		if err == nil || err.Error() != "Invalid ConditionExpression: "+want {
			t.Errorf("%.60s: %v; want %s", text, err, want)
		}
	}
}

func TestUpdates(t *testing.T) {
	for text, want := range map[string]string{ // the difference from the item; null is removed
		"SET fresh = :one":                                      `{"fresh":{"N":"1"}}`,
		"set n = n + :one, s = :red":                            `{"n":{"N":"11"},"s":{"S":"red"}}`,
		"SET n = n - :twenty":                                   `{"n":{"N":"-10"}}`,
		"SET n = :one, othr = n":                                `{"n":{"N":"1"},"othr":{"N":"10"}}`,
		"SET a1 = if_not_exists(a1, :one) + :one":               `{"a1":{"N":"2"}}`,
		"SET n = if_not_exists(n, :one)":                        `{}`,
		"SET c = (n + :one)":                                    `{"c":{"N":"11"}}`,
		"SET l = list_append(l, :list)":                         `{"l":{"L":[{"S":"x"},{"N":"2"},{"M":{"a":{"N":"3"}}},{"S":"new"}]}}`,
		"SET nl = list_append(if_not_exists(nl, :list), :list)": `{"nl":{"L":[{"S":"new"},{"S":"new"}]}}`,
		"SET l[1] = :red":                                       `{"l":{"L":[{"S":"x"},{"S":"red"},{"M":{"a":{"N":"3"}}}]}}`,
		"SET l[9] = :red, l[7] = :one":                          `{"l":{"L":[{"S":"x"},{"N":"2"},{"M":{"a":{"N":"3"}}},{"N":"1"},{"S":"red"}]}}`,
		"SET l[2].a = :red":                                     `{"l":{"L":[{"S":"x"},{"N":"2"},{"M":{"a":{"S":"red"}}}]}}`,
		"SET m.b = :one REMOVE m.a, m.#dot":                     `{"m":{"M":{"b":{"N":"1"},"l":{"L":[{"S":"y"}]}}}}`,
		"REMOVE l[0], l[2]":                                     `{"l":{"L":[{"N":"2"}]}}`,
		"REMOVE l[2].a, l[0]":                                   `{"l":{"L":[{"N":"2"},{"M":{}}]}}`,
		"REMOVE l[0] SET l[1] = :red":                           `{"l":{"L":[{"S":"red"},{"M":{"a":{"N":"3"}}}]}}`,
		"REMOVE n, nope, m.nope, l[9]":                          `{"n":null}`,
		"ADD n :one":                                            `{"n":{"N":"11"}}`,
		"ADD cnt :ten, m.a :one":                                `{"cnt":{"N":"10"},"m":{"M":{"a":{"N":"2"},"dotted.name":{"S":"d"},"l":{"L":[{"S":"y"}]}}}}`,
		"ADD ss :set":                                           `{"ss":{"SS":["blue","green","red"]}}`,
		"ADD newset :set":                                       `{"newset":{"SS":["green","red"]}}`,
		"DELETE ss :set":                                        `{"ss":{"SS":["blue"]}}`,
		"DELETE ss :reds":                                       `{"ss":null}`,
		"DELETE nope :set":                                      `{}`,
		"SET a1 = :one REMOVE n ADD c1 :one DELETE ss :reds":    `{"a1":{"N":"1"},"n":null,"c1":{"N":"1"},"ss":null}`,
	} {
		before := item(t, testItem)
		u, err := testScope(t).Update(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got, err := u.Apply(before)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if !attr.Equal(before, item(t, testItem)) {
			t.Errorf("%s changed the item it was applied to", text)
		}
		expected := maps.Clone(before)
		var changes map[string]*attr.Wire
		if err := json.Unmarshal([]byte(want), &changes); err != nil {
			t.Fatal(err)
		}
		for name, w := range changes {
			if delete(expected, name); w != nil {
				expected[name], _ = w.Parse()
			}
		}
		if !attr.Equal(got, expected) {
			t.Errorf("%s gave %s; want %s", text, attr.Text(got), attr.Text(expected))
		}
	}
}

func TestUpdatesRejected(t *testing.T) {
	const overlap = "Two document paths overlap with each other; must remove or rewrite one of these paths; "
	for text, want := range map[string]string{
		"":                           "The expression can not be empty;",
		"INVALID SYNTAX HERE":        `Syntax error; token: "INVALID", near: "INVALID SYNTAX"`,
		"SET n":                      `Syntax error; token: "<EOF>", near: "n"`,
		"SET n = :one,":              `Syntax error; token: "<EOF>", near: ","`,
		"SET n = :one + :one + :one": `Syntax error; token: "+", near: ":one + :one"`,
		"SET n == :one":              `Syntax error; token: "=", near: "== :one"`,
		"ADD n n":                    `Syntax error; token: "n", near: "n n"`,
		"REMOVE":                     `Syntax error; token: "<EOF>", near: "REMOVE"`,
		"SET n = :one SET s = :one":  `The "SET" section can only be used once in an update expression;`,
		"SET name = :one":            "Attribute name is a reserved keyword; reserved keyword: name",
		"SET n = size(s)":            "The function is not allowed in an update expression; function: size",
		"SET n = size2(s)":           "Invalid function name; function: size2",
		"SET l = list_append(list_append(l, :list), :list)": "The function is not allowed to be used this way in an " +
			"expression; function: list_append",
		"SET _n = :one":        `Syntax error; token: "_", near: "SET _n"`,
		"SET n = _f(s)":        `Syntax error; token: "_", near: "= _f"`,
		"REMOVE 1n":            `Syntax error; token: "1", near: "REMOVE 1n"`,
		"REMOVE l[9999999999]": "List index is not within the allowable range; index: [9999999999]",
		"SET n = if_not_exists(n)": "Incorrect number of operands for operator or function; operator or function: " +
			"if_not_exists, number of operands: 1",
		"SET n = if_not_exists(:one, :one)": "Operator or function requires a document path; operator or function: " +
			"if_not_exists",
		"SET n = n + :red": "Incorrect operand type for operator or function; operator or function: +, " +
			"operand type: S",
		"SET l = list_append(l, :one)": "Incorrect operand type for operator or function; operator or function: " +
			"list_append, operand type: N",
		"ADD n :red": "Incorrect operand type for operator or function; operator: ADD, operand " +
			"type: STRING",
		"DELETE n :one": "Incorrect operand type for operator or function; operator: DELETE, operand " +
			"type: NUMBER",
		"SET #x = :one": "An expression attribute name used in the document path is not defined; " +
			"attribute name: #x",
		"SET n = :x": "An expression attribute value used in expression is not defined; attribute " +
			"value: :x",
		"SET n = :one, n = :ten":         overlap + "path one: [n], path two: [n]",
		"SET m.a = :one REMOVE m":        overlap + "path one: [m, a], path two: [m]",
		"SET l[0] = :one, l[0].a = :ten": overlap + "path one: [l, [0]], path two: [l, [0], a]",
		"SET #n = :one REMOVE n":         overlap + "path one: [n], path two: [n]",
		"SET m.a = :one, m[0] = :one": "Two document paths conflict with each other; must remove or rewrite one of these " +
			"paths; " +
			"path one: [m, a], path two: [m, [0]]",
	} {
		_, err := testScope(t).Update(text)
		if err == nil || err.Error() != "Invalid UpdateExpression: "+want {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
	for text, want := range map[string]error{
		"SET nope.a = :one": errNoSuchPath, "SET n.a = :one": errNoSuchPath, "SET m[0] = :one": errNoSuchPath,
		"SET l[5].a = :one": errNoSuchPath,
		"REMOVE nope.a":     errNoSuchPath, "SET a1 = nope": errNoSuchAttribute, "SET a1 = nope + :one": errNoSuchAttribute,
		"SET a1 = s + :one": errOperandType, "SET a1 = list_append(n, :list)": errOperandType,
		"ADD s :one": errOperandType, "ADD ss :one": errOperandType, "ADD ns :set": errOperandType,
		"DELETE n :set": errOperandType,
	} {
		u, err := testScope(t).Update(text)
		if err == nil {
			_, err = u.Apply(item(t, testItem))
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v; want %v", text, err, want)
		}
	}
}

func TestProjections(t *testing.T) {
	for text, want := range map[string]string{
		"n, s":        `{"n":{"N":"10"},"s":{"S":"héllo"}}`,
		"nope":        `{}`,
		"m.a":         `{"m":{"M":{"a":{"N":"1"}}}}`,
		"m.a, m.#dot": `{"m":{"M":{"a":{"N":"1"},"dotted.name":{"S":"d"}}}}`,
		"l[2], l[0]":  `{"l":{"L":[{"S":"x"},{"M":{"a":{"N":"3"}}}]}}`,
		"l[2].a, l[9], m.l[0]": `{"l":{"L":[{"M":{"a":{"N":"3"}}}]},
	"m":{"M":{"l":{"L":[{"S":"y"}]}}}}`,
		"n.a, s[0], m[0]": `{}`,
	} {
		p, err := testScope(t).Projection(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := p.Of(item(t, testItem)); !attr.Equal(got, item(t, want)) {
			t.Errorf("%s gave %s; want %s", text, attr.Text(got), want)
		}
	}
	for text, want := range map[string]string{
		"a, a.b": "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], " +
			"path two: [a, b]",
		"!!!":   `Syntax error; token: "!", near: "!!"`,
		"a,":    `Syntax error; token: "<EOF>", near: ","`,
		"a b":   `Syntax error; token: "b", near: "a b"`,
		"count": "Attribute name is a reserved keyword; reserved keyword: count",
	} {
		if _, err := testScope(t).Projection(text); err == nil || err.Error() != "Invalid ProjectionExpression: "+want {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
}

func TestKeyConditions(t *testing.T) {
	one, ten := attr.Int(1), attr.Int(10)
	for text, want := range map[string][]KeyTerm{
		"pk = :one":                              {{"pk", "=", []attr.Value{one}}},
		"(pk = :one) AND (sk > :ten)":            {{"pk", "=", []attr.Value{one}}, {"sk", ">", []attr.Value{ten}}},
		"sk BETWEEN :one AND :ten AND pk = :one": {{"sk", "BETWEEN", []attr.Value{one, ten}}, {"pk", "=", []attr.Value{one}}},
		"pk = :one AND :ten >= sk":               {{"pk", "=", []attr.Value{one}}, {"sk", "<=", []attr.Value{ten}}},
		"begins_with(sk, :red) AND pk = :one": {
			{"sk", "begins_with", []attr.Value{attr.String("red")}},
			{"pk", "=", []attr.Value{one}},
		},
	} {
		got, err := testScope(t).KeyCondition(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		same := slices.EqualFunc(got, want, func(a, b KeyTerm) bool {
			return a.Name == b.Name && a.Op == b.Op && slices.EqualFunc(a.Values, b.Values, attr.Equal)
		})
		if !same {
			t.Errorf("%s gave %v; want %v", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"pk = :one OR sk = :one": "Invalid operator used in KeyConditionExpression: OR",
		"NOT pk = :one":          "Invalid operator used in KeyConditionExpression: NOT",
		"pk IN (:one)":           "Invalid operator used in KeyConditionExpression: IN",
		"pk <> :one":             "Invalid operator used in KeyConditionExpression: <>",
		"contains(pk, :one)":     "Invalid operator used in KeyConditionExpression: contains",
		"pk = sk": "Invalid condition in KeyConditionExpression: Multiple attribute names used " +
			"in one condition",
		":one = :ten": "Invalid condition in KeyConditionExpression: No key attribute specified",
		"begins_with(:red, sk)": "Invalid condition in KeyConditionExpression: begins_with operator must " +
			"have the key attribute as its first operand",
		":ten BETWEEN :one AND sk": "Invalid condition in KeyConditionExpression: BETWEEN operator must have " +
			"the key attribute as its first operand",
		"size(pk) = :one": "Invalid KeyConditionExpression: KeyConditionExpressions cannot contain " +
			"nested operations",
		"pk.a = :one": "Invalid KeyConditionExpression: KeyConditionExpressions cannot have " +
			"conditions on nested attributes",
		"pk > :one AND pk < :ten": "Invalid KeyConditionExpression: KeyConditionExpressions must only contain " +
			"one condition per key",
		"pk = :one AND begins_with(sk, :ten)": "Invalid KeyConditionExpression: Incorrect operand type for operator or " +
			"function; operator or function: begins_with, operand type: N",
	} {
		if _, err := testScope(t).KeyCondition(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	c := &Compiler{}
	value := map[string]attr.Wire{":v": {S: new("x")}}
	for _, bad := range []struct {
		names  map[string]string
		values map[string]attr.Wire
		want   string
	}{
		{map[string]string{}, nil, "ExpressionAttributeNames must not be empty"},
		{nil, map[string]attr.Wire{}, "ExpressionAttributeValues must not be empty"},
		{map[string]string{"n": "n"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: "n"`},
		{map[string]string{"#": "n"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: "#"`},
		{nil, map[string]attr.Wire{":a-b": {}}, `ExpressionAttributeValues contains invalid key: Syntax error; key: ":a-b"`},
		{nil, map[string]attr.Wire{":v": {}},
			"ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly one of " +
				"the supported datatypes for key :v"},
	} {
		if _, err := c.Scope(bad.names, bad.values); err == nil || err.Error() != bad.want {
			t.Errorf("Scope(%v, %v): %v; want %s", bad.names, bad.values, err, bad.want)
		}
	}
	scope, err := c.Scope(map[string]string{"#a": "a", "#b": "b"}, value)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := scope.Projection("#a"); err != nil {
		t.Fatal(err)
	}
	if err := scope.Unused(); err == nil ||
		err.Error() != "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}" {
		t.Errorf("unused name: %v", err)
	}
	if _, err := scope.Condition("FilterExpression", "#b = c"); err != nil {
		t.Fatal(err)
	}
	if err := scope.Unused(); err == nil ||
		err.Error() != "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}" {
		t.Errorf("unused value: %v", err)
	}
	if _, err := scope.Condition("FilterExpression", "c = :v"); err != nil {
		t.Fatal(err)
	}
	if err := scope.Unused(); err != nil {
		t.Error(err)
	}
}

// For any text, parsing and evaluating end without a panic, and a cached tree gives what the first parse
// gave.
func FuzzExpressions(f *testing.F) {
	for _, seed := range []string{
		"n = :ten AND NOT (s <> :red OR begins_with(s, :h))",
		"SET l[0] = list_append(l, :list) REMOVE m.a ADD n :one DELETE ss :set",
		"a.b[1], #n", "((n))", "size(s) BETWEEN :one AND :ten", "n IN (:one, :ten)", "SET a = (b + :one)", "(((", "NOT",
		"a[99999999999999999999]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		scope, record := testScope(t), item(t, testItem)
		for range 2 {
			if c, err := scope.Condition("FilterExpression", text); err == nil {
				c.Holds(record)
				c.Attributes()
				_, _ = scope.KeyCondition(text)
			}
			if u, err := scope.Update(text); err == nil {
				_, _ = u.Apply(record)
			}
			if p, err := scope.Projection(text); err == nil {
				p.Of(record)
			}
		}
		if !attr.Equal(record, item(t, testItem)) {
			t.Errorf("%q changed the item", text)
		}
	})
}

func BenchmarkUpdateExpression(b *testing.B) {
	record := item(b, testItem)
	var compiler Compiler
	names := map[string]string{"#n": "n"}
	values := wires(b, `{":one":{"N":"1"},":set":{"SS":["green"]}}`)
	b.ReportAllocs()
	for b.Loop() {
		scope, err := compiler.Scope(names, values)
		if err != nil {
			b.Fatal(err)
		}
		u, err := scope.Update("SET #n = #n + :one, m.a = :one REMOVE l[0] ADD ss :set")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := u.Apply(record); err != nil {
			b.Fatal(err)
		}
	}
}

func testScope(t testing.TB) *Scope {
	t.Helper()
	scope, err := (&Compiler{}).Scope(maps.Clone(testNames), wires(t, testValues))
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

func wires(t testing.TB, text string) map[string]attr.Wire {
	t.Helper()
	var m map[string]attr.Wire
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func item(t testing.TB, text string) attr.Map {
	t.Helper()
	m, err := attr.ParseMap(wires(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
