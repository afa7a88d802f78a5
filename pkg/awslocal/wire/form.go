package wire

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// maxDepth bounds how deep a parameter name may nest; AWS's deepest is seven.
const maxDepth = 12

// DecodeForm fills v, a pointer to a struct, from the parameters of the query protocol. It ignores names that
// v does not have, as AWS does. The error names the invalid parameter.
func DecodeForm(form url.Values, v any) error {
	p := reflect.ValueOf(v)
	if p.Kind() != reflect.Pointer || p.IsNil() || p.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("decode form: %T is not a pointer to a struct", v)
	}
	return fillStruct(treeOf(form), p.Elem())
}

// node is one step of a dotted parameter name: Entry → 1 → Id.
type node struct {
	name string // the whole dotted name, for errors
	text string
	set  bool
	kids map[string]*node
}

func treeOf(form url.Values) *node {
	root := &node{}
	for name, values := range form {
		if len(values) == 0 {
			continue
		}
		at := root
		for range maxDepth {
			if name == "" {
				break
			}
			var step string
			step, name, _ = strings.Cut(name, ".")
			at = at.step(step)
		}
		at.text, at.set = values[len(values)-1], true
	}
	return root
}

func (n *node) step(name string) *node {
	if kid := n.kids[name]; kid != nil {
		return kid
	}
	kid := &node{name: strings.TrimPrefix(n.name+"."+name, ".")}
	if n.kids == nil {
		n.kids = make(map[string]*node)
	}
	n.kids[name] = kid
	return kid
}

// items returns the numbered children in numeric order: the numbers may have gaps and come
// in any order.
func (n *node) items() []*node {
	type numbered struct {
		at  int
		kid *node
	}
	var found []numbered
	for name, kid := range n.kids {
		if i, err := strconv.Atoi(name); err == nil && i >= 0 {
			found = append(found, numbered{i, kid})
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].at < found[j].at })
	out := make([]*node, len(found))
	for i, f := range found {
		out[i] = f.kid
	}
	return out
}

func fillStruct(n *node, v reflect.Value) error {
	for _, f := range planOf(v.Type()) {
		kid := n.kids[f.name]
		if kid == nil {
			continue
		}
		if err := fill(kid, v.FieldByIndex(f.index), f); err != nil {
			return err
		}
	}
	return nil
}

func fill(n *node, v reflect.Value, f field) error {
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		if err := fill(n, p.Elem(), f); err != nil {
			return err
		}
		v.Set(p)
		return nil
	case reflect.Struct:
		if at, ok := v.Addr().Interface().(*Timestamp); ok {
			return at.fill(n)
		}
		return fillStruct(n, v)
	case reflect.Map:
		return fillMap(n, v, f)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return fillBytes(n, v)
		}
		return fillList(n, v, f)
	default:
		return fillScalar(n, v)
	}
}

func fillList(n *node, v reflect.Value, f field) error {
	if member := n.kids["member"]; member != nil && !f.flat {
		n = member
	}
	items := n.items()
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if err := fill(item, out.Index(i), field{}); err != nil {
			return err
		}
	}
	v.Set(out)
	return nil
}

func fillMap(n *node, v reflect.Value, f field) error {
	if v.Type().Key().Kind() != reflect.String {
		return fmt.Errorf("parameter %s: a map needs string keys", n.name)
	}
	if entry := n.kids["entry"]; entry != nil && !f.flat {
		n = entry
	}
	out := reflect.MakeMap(v.Type())
	for _, item := range n.items() {
		key := item.kids[f.key]
		if key == nil {
			return fmt.Errorf("parameter %s: no %s", item.name, f.key)
		}
		value := reflect.New(v.Type().Elem()).Elem()
		if half := item.kids[f.value]; half != nil {
			if err := fill(half, value, field{}); err != nil {
				return err
			}
		}
		out.SetMapIndex(reflect.ValueOf(key.text).Convert(v.Type().Key()), value)
	}
	v.Set(out)
	return nil
}

func fillBytes(n *node, v reflect.Value) error {
	raw, err := base64.StdEncoding.DecodeString(n.text)
	if err != nil {
		return fmt.Errorf("parameter %s: not base64", n.name)
	}
	v.SetBytes(raw)
	return nil
}

func fillScalar(n *node, v reflect.Value) error {
	if !n.set {
		return fmt.Errorf("parameter %s: a single value was expected", n.name)
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.text)
	case reflect.Bool:
		b, err := strconv.ParseBool(n.text)
		if err != nil {
			return fmt.Errorf("parameter %s: %q is not a boolean", n.name, n.text)
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(n.text, 10, v.Type().Bits())
		if err != nil {
			return fmt.Errorf("parameter %s: %q is not an integer", n.name, n.text)
		}
		v.SetInt(i)
	case reflect.Float64:
		x, err := strconv.ParseFloat(n.text, 64)
		if err != nil {
			return fmt.Errorf("parameter %s: %q is not a number", n.name, n.text)
		}
		v.SetFloat(x)
	default:
		return fmt.Errorf("parameter %s: the query protocol has no %s", n.name, v.Kind())
	}
	return nil
}
