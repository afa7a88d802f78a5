package asl

import (
	"errors"
	"testing"
)

// value reads a test's JSON.
func value(t *testing.T, text string) any {
	t.Helper()
	v, err := Decode(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

const store = `{"store": {"book": [
	{"category": "reference", "author": "Nigel Rees", "title": "Sayings", "price": 8.95},
	{"category": "fiction", "author": "Evelyn Waugh", "title": "Sword", "price": 12.99},
	{"category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "isbn": "0-553", "price": 8.99},
	{"category": "fiction", "author": "J. R. R. Tolkien", "title": "The Lord", "isbn": "0-395", "price": 22.99}
], "bicycle": {"color": "red", "price": 19.95}}, "expensive": 10, "n": 1.0, "odd name": {"it's": null}}`

func TestPathsSelect(t *testing.T) {
	scope := Scope{Input: value(t, store), Context: value(t, `{"Execution": {"Name": "e"}}`)}
	for path, want := range map[string]string{
		"$.expensive":                                `10`,
		"$.n":                                        `1.0`,
		"$$.Execution.Name":                          `"e"`,
		"$['odd name']['it\\'s']":                    `null`,
		`$["odd name"]`:                              `{"it's":null}`,
		"$.store.book[0].title":                      `"Sayings"`,
		"$.store.book[-1].title":                     `"The Lord"`,
		"$.store.book[0,2].title":                    `["Sayings","Moby Dick"]`,
		"$.store.book[1:3].price":                    `[12.99,8.99]`,
		"$.store.book[:1].price":                     `[8.95]`,
		"$.store.book[-2:].price":                    `[8.99,22.99]`,
		"$.store.book[7:].price":                     `[]`,
		"$.store.book[*].author":                     `["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"]`,
		"$.store.book.length()":                      `4`,
		"$..price":                                   `[19.95,8.95,12.99,8.99,22.99]`,
		"$.store.*":                                  `[{"color":"red","price":19.95},` + Encode(value(t, store).(map[string]any)["store"].(map[string]any)["book"]) + `]`,
		"$..book[2].title":                           `["Moby Dick"]`,
		"$..book[?(@.isbn)].title":                   `["Moby Dick","The Lord"]`,
		"$..[?(@.price < 9)].title":                  `["Sayings","Moby Dick"]`,
		"$.store.bicycle['color','x']":               `{"color":"red"}`,
		"$.store.book[?(@.price<$.expensive)].price": `[8.95,8.99]`,
		"$.store.book[?(@.price<10 && @.category=='fiction')].price":      `[8.99]`,
		"$.store.book[?(@.price>20 || @['author']=='Nigel Rees')].price":  `[8.95,22.99]`,
		"$.store.book[?(!(@.isbn))].price":                                `[8.95,12.99]`,
		"$.store.book[?(@.author =~ /.*tolkien/i)].price":                 `[22.99]`,
		"$.store.book[?(@.category in ['reference', 'none'])].price":      `[8.95]`,
		"$.store.book[?(@.category nin ['reference'] && @.isbn!=1)].isbn": `["0-553","0-395"]`,
		"$.store.book[?(@.isbn == null)].price":                           `[]`,
		"$.store.book[?(8.95 == @.price)].price":                          `[8.95]`,
	} {
		p, err := ParsePath(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		got, found, err := p.Select(scope)
		if err != nil || !found || Encode(got) != want {
			t.Errorf("%s: %s, %t, %v, want %s", path, Encode(got), found, err, want)
		}
	}
}

// A definite path that leads nowhere, with the message that AWS has for it.
func TestPathsMiss(t *testing.T) {
	for path, want := range map[string]string{
		"$.NoSuch":            "Invalid path '$.NoSuch' : No results for path: $['NoSuch']",
		"$.no.such.result":    "Invalid path '$.no.such.result' : Missing property in path $['no']",
		"$.list[5]":           "Invalid path '$.list[5]' : No results for path: $['list'][5]",
		"$.list.a":            "Invalid path '$.list.a' : No results for path: $['list']['a']",
		"$.text.length().a":   "",
		"$.number.length()":   "Invalid path '$.number.length()' : No results for path: $['number'].length()",
		"$$.Execution['Nix']": "Invalid path '$$.Execution['Nix']' : Missing property in path $['Execution']",
	} {
		p, err := ParsePath(path)
		if want == "" {
			if err == nil {
				t.Errorf("%s is read", path)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		_, err = p.must(evaluate(Scope{Input: value(t, `{"list": [1], "number": 1}`)}))
		checkError(t, path, err, ErrRuntime, want)
	}
}

func checkError(t *testing.T, what string, err error, name, cause string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Name != name || e.Cause != cause {
		t.Errorf("%s: %v, want %s: %s", what, err, name, cause)
	}
}

func TestPathsThatAreNone(t *testing.T) {
	for _, path := range []string{
		"", "a", ".a", "$a", "$.", "$..", "$.a[", "$.a[]", "$.a[1", "$.a[1:2:3]", "$.a['b]", "$.a[?@.b]", "$.a[?(@.b]",
		"$.a[?(@.b ==)]", "$.a[?()]", "$.a b", "$.a.keys()", "$.a[99999999999999999999]", "$.a[?(@.b =~ /(/)]", "$.a]",
		"$.a[?(@.b == [1)]",
	} {
		if p, err := ParsePath(path); err == nil {
			t.Errorf("%q is %+v", path, p)
		}
	}
}

func TestReferencesPlace(t *testing.T) {
	for _, tc := range []struct{ path, input, want string }{
		{"$", `{"a":1}`, `"R"`},
		{"$.b", `{"a":1}`, `{"a":1,"b":"R"}`},
		{"$.a", `{"a":1}`, `{"a":"R"}`},
		{"$.b.c['d e']", `{"a":1}`, `{"a":1,"b":{"c":{"d e":"R"}}}`},
		{"$.b.c", `{"b":{"x":1}}`, `{"b":{"c":"R","x":1}}`},
		{"$.b[1]", `{"b":[1,2,3]}`, `{"b":[1,"R",3]}`},
		{"$.b[1].c", `{"b":[1,{},3]}`, `{"b":[1,{"c":"R"},3]}`},
	} {
		r, err := ParseReference(tc.path)
		if err != nil {
			t.Fatalf("%s: %v", tc.path, err)
		}
		input := value(t, tc.input)
		got, err := r.Place(input, "R")
		if err != nil || Encode(got) != tc.want {
			t.Errorf("%s in %s: %s, %v, want %s", tc.path, tc.input, Encode(got), err, tc.want)
		}
		if Encode(input) != tc.input {
			t.Errorf("%s changed the input %s to %s", tc.path, tc.input, Encode(input))
		}
	}
	for _, tc := range []struct{ path, input string }{
		{"$.a", `1`}, {"$.a", `[]`}, {"$.a.b", `{"a":1}`}, {"$.a.b", `{"a":null}`}, {"$.a[3]", `{"a":[1,2,3]}`}, {"$.a[0]", `{}`},
	} {
		r, err := ParseReference(tc.path)
		if err != nil {
			t.Fatalf("%s: %v", tc.path, err)
		}
		_, err = r.Place(value(t, tc.input), "R")
		checkError(t, tc.path, err, ErrResultPathMatchFailure,
			"Unable to apply ReferencePath "+tc.path+" to input "+tc.input)
	}
	for _, path := range []string{
		"$.*", "$..a", "$.a[1:2]", "$.a[0,1]", "$.a['b','c']", "$$.a", "$.a.length()", "$.a[?(@.b)]", "a",
	} {
		if _, err := ParseReference(path); err == nil {
			t.Errorf("%s is a reference path", path)
		}
	}
}

// A short path can ask for more than there is to give: it ends with an error, soon.
func TestWorkIsBounded(t *testing.T) {
	list := make([]any, 20000)
	for i := range list {
		list[i] = number(i)
	}
	p, err := ParsePath("$[?(@ in $[?(@ in $)])]")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = p.Select(Scope{Input: list})
	checkError(t, p.text, err, ErrDataLimitExceeded, "The evaluation handles too much data.")
}
