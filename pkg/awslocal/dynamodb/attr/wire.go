package attr

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// maxDepth is how deep lists and maps may nest.
const maxDepth = 32

// maxName is the length of the longest name of an attribute, in bytes.
const maxName = 1<<16 - 1

// CheckName checks the name of an attribute. Its errors are AWS's messages.
func CheckName(name string) error {
	switch {
	case name == "":
		return problem("Empty attribute name")
	case len(name) > maxName:
		return problem("Attribute name is too large, must be less than 65536 bytes")
	}
	return nil
}

// Wire is a value in a request. Exactly one member should be set; [Wire.Parse] returns AWS's error if not. It
// encodes as it was decoded; an empty list is not an absent one.
type Wire struct {
	S    *string         `json:"S,omitzero"`
	N    *string         `json:"N,omitzero"`
	B    []byte          `json:"B,omitzero"`
	BOOL *bool           `json:"BOOL,omitzero"`
	NULL *bool           `json:"NULL,omitzero"`
	L    []Wire          `json:"L,omitzero"`
	M    map[string]Wire `json:"M,omitzero"`
	SS   []string        `json:"SS,omitzero"`
	NS   []string        `json:"NS,omitzero"`
	BS   [][]byte        `json:"BS,omitzero"`
}

// Parse checks the value and returns it. Its errors are AWS's messages.
func (w Wire) Parse() (Value, error) { return w.parse(1) }

// ParseMap checks and returns a map of values: an item, a key or expression attribute values.
func ParseMap(wires map[string]Wire) (Map, error) { return parseMap(wires, 1) }

func parseMap(wires map[string]Wire, depth int) (Map, error) {
	m := make(Map, len(wires))
	for name, w := range wires {
		if err := CheckName(name); err != nil {
			return nil, err
		}
		v, err := w.parse(depth)
		if err != nil {
			return nil, err
		}
		m[name] = v
	}
	return m, nil
}

func (w Wire) parse(depth int) (Value, error) {
	if depth > maxDepth {
		return nil, problem("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels " +
			"beyond supported limit")
	}
	switch w.members() {
	case 0:
		return nil, problem("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	case 1:
	default:
		return nil, problem("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the " +
			"supported datatypes")
	}
	switch {
	case w.S != nil:
		return String(*w.S), nil
	case w.N != nil:
		return ParseNumber(*w.N)
	case w.B != nil:
		return Binary(w.B), nil
	case w.BOOL != nil:
		return Bool(*w.BOOL), nil
	case w.NULL != nil:
		if !*w.NULL {
			return nil, invalid("Null attribute value types must have the value of true")
		}
		return Null{}, nil
	case w.L != nil:
		list := make(List, len(w.L))
		for i, e := range w.L {
			v, err := e.parse(depth + 1)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	case w.M != nil:
		return parseMap(w.M, depth+1)
	case w.SS != nil:
		return w.parseStrings()
	case w.NS != nil:
		return w.parseNumbers()
	default:
		return w.parseBinaries()
	}
}

func (w Wire) members() int {
	n := 0
	for _, set := range [...]bool{
		w.S != nil, w.N != nil, w.B != nil, w.BOOL != nil, w.NULL != nil,
		w.L != nil, w.M != nil, w.SS != nil, w.NS != nil, w.BS != nil,
	} {
		if set {
			n++
		}
	}
	return n
}

func (w Wire) parseStrings() (Value, error) {
	if len(w.SS) == 0 {
		return nil, invalid("An string set  may not be empty") // two spaces, as in AWS's message
	}
	elems := make([]Value, len(w.SS))
	for i, s := range w.SS {
		elems[i] = String(s)
	}
	set := newSet(SS, elems)
	if len(set.Elems) < len(w.SS) {
		return nil, invalid("Input collection [%s] contains duplicates.", strings.Join(w.SS, ", "))
	}
	return set, nil
}

func (w Wire) parseNumbers() (Value, error) {
	if len(w.NS) == 0 {
		return nil, invalid("An number set  may not be empty")
	}
	elems := make([]Value, len(w.NS))
	for i, s := range w.NS {
		n, err := ParseNumber(s)
		if err != nil {
			return nil, err
		}
		elems[i] = n
	}
	set := newSet(NS, elems)
	if len(set.Elems) < len(w.NS) {
		return nil, problem("Input collection contains duplicates")
	}
	return set, nil
}

func (w Wire) parseBinaries() (Value, error) {
	if len(w.BS) == 0 {
		return nil, invalid("Binary sets should not be empty")
	}
	elems := make([]Value, len(w.BS))
	texts := make([]string, len(w.BS))
	for i, b := range w.BS {
		elems[i] = Binary(b)
		texts[i] = base64.StdEncoding.EncodeToString(b)
	}
	set := newSet(BS, elems)
	if len(set.Elems) < len(w.BS) {
		return nil, invalid("Input collection [%s]of type BS contains duplicates.", strings.Join(texts, ", "))
	}
	return set, nil
}

func invalid(format string, args ...any) error {
	return problem("One or more parameter values were invalid: " + fmt.Sprintf(format, args...))
}

// problem is an error in AWS's own words, which start with a capital.
type problem string

func (p problem) Error() string { return string(p) }

// MarshalJSON writes an item in its wire format: {"name":{"S":"text"}}.
func (m Map) MarshalJSON() ([]byte, error) {
	return m.appendMembers(make([]byte, 0, 64*len(m)+2)), nil
}

func (m Map) appendMembers(dst []byte) []byte {
	dst = append(dst, '{')
	first := true
	for name, v := range m {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendText(dst, name)
		dst = append(dst, ':')
		dst = v.appendJSON(dst)
	}
	return append(dst, '}')
}

// Text returns a value in its wire format: {"S":"text"}.
func Text(v Value) string { return string(v.appendJSON(nil)) }

func (s String) appendJSON(dst []byte) []byte {
	return append(appendText(append(dst, `{"S":`...), string(s)), '}')
}

func (n Number) appendJSON(dst []byte) []byte {
	return append(n.append(append(dst, `{"N":"`...)), `"}`...)
}

func (b Binary) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"B":"`...)
	dst = base64.StdEncoding.AppendEncode(dst, []byte(b))
	return append(dst, `"}`...)
}

func (b Bool) appendJSON(dst []byte) []byte {
	if b {
		return append(dst, `{"BOOL":true}`...)
	}
	return append(dst, `{"BOOL":false}`...)
}

func (Null) appendJSON(dst []byte) []byte { return append(dst, `{"NULL":true}`...) }

func (m Map) appendJSON(dst []byte) []byte {
	return append(m.appendMembers(append(dst, `{"M":`...)), '}')
}

func (l List) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"L":[`...)
	for i, v := range l {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = v.appendJSON(dst)
	}
	return append(dst, "]}"...)
}

func (s Set) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"`...)
	dst = append(dst, s.kind...)
	dst = append(dst, `":[`...)
	for i, v := range s.Elems {
		if i > 0 {
			dst = append(dst, ',')
		}
		switch v := v.(type) {
		case String:
			dst = appendText(dst, string(v))
		case Number:
			dst = append(v.append(append(dst, '"')), '"')
		case Binary:
			dst = base64.StdEncoding.AppendEncode(append(dst, '"'), []byte(v))
			dst = append(dst, '"')
		}
	}
	return append(dst, "]}"...)
}

// appendText appends a JSON string. Nearly all are plain ASCII, which needs no escaping.
func appendText(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // a string always marshals
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}
