package attr

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestWireRoundTrip(t *testing.T) {
	for _, text := range []string{
		`{"S":""}`, `{"S":"a\"b\\c\n<é>"}`, `{"N":"-1.5"}`, `{"B":"AAEC"}`, `{"B":""}`, `{"BOOL":true}`, `{"BOOL":false}`,
		`{"NULL":true}`,
		`{"L":[]}`, `{"L":[{"S":"a"},{"L":[{"N":"1"}]}]}`, `{"M":{}}`, `{"M":{"a":{"M":{"b":{"S":"c"}}}}}`,
		`{"SS":["a","b"]}`, `{"NS":["-1","2","10"]}`, `{"BS":["AA==","AQ=="]}`,
	} {
		v := value(t, text)
		if got := value(t, Text(v)); !Equal(got, v) {
			t.Errorf("%s came back as %s", text, Text(v))
		}
		if raw, err := json.Marshal(wire(t, text)); err != nil || !Equal(value(t, string(raw)), v) {
			t.Errorf("%s encodes as %s, %v", text, raw, err)
		}
	}
}

func TestWireCanonical(t *testing.T) {
	for in, want := range map[string]string{
		`{"NS":["10","2.0","-1"]}`: `{"NS":["-1","2","10"]}`,
		`{"SS":["b","a"]}`:         `{"SS":["a","b"]}`,
		`{"N":"0010.50"}`:          `{"N":"10.5"}`,
	} {
		if got := Text(value(t, in)); got != want {
			t.Errorf("%s reads as %s; want %s", in, got, want)
		}
	}
}

func TestWireRejects(t *testing.T) {
	nested := strings.Repeat(`{"L":[`, 32) + `{"S":"leaf"}` + strings.Repeat("]}", 32)
	for text, want := range map[string]string{
		`{}`: "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
		`{"S":"a","N":"1"}`: "Supplied AttributeValue has more than one datatypes set, must contain exactly one of " +
			"the supported datatypes",
		`{"NULL":false}`: "One or more parameter values were invalid: Null attribute value types must have the " +
			"value of true",
		`{"SS":[]}`:          "One or more parameter values were invalid: An string set  may not be empty",
		`{"NS":[]}`:          "One or more parameter values were invalid: An number set  may not be empty",
		`{"BS":[]}`:          "One or more parameter values were invalid: Binary sets should not be empty",
		`{"SS":["a","a"]}`:   "One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
		`{"NS":["1","1.0"]}`: "Input collection contains duplicates",
		`{"BS":["AA==","AA=="]}`: "One or more parameter values were invalid: Input collection [AA==, AA==]of type BS " +
			"contains duplicates.",
		`{"NS":["x"]}`:           "The parameter cannot be converted to a numeric value: x",
		`{"L":[{"M":{"a":{}}}]}`: "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
		nested: "Nesting Levels have exceeded supported limits: Attributes in the item have nested " +
			"levels beyond supported limit",
	} {
		if _, err := wire(t, text).Parse(); err == nil || err.Error() != want {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
}

// The sizes are computed by hand from the developer guide's rules.
func TestSize(t *testing.T) {
	for text, want := range map[string]int{
		`{"S":"héllo"}`: 6, `{"B":"AAEC"}`: 3, `{"BOOL":true}`: 1, `{"NULL":true}`: 1, `{"SS":["ab","c"]}`: 3,
		`{"L":[]}`: 3, `{"L":[{"S":"ab"},{"N":"1"}]}`: 3 + (1 + 2) + (1 + 2), `{"M":{"key":{"S":"v"}}}`: 3 + 3 + 1 + 1,
	} {
		if got := Size(value(t, text)); got != want {
			t.Errorf("Size(%s) = %d; want %d", text, got, want)
		}
	}
	if got := ItemSize(Map{"pk": String("abc"), "n": Int(10)}); got != 2+3+1+2 {
		t.Errorf("ItemSize = %d; want 8", got)
	}
}

func TestEqual(t *testing.T) {
	values := []string{
		`{"S":"1"}`, `{"N":"1"}`, `{"B":"MQ=="}`, `{"BOOL":true}`, `{"NULL":true}`, `{"L":[{"N":"1"}]}`,
		`{"M":{"a":{"N":"1"}}}`,
		`{"M":{"a":{"N":"2"}}}`, `{"M":{"a":{"N":"1"},"b":{"N":"1"}}}`, `{"SS":["1"]}`, `{"NS":["1"]}`, `{"NS":["1","2"]}`,
		`{"BS":["MQ=="]}`,
	}
	for i, a := range values {
		for j, b := range values {
			if got := Equal(value(t, a), value(t, b)); got != (i == j) {
				t.Errorf("Equal(%s, %s) = %t", a, b, got)
			}
		}
	}
}

func wire(t *testing.T, text string) Wire {
	t.Helper()
	var w Wire
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		t.Fatal(err)
	}
	return w
}

func value(t *testing.T, text string) Value {
	t.Helper()
	v, err := wire(t, text).Parse()
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}
