package asl

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fields reads an object's fields and remembers which ones it knows.
type fields struct {
	*parser

	at     string // the object's location
	object map[string]any
	known  map[string]bool
}

// take returns a field's value; ok is false if there is none.
func (f *fields) take(name string) (value any, ok bool) {
	if f.known == nil {
		f.known = map[string]bool{}
	}
	f.known[name] = true
	value, ok = f.object[name]
	return value, ok
}

func (f *fields) has(name string) bool { _, ok := f.object[name]; return ok }

func (f *fields) location(name string) string { return f.at + "/" + name }

// here is the object's own location.
func (f *fields) here() string {
	if f.at == "" {
		return "/"
	}
	return f.at
}

func (f *fields) require(names ...string) {
	names = slices.DeleteFunc(names, f.has)
	if len(names) > 0 {
		f.wrong(f.here(), "These fields are required: [%s]", strings.Join(names, ", "))
	}
}

// only reports if not exactly one of the fields is there; with least 0, none may be.
func (f *fields) only(least int, names ...string) {
	given := 0
	for _, name := range names {
		if f.has(name) {
			given++
		}
	}
	switch list := strings.Join(names, ", "); {
	case given < least:
		f.wrong(f.here(), "This object should have only one of the following fields: [%s]", list)
	case given > 1:
		f.wrong(f.here(), "There should only be one of the following fields: [%s]", list)
	}
}

// rest reports the fields that nobody has taken.
func (f *fields) rest() {
	for _, name := range slices.Sorted(maps.Keys(f.object)) {
		switch name {
		case "Output", "Arguments", "Items", "Condition":
			if !f.known[name] {
				f.wrong(f.here(), "The QueryLanguage is set to 'JSONPath', but field '%s' is only supported for the "+
					"'JSONata' QueryLanguage", name)
			}
		default:
			if !f.known[name] {
				f.wrong(f.here(), "Field '%s' is not supported", name)
			}
		}
	}
}

func (f *fields) queryLanguage() {
	switch language, ok := f.take("QueryLanguage"); {
	case !ok, language == "JSONPath":
	case language == "JSONata":
		f.wrong(f.location("QueryLanguage"), "The QueryLanguage 'JSONata' is not supported")
	default:
		f.oneOf("QueryLanguage", "JSONPath", "JSONata")
	}
}

// oneOf returns a text that has to be one of some, "" if there is none.
func (f *fields) oneOf(name string, values ...string) string {
	text := f.text(name)
	if f.has(name) && !slices.Contains(values, text) {
		f.wrong(f.location(name), "Value should be one of the following: [%s]", strings.Join(values, ", "))
	}
	return text
}

func (f *fields) text(name string) string {
	value, ok := f.take(name)
	text, isText := value.(string)
	if ok && !isText {
		f.wrong(f.location(name), "Expected value of type String")
	}
	return text
}

func (f *fields) boolean(name string) bool {
	value, ok := f.take(name)
	b, isBool := value.(bool)
	if ok && !isBool {
		f.wrong(f.location(name), "Expected value of type Boolean")
	}
	return b
}

// integer returns a whole number, 0 if there is none.
func (f *fields) integer(name string, least, most int64) int64 {
	value, ok := f.take(name)
	if !ok {
		return 0
	}
	number, _ := value.(json.Number)
	n, err := number.Int64()
	if err != nil {
		f.wrong(f.location(name), "Expected value of type Integer")
		return 0
	}
	switch {
	case n < least:
		f.wrong(f.location(name), "Minimum value is %d", least)
	case n > most:
		f.wrong(f.location(name), "Maximum value is %d", most)
	default:
		return n
	}
	return 0
}

func (f *fields) float(name string, least, most float64) float64 {
	value, ok := f.take(name)
	if !ok {
		return 0
	}
	number, _ := value.(json.Number)
	n, err := number.Float64()
	switch {
	case err != nil:
		f.wrong(f.location(name), "Expected value of type Float")
	case n < least:
		f.wrong(f.location(name), "Minimum value is %g", least)
	case n > most:
		f.wrong(f.location(name), "Maximum value is %g", most)
	default:
		return n
	}
	return 0
}

// sub returns an object, nil if there is none.
func (f *fields) sub(name string) *fields {
	value, ok := f.take(name)
	if !ok {
		return nil
	}
	return f.child(value, f.location(name))
}

func (f *fields) child(value any, at string) *fields {
	object, ok := value.(map[string]any)
	if !ok {
		f.wrong(at, "Expected value of type Object")
		return nil
	}
	return &fields{parser: f.parser, at: at, object: object}
}

// list returns an array's elements, all of which have to be objects.
func (f *fields) list(name string, empty bool) []*fields {
	value, ok := f.take(name)
	if !ok {
		return nil
	}
	array, isArray := value.([]any)
	switch {
	case !isArray:
		f.wrong(f.location(name), "Expected value of type Array")
	case len(array) == 0 && !empty:
		f.wrong(f.location(name), "Value cannot be empty")
	}
	var children []*fields
	for i, element := range array {
		if c := f.child(element, fmt.Sprintf("%s[%d]", f.location(name), i)); c != nil {
			children = append(children, c)
		}
	}
	return children
}

// path returns a JSONPath, nil if there is none.
func (f *fields) path(name string) *Path {
	if !f.has(name) {
		f.take(name)
		return nil
	}
	p, err := ParsePath(f.text(name))
	if err != nil {
		f.wrong(f.location(name), "Value must be a valid JSONPath.")
	}
	return p
}

// referencePath is a path that leads to one place.
func (f *fields) referencePath(name string) *Path {
	p := f.path(name)
	if p != nil && !p.isReference() {
		f.wrong(f.location(name), "Value is not a Reference Path: path must lead to one place")
	}
	return p
}

// operandPath is a reference path of a choice rule.
func (f *fields) operandPath(name string) *Path {
	text := f.text(name)
	p, err := ParsePath(text)
	switch {
	case !strings.HasPrefix(text, "$"):
		f.wrong(f.location(name), "Value is not a Reference Path: Reference path didn't start with '$'")
	case err != nil:
		f.wrong(f.location(name), "Value is not a Reference Path: %v", err)
	case !p.isReference():
		f.wrong(f.location(name), "Value is not a Reference Path: path must lead to one place")
	}
	return p
}

func (f *fields) filter(name string) filter {
	if value, ok := f.take(name); ok && value == nil {
		return filter{discard: true}
	}
	return filter{path: f.path(name)}
}

func (f *fields) reference(name string) Reference {
	switch value, ok := f.take(name); {
	case !ok:
		return Reference{}
	case value == nil:
		return Reference{discard: true}
	}
	r, err := ParseReference(f.text(name))
	if err != nil {
		f.wrong(f.location(name), "Value is not a Reference Path: %v", err)
	}
	return r
}

func (f *fields) template(name string) *Template {
	value, ok := f.take(name)
	if !ok {
		return nil
	}
	t, err := ParseTemplate(value)
	if err != nil {
		f.wrong(f.location(name)+err.Location, "%s", err.Message)
	}
	return t
}

// seconds is a field that may also be given as a path, such as TimeoutSeconds.
func (f *fields) seconds(name string) seconds {
	f.only(0, name, name+"Path")
	return seconds{value: f.integer(name, 1, maxSeconds), path: f.referencePath(name + "Path")}
}
