package eventpattern

import (
	"strings"
	"testing"
)

// Each pattern with events that it matches and events that it does not, after the tables of
// the EventBridge user guide.
func TestPatterns(t *testing.T) {
	for _, tc := range []struct {
		pattern string
		ok, bad []string
	}{
		{`{"source":["a","b"]}`, []string{`{"source":"a"}`, `{"source":["x","b"]}`}, []string{
			`{"source":"A"}`, `{}`, `{"source":{"a":1}}`,
		}},
		{`{"d":{"x":[1],"y":[true]}}`, []string{`{"d":{"x":1,"y":true}}`, `{"d":{"x":1.0,"y":true}}`}, []string{
			`{"d":{"x":"1","y":true}}`, `{"d":{"x":1}}`, `{"d":1}`,
		}},
		{`{"x":[null]}`, []string{`{"x":null}`}, []string{`{}`, `{"x":"null"}`, `{"x":[]}`}},
		{`{"x":[""]}`, []string{`{"x":""}`}, []string{`{"x":null}`}},
		// of one element, not of two
		{`{"d":{"k":["v"],"n":[1]}}`, []string{`{"d":[{"k":"v","n":1}]}`}, []string{
			`{"d":[{"k":"v","n":2},{"k":"w","n":1}]}`,
		}},

		{`{"x":[{"prefix":"eu-"}]}`, []string{`{"x":"eu-west-1"}`, `{"x":["us","eu-"]}`}, []string{`{"x":"us"}`, `{"x":5}`}},
		{`{"x":[{"prefix":{"equals-ignore-case":"EU-"}}]}`, []string{`{"x":"eu-west-1"}`}, []string{`{"x":"us"}`}},
		{`{"x":[{"suffix":".png"}]}`, []string{`{"x":"a.png"}`}, []string{`{"x":"a.PNG"}`, `{"x":"png"}`}},
		{`{"x":[{"suffix":{"equals-ignore-case":".png"}}]}`, []string{`{"x":"a.PNG"}`}, []string{`{"x":"a.jpg"}`}},
		{`{"x":[{"equals-ignore-case":"Alice"}]}`, []string{`{"x":"aLICE"}`}, []string{`{"x":"alic"}`}},
		{`{"x":[{"wildcard":"dir/*.png"}]}`, []string{`{"x":"dir/.png"}`, `{"x":"dir/a/b.png"}`}, []string{
			`{"x":"dir/a.pngx"}`, `{"x":"xdir/a.png"}`,
		}},
		{`{"x":[{"wildcard":"a*b*c"}]}`, []string{`{"x":"abbc"}`, `{"x":"a-b-b-c"}`}, []string{`{"x":"acb"}`}},
		{`{"x":[{"wildcard":"a\\*b"}]}`, []string{`{"x":"a*b"}`}, []string{`{"x":"axb"}`}},
		{`{"x":[{"wildcard":"*"}]}`, []string{`{"x":""}`, `{"x":"y"}`}, []string{`{"x":1}`}},

		{`{"x":[{"anything-but":"a"}]}`, []string{`{"x":"b"}`, `{"x":1}`, `{"x":null}`}, []string{`{"x":"a"}`, `{}`}},
		{`{"x":[{"anything-but":["a",5]}]}`, []string{`{"x":"b"}`, `{"x":["a","c"]}`}, []string{`{"x":"a"}`, `{"x":5.0}`}},
		{`{"x":[{"anything-but":{"prefix":"a"}}]}`, []string{`{"x":"ba"}`}, []string{`{"x":"ab"}`}},
		{`{"x":[{"anything-but":{"suffix":["a","b"]}}]}`, []string{`{"x":"bc"}`}, []string{`{"x":"xb"}`}},
		{`{"x":[{"anything-but":{"wildcard":"*/lib/*"}}]}`, []string{`{"x":"a/b"}`, `{"x":3}`}, []string{`{"x":"a/lib/b"}`}},
		{`{"x":[{"anything-but":{"equals-ignore-case":["a","b"]}}]}`, []string{`{"x":"c"}`}, []string{`{"x":"B"}`}},

		{`{"x":[{"numeric":[">",0,"<=",5]}]}`, []string{`{"x":5}`, `{"x":0.1}`, `{"x":[9,3]}`}, []string{
			`{"x":0}`, `{"x":"3"}`, `{"x":null}`,
		}},
		{`{"x":[{"numeric":["=",3.018e2]}]}`, []string{`{"x":301.8}`}, []string{`{"x":301}`}},
		{`{"x":[{"exists":true}]}`, []string{`{"x":null}`, `{"x":0}`}, []string{`{}`, `{"x":{"y":1}}`, `{"x":[]}`}},
		{`{"d":{"x":[{"exists":false}]}}`, []string{`{"d":{}}`, `{}`}, []string{`{"d":{"x":1}}`}},
		{`{"x":[{"cidr":"10.0.0.0/24"}]}`, []string{`{"x":"10.0.0.255"}`}, []string{
			`{"x":"10.0.1.0"}`, `{"x":"here"}`, `{"x":1}`,
		}},
		{`{"x":[{"cidr":"2001:db8::/32"}]}`, []string{`{"x":"2001:db8::1"}`}, []string{
			`{"x":"2001:db9::1"}`, `{"x":"10.0.0.1"}`,
		}},

		{`{"$or":[{"x":[1]},{"y":[2]}]}`, []string{`{"x":1}`, `{"y":2}`}, []string{`{"x":2,"y":1}`}},
		{`{"s":["a"],"$or":[{"x":[1]},{"d":{"$or":[{"y":[2]},{"z":[3]}]}}]}`, []string{`{"s":"a","d":{"z":3}}`}, []string{
			`{"s":"b","x":1}`, `{"s":"a","d":{}}`,
		}},
		{`{"$or":["a"]}`, []string{`{"$or":"a"}`}, []string{`{}`}}, // not a list of objects: a name like any other
	} {
		p, err := Parse(tc.pattern, 2048)
		if err != nil {
			t.Errorf("%s: %v", tc.pattern, err)
			continue
		}
		for _, e := range tc.ok {
			if !matches(t, p, e) {
				t.Errorf("%s should match %s", tc.pattern, e)
			}
		}
		for _, e := range tc.bad {
			if matches(t, p, e) {
				t.Errorf("%s should not match %s", tc.pattern, e)
			}
		}
	}
}

func matches(t *testing.T, p *Pattern, event string) bool {
	t.Helper()
	v, err := JSON(event)
	if err != nil {
		t.Fatal(err)
	}
	return p.Match(v.(map[string]any))
}

func TestBadPatterns(t *testing.T) {
	for pattern, reason := range map[string]string{
		``:                                       "EOF",
		`{`:                                      "EOF",
		`[]`:                                     "Filter is not an object",
		`{} {}`:                                  "unexpected text",
		`{}`:                                     "Empty objects are not allowed",
		`{"d":{}}`:                               "Empty objects are not allowed",
		`{"s":[]}`:                               "Empty arrays are not allowed",
		`{"s":"a"}`:                              `"s" must be an object or an array`,
		`{"s":[["a"]]}`:                          "Match value must be String",
		`{"s":[{}]}`:                             "Only one key allowed",
		`{"s":[{"EXISTS":true}]}`:                "Unrecognized match type EXISTS",
		`{"s":[{"exists":"yes"}]}`:               "exists match pattern must be",
		`{"s":[{"prefix":1}]}`:                   "prefix match pattern must be a string",
		`{"s":[{"suffix":["a"]}]}`:               "suffix match pattern must be a string",
		`{"s":[{"wildcard":"a**b"}]}`:            "Consecutive wildcard characters at pos 2",
		`{"s":[{"wildcard":"a\\b"}]}`:            "Invalid escape character at pos 1",
		`{"s":[{"anything-but":null}]}`:          "Value of anything-but must be",
		`{"s":[{"anything-but":[true]}]}`:        "Inside anything but list",
		`{"s":[{"anything-but":{"prefix":""}}]}`: "Null prefix/suffix not allowed",
		`{"s":[{"anything-but":{"exists":true}}]}`:          "Unsupported anything-but pattern",
		`{"s":[{"anything-but":{"equals-ignore-case":1}}]}`: "Inside anything-but/equals-ignore-case list",
		`{"s":[{"numeric":5}]}`:                             "Value of numeric must be an array.",
		`{"s":[{"numeric":[]}]}`:                            "Invalid member in numeric match",
		`{"s":[{"numeric":["!",1]}]}`:                       "Unrecognized numeric range operator",
		`{"s":[{"numeric":[">"]}]}`:                         "Value of > must be numeric",
		`{"s":[{"numeric":[">","1"]}]}`:                     "Value of > must be numeric",
		`{"s":[{"numeric":[">",1,">",2]}]}`:                 "Bad numeric range operator: >",
		`{"s":[{"numeric":["=",1,"<",2]}]}`:                 "Bad numeric range operator: <",
		`{"s":[{"numeric":[">",6e9]}]}`:                     "between -5.0E9 and 5.0E9",
		`{"s":[{"cidr":"10.0.0.0"}]}`:                       "Malformed CIDR, one '/' required",
		`{"s":[{"cidr":"10.0.0.0/x"}]}`:                     "mask bits must be an integer",
		`{"s":[{"cidr":"10.0.0.0/33"}]}`:                    "mask bits out of range",
		`{"s":[{"cidr":"ten/8"}]}`:                          "Nonstandard IP address: ten",
		`{"$or":[{"x":[1]},{}]}`:                            "Empty objects are not allowed",
		`{"s":["` + strings.Repeat("x", 2048) + `"]}`:       "longer than 2048",
	} {
		_, err := Parse(pattern, 2048)
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: got %v, want %s", pattern, err, reason)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, p := range []string{
		`{"source":["a",{"prefix":"b"}],"detail":{"x":[{"numeric":[">",0,"<",5]},{"exists":false}]}}`,
		`{"$or":[{"a":[{"anything-but":{"wildcard":"*x*"}}]},{"b":[{"cidr":"10.0.0.0/8"}]}]}`,
		`{"a":[{"wildcard":"\\**"}]}`,
	} {
		f.Add(p, `{"source":"bc","detail":{"x":3},"a":["x",{"b":1}]}`)
	}
	f.Fuzz(func(t *testing.T, text, event string) {
		p, err := Parse(text, 2048)
		if err != nil {
			return
		}
		v, err := JSON(event)
		if object, ok := v.(map[string]any); err == nil && ok {
			p.Match(object) // must end, without a panic
		}
	})
}
