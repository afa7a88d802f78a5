package asl

import (
	"regexp"
	"strings"
	"testing"
)

func TestTemplates(t *testing.T) {
	scope := Scope{Input: value(t, `{"id": 7, "list": [1, 2.50], "null": null}`), Context: value(t, `{"Task": {"Token": "t"}}`)}
	for template, want := range map[string]string{
		`{"a.$": "$.id", "b": 1}`: `{"a":7,"b":1}`,
		`{"a.$": "$"}`:            `{"a":{"id":7,"list":[1,2.50],"null":null}}`,
		`{"t.$": "$$.Task.Token", "n": {"a": [{"x.$":"$.id"}]}}`: `{"n":{"a":[{"x":7}]},"t":"t"}`,
		`{"a.$": "$.list[*]", "b.$": "$.null"}`:                  `{"a":[1,2.50],"b":null}`,
		`{"a.$": "States.ArrayLength($.list)", "b": "$.id"}`:     `{"a":2,"b":"$.id"}`,
		`[1, "a"]`: `[1,"a"]`,
		`null`:     `null`,
	} {
		parsed, err := ParseTemplate(value(t, template))
		if err != nil {
			t.Errorf("%s: %v", template, err)
			continue
		}
		got, fault := parsed.Fill(scope)
		if fault != nil || Encode(got) != want {
			t.Errorf("%s: %s, %v, want %s", template, Encode(got), fault, want)
		}
	}
	for template, want := range map[string]string{
		`{"a.$": 1}`:                    "/a.$",
		`{"a.$": "id"}`:                 "/a.$",
		`{"a": [{"b.$": "$.["}]}`:       "/a[0]/b.$",
		`{"a": 1, "a.$": "$"}`:          "/a.$",
		`{"x": {"a.$": "States.No()"}}`: "/x/a.$",
	} {
		if _, err := ParseTemplate(value(t, template)); err == nil || err.Location != want {
			t.Errorf("%s: %v, want one at %s", template, err, want)
		}
	}
	missing, _ := ParseTemplate(value(t, `{"a": {"value.$": "$.no"}}`))
	_, err := missing.Fill(scope)
	checkError(t, "missing", err, ErrRuntime, "The JSONPath '$.no' specified for the field 'value.$' could not be found "+
		`in the input '{"id":7,"list":[1,2.50],"null":null}'`)
}

// What the developer guide and recorded executions show.
func TestFunctions(t *testing.T) {
	scope := Scope{Input: value(t, `{
		"list": [1,2,3,3,4], "name": "Ann", "object": {"Arg1": 1, "Arg2": []}, "number": 1.1, "json": "{\"a\":[1.0]}",
		"a": {"a": {"a1": 1}, "b": 2}, "b": {"a": {"a3": 3}, "c": 3}, "pattern": "{} and \\{\\}"}`)}
	for call, want := range map[string]string{
		`States.Array()`: `[]`,
		`States.Array('a', 1, -2.50, null, true, $.name)`:     `["a",1,-2.50,null,true,"Ann"]`,
		`States.ArrayPartition($.list, 2)`:                    `[[1,2],[3,3],[4]]`,
		`States.ArrayContains($.list, 3)`:                     `true`,
		`States.ArrayContains($.list, 3.0)`:                   `true`,
		`States.ArrayContains($.list, '3')`:                   `false`,
		`States.ArrayRange(1, 9, 2)`:                          `[1,3,5,7,9]`,
		`States.ArrayRange(0, 10, 3)`:                         `[0,3,6,9]`,
		`States.ArrayRange(3, 1, -1)`:                         `[3,2,1]`,
		`States.ArrayGetItem($.list, 4)`:                      `4`,
		`States.ArrayLength($.list)`:                          `5`,
		`States.ArrayUnique($.list)`:                          `[1,2,3,4]`,
		`States.Base64Encode('Data to encode')`:               `"RGF0YSB0byBlbmNvZGU="`,
		`States.Base64Decode('RGF0YSB0byBlbmNvZGU=')`:         `"Data to encode"`,
		`States.Hash('input data', 'SHA-1')`:                  `"aaff4a450a104cd177d28d18d74485e8cae074b7"`,
		`States.Hash('', 'MD5')`:                              `"d41d8cd98f00b204e9800998ecf8427e"`,
		`States.JsonMerge($.a, $.b, false)`:                   `{"a":{"a3":3},"b":2,"c":3}`,
		`States.StringToJson($.json)`:                         `{"a":[1.0]}`,
		`States.StringToJson('')`:                             `null`,
		`States.StringToJson('{"a": "b"}')`:                   `{"a":"b"}`,
		`States.JsonToString($.object)`:                       `"{\"Arg1\":1,\"Arg2\":[]}"`,
		`States.MathAdd(1.5, 1.51)`:                           `4`,
		`States.MathAdd(-1.5, -1.51)`:                         `-3`,
		`States.MathAdd(-0.5, 0.5)`:                           `1`,
		`States.MathAdd(111, 1)`:                              `112`,
		`States.MathRandom(5, 6)`:                             `5`,
		`States.StringSplit('1,2,,3', ',')`:                   `["1","2","3"]`,
		`States.StringSplit('This.is+a,test=string', '.+,=')`: `["This","is","a","test","string"]`,
		`States.StringSplit(',,', ',')`:                       `[]`,
		"States.StringSplit('Hello\nWorld', '\n')":            `["Hello","World"]`,
		`States.Format('Hello, {}', $.name)`:                  `"Hello, Ann"`,
		`States.Format('{} {} {}', $.object, null, $.number)`: `"{Arg1=1, Arg2=[]} null 1.1"`,
		`States.Format('\{\} is \'{}\' \\', 1)`:               `"{} is '1' \\"`,
		`States.Format($.pattern, 1)`:                         `"1 and {}"`,
		`States.Format('a { b } {}', 1)`:                      `"a { b } 1"`,
		`States.ArrayGetItem(States.StringSplit(States.Format('{}.{}', 'a', 'b'), '.'), 1)`: `"b"`,
	} {
		got, err := fillCall(t, call, scope)
		if err != nil || Encode(got) != want {
			t.Errorf("%s: %s, %v, want %s", call, Encode(got), err, want)
		}
	}
	for call, reason := range map[string]string{
		`States.ArrayGetItem($.list, 5)`:   "the index is out of the array's bounds",
		`States.ArrayLength($.name)`:       "the first argument must be an array",
		`States.ArrayPartition($.list, 0)`: "the chunk size must be positive",
		`States.ArrayRange(0, 1000, 1)`:    "the range has more than 1000 elements",
		`States.ArrayRange(0, 1, 0)`:       "the increment must not be zero",
		`States.Format('{}')`:              "there are more {} than arguments",
		`States.Format('a', 1)`:            "there are more arguments than {}",
		`States.Hash('a', 'CRC')`:          "the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512",
		`States.JsonMerge($.a, $.b, true)`: "the third argument must be false: deep merging is not supported",
		`States.MathAdd(1, 99999999999)`:   "the number is out of range",
		`States.MathRandom(2, 1)`:          "the start must be less than the end",
		`States.StringToJson('{')`:         "unexpected EOF",
		`States.Base64Encode(1)`:           "the argument must be a string",
	} {
		_, err := fillCall(t, call, scope)
		checkError(t, call, err, ErrIntrinsicFailure, "The function '"+call+"' had the following error: "+reason)
	}
	for _, call := range []string{
		`States.No()`, `States.UUID(1)`, `States.Array(`, `States.Array('a)`, `States.Array("a")`, `States.Array(a)`,
		`States.Array(1,)`, `States.Array() `, `States.Format('\a')`, `States.MathAdd(1)`, `States.Array($.a[)`, `States.Array([1])`,
		strings.Repeat("States.Array(", 11) + strings.Repeat(")", 11),
	} {
		if c, err := parseCall(call); err == nil {
			t.Errorf("%s is %+v", call, c)
		}
	}
}

func fillCall(t *testing.T, call string, scope Scope) (any, error) {
	t.Helper()
	template, err := ParseTemplate(map[string]any{"x.$": call})
	if err != nil {
		t.Fatalf("%s: %v", call, err)
	}
	filled, fault := template.Fill(scope)
	if fault != nil {
		return nil, fault
	}
	return filled.(map[string]any)["x"], nil
}

func TestRandomFunctions(t *testing.T) {
	id, err := fillCall(t, `States.UUID()`, Scope{})
	if text, _ := id.(string); err != nil ||
		!regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(text) {
		t.Errorf("UUID is %v, %v", id, err)
	}
	a, _ := fillCall(t, `States.MathRandom(0, 1000000, 42)`, Scope{})
	b, _ := fillCall(t, `States.MathRandom(0, 1000000, 42)`, Scope{})
	if a != b {
		t.Errorf("one seed, two numbers: %v, %v", a, b)
	}
}

// A template multiplies its input until the data limit stops it.
func TestResultsAreBounded(t *testing.T) {
	long := strings.Repeat("x", MaxData/2)
	_, err := fillCall(t, `States.Format('{}{}{}', $, $, $)`, Scope{Input: long})
	checkError(t, "format", err, ErrIntrinsicFailure,
		"The function 'States.Format('{}{}{}', $, $, $)' had the following error: the result is too long")
	_, err = fillCall(t, `States.Array($, $, $)`, Scope{Input: long})
	checkError(t, "array", err, ErrDataLimitExceeded, "A value exceeds the maximum number of bytes service limit.")
}
