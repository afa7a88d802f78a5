package attr

import (
	"cmp"
	"slices"
	"strings"
)

// Kind is a type's name on the wire.
type Kind string

// The ten types.
const (
	S    Kind = "S"
	N    Kind = "N"
	B    Kind = "B"
	BOOL Kind = "BOOL"
	NULL Kind = "NULL"
	L    Kind = "L"
	M    Kind = "M"
	SS   Kind = "SS"
	NS   Kind = "NS"
	BS   Kind = "BS"
)

// Value is one of String, Number, Binary, Bool, Null, List, Map and Set.
type Value interface {
	Kind() Kind
	size() int
	appendJSON([]byte) []byte
}

type (
	// String is UTF-8 text.
	String string
	// Binary is bytes, held as a string so that it is immutable and comparable.
	Binary string
	// Bool is true or false.
	Bool bool
	// Null is the null value.
	Null struct{}
	// List is an ordered list of values of any type.
	List []Value
	// Map is a map of values of any type. An item is a Map.
	Map map[string]Value
)

// Set is a set of strings, numbers or binaries: sorted, without duplicates, never empty.
type Set struct {
	kind  Kind // SS, NS or BS
	Elems []Value
}

// Kind returns S.
func (String) Kind() Kind { return S }

// Kind returns N.
func (Number) Kind() Kind { return N }

// Kind returns B.
func (Binary) Kind() Kind { return B }

// Kind returns BOOL.
func (Bool) Kind() Kind { return BOOL }

// Kind returns NULL.
func (Null) Kind() Kind { return NULL }

// Kind returns L.
func (List) Kind() Kind { return L }

// Kind returns M.
func (Map) Kind() Kind { return M }

// Kind returns SS, NS or BS.
func (s Set) Kind() Kind { return s.kind }

// Compare orders two strings, numbers or binaries of the same type; ok is false for anything else.
func Compare(a, b Value) (order int, ok bool) {
	switch a := a.(type) {
	case String:
		if b, same := b.(String); same {
			return strings.Compare(string(a), string(b)), true
		}
	case Binary:
		if b, same := b.(Binary); same {
			return strings.Compare(string(a), string(b)), true
		}
	case Number:
		if b, same := b.(Number); same {
			return a.Compare(b), true
		}
	}
	return 0, false
}

// Equal reports whether two values have the same type and content.
func Equal(a, b Value) bool {
	switch a := a.(type) {
	case List:
		b, same := b.(List)
		return same && slices.EqualFunc(a, b, Equal)
	case Set:
		b, same := b.(Set)
		return same && a.kind == b.kind && slices.EqualFunc(a.Elems, b.Elems, Equal)
	case Map:
		b, same := b.(Map)
		if !same || len(a) != len(b) {
			return false
		}
		for name, v := range a {
			if w, found := b[name]; !found || !Equal(v, w) {
				return false
			}
		}
		return true
	default: // the scalars are comparable
		return a == b
	}
}

// newSet sorts the elements and merges duplicates.
func newSet(kind Kind, elems []Value) Set {
	slices.SortFunc(elems, compareElems)
	return Set{kind, slices.CompactFunc(elems, Equal)}
}

func compareElems(a, b Value) int {
	order, _ := Compare(a, b)
	return order
}

// Contains reports whether v is an element of the set.
func (s Set) Contains(v Value) bool {
	return slices.ContainsFunc(s.Elems, func(e Value) bool { return Equal(e, v) })
}

// Union returns the elements of both sets, which are of the same type.
func (s Set) Union(t Set) Set {
	return newSet(s.kind, slices.Concat(s.Elems, t.Elems))
}

// Minus returns the elements of s that are not in t. ok is false if none is left, because there is no empty
// set.
func (s Set) Minus(t Set) (rest Set, ok bool) {
	rest.kind = s.kind
	for _, e := range s.Elems {
		if !t.Contains(e) {
			rest.Elems = append(rest.Elems, e)
		}
	}
	return rest, len(rest.Elems) > 0
}

// Names returns a map's names in order.
func (m Map) Names() []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare[string])
	return names
}
