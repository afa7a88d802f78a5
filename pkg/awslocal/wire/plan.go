package wire

import (
	"reflect"
	"slices"
	"strings"
	"sync"
)

// field describes one struct field for the query protocol. Computing it takes a walk over the tags, so it is
// done once per type.
type field struct {
	index     []int  // as reflect.Value.FieldByIndex takes it
	name      string // wire name
	flat      bool
	key       string // name of a map item's key
	value     string // name of a map item's value
	omitEmpty bool
}

var plans sync.Map // reflect.Type → []field

func planOf(t reflect.Type) []field {
	if p, ok := plans.Load(t); ok {
		return p.([]field)
	}
	p, _ := plans.LoadOrStore(t, fieldsOf(t, nil))
	return p.([]field)
}

// fieldsOf lists the fields of t, which lies at path; those of embedded structs count as its own, as in
// encoding/json.
func fieldsOf(t reflect.Type, path []int) []field {
	var out []field
	for i := range t.NumField() {
		at := append(slices.Clone(path), i)
		if sf := t.Field(i); sf.Anonymous && sf.Type.Kind() == reflect.Struct && sf.Tag.Get("json") == "" {
			out = append(out, fieldsOf(sf.Type, at)...)
		} else if f, ok := fieldOf(sf, at); ok {
			out = append(out, f)
		}
	}
	return out
}

func fieldOf(sf reflect.StructField, index []int) (field, bool) {
	jsonName, options, _ := strings.Cut(sf.Tag.Get("json"), ",")
	if !sf.IsExported() || jsonName == "-" {
		return field{}, false
	}
	f := field{index: index, name: jsonName, key: "key", value: "value", omitEmpty: strings.Contains(options, "omitempty")}
	if f.name == "" {
		f.name = sf.Name
	}
	words := strings.Split(sf.Tag.Get("query"), ",")
	if words[0] != "" {
		f.name = words[0]
	}
	for _, w := range words[1:] {
		if k, ok := strings.CutPrefix(w, "key="); ok {
			f.key = k
		} else if v, ok := strings.CutPrefix(w, "value="); ok {
			f.value = v
		} else if w == "flat" {
			f.flat = true
		}
	}
	return f, true
}
