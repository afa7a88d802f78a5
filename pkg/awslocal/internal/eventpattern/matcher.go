package eventpattern

import (
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"
)

// matcher is one alternative of a pattern's list. It gets all leaves of its field; none means that the field
// is absent.
type matcher interface{ match(leaves []any) bool }

// leafMatcher matches if any leaf does.
type leafMatcher func(leaf any) bool

func (m leafMatcher) match(leaves []any) bool {
	for _, leaf := range leaves {
		if m(leaf) {
			return true
		}
	}
	return false
}

// exists matches by presence alone.
type exists bool

func (e exists) match(leaves []any) bool { return (len(leaves) > 0) == bool(e) }

// compileValue compiles one element of a pattern's list: a plain value, or an object of
// exactly one operator.
func compileValue(item any) (matcher, error) {
	switch v := item.(type) {
	case string, bool, nil, json.Number:
		return leafMatcher(equals(v)), nil
	case map[string]any:
		if len(v) != 1 {
			return nil, bad("Only one key allowed in match expression")
		}
		for name, operand := range v {
			return compileOperator(name, operand)
		}
	}
	return nil, bad("Match value must be String, number, true, false, or null")
}

func compileOperator(name string, operand any) (matcher, error) {
	switch name {
	case "exists":
		want, ok := operand.(bool)
		if !ok {
			return nil, bad("exists match pattern must be either true or false.")
		}
		return exists(want), nil
	case "numeric":
		return leaf(compileNumeric(operand))
	case "anything-but":
		return leaf(compileAnythingBut(operand))
	case "cidr":
		return leaf(compileCIDR(operand))
	case "prefix", "suffix":
		if nested, ok := operand.(map[string]any); ok && len(nested) == 1 {
			if text, ok := nested["equals-ignore-case"].(string); ok {
				return leafMatcher(affix(name, text, true)), nil
			}
		}
		fallthrough
	case "equals-ignore-case", "wildcard":
		text, ok := operand.(string)
		if !ok {
			return nil, bad("%s match pattern must be a string", name)
		}
		return leaf(compileText(name, text))
	}
	return nil, bad("Unrecognized match type %s", name)
}

func leaf(m leafMatcher, err error) (matcher, error) { return m, err }

// compileText compiles the operators that take one string.
func compileText(name, text string) (leafMatcher, error) {
	switch name {
	case "wildcard":
		return compileWildcard(text)
	case "equals-ignore-case":
		return onText(func(s string) bool { return strings.EqualFold(s, text) }), nil
	}
	return affix(name, text, false), nil
}

// affix matches a prefix or a suffix.
func affix(name, text string, fold bool) leafMatcher {
	return onText(func(s string) bool {
		if len(s) < len(text) {
			return false
		}
		part := s[:len(text)]
		if name == "suffix" {
			part = s[len(s)-len(text):]
		}
		return part == text || (fold && strings.EqualFold(part, text))
	})
}

func onText(match func(string) bool) leafMatcher {
	return func(leaf any) bool {
		s, ok := leaf.(string)
		return ok && match(s)
	}
}

// equals compares a leaf with a plain value; numbers by value, so that 300 matches 300.0.
func equals(want any) leafMatcher {
	if n, ok := want.(json.Number); ok {
		return func(leaf any) bool {
			m, ok := leaf.(json.Number)
			return ok && (m == n || worth(m) == worth(n))
		}
	}
	return func(leaf any) bool { return leaf == want }
}

// worth is a JSON number's value. A number beyond float64 is infinite, which no limit here reaches.
func worth(n json.Number) float64 {
	f, _ := strconv.ParseFloat(string(n), 64)
	return f
}

// compileNumeric compiles [">", 0, "<=", 5]: at most one lower and one upper bound, or "=".
func compileNumeric(operand any) (leafMatcher, error) {
	list, ok := operand.([]any)
	if !ok {
		return nil, bad("Value of numeric must be an array.")
	}
	if len(list) == 0 {
		return nil, bad("Invalid member in numeric match: ]")
	}
	var tests []func(float64) bool
	seen := ""
	for len(list) > 0 {
		op, _ := list[0].(string)
		test, kind := comparison(op)
		if test == nil {
			return nil, bad("Unrecognized numeric range operator: %v", list[0])
		}
		if strings.Contains(seen, kind) || (kind == "=" && seen != "") || strings.Contains(seen, "=") {
			return nil, bad("Bad numeric range operator: %s", op)
		}
		seen += kind
		if len(list) < 2 {
			return nil, bad("Value of %s must be numeric", op)
		}
		n, ok := list[1].(json.Number)
		if !ok {
			return nil, bad("Value of %s must be numeric", op)
		}
		limit := worth(n)
		if limit < -5e9 || limit > 5e9 {
			return nil, bad("Value must be between -5.0E9 and 5.0E9, inclusive")
		}
		tests = append(tests, func(f float64) bool { return test(f, limit) })
		list = list[2:]
	}
	return func(leaf any) bool {
		n, ok := leaf.(json.Number)
		if !ok {
			return false
		}
		for _, test := range tests {
			if !test(worth(n)) {
				return false
			}
		}
		return true
	}, nil
}

// comparison returns an operator's test and the side it bounds.
func comparison(op string) (test func(f, limit float64) bool, kind string) {
	switch op {
	case "=":
		return func(f, limit float64) bool { return f == limit }, "="
	case "<":
		return func(f, limit float64) bool { return f < limit }, "<"
	case "<=":
		return func(f, limit float64) bool { return f <= limit }, "<"
	case ">":
		return func(f, limit float64) bool { return f > limit }, ">"
	case ">=":
		return func(f, limit float64) bool { return f >= limit }, ">"
	}
	return nil, ""
}

// compileAnythingBut compiles the negation: of a value, a list of values, or one of the text
// operators with a string or a list of strings. It matches any leaf that the rest does not,
// so an absent field does not match.
func compileAnythingBut(operand any) (leafMatcher, error) {
	var banned []leafMatcher
	switch v := operand.(type) {
	case string, json.Number:
		banned = append(banned, equals(v))
	case []any:
		if len(v) == 0 {
			return nil, bad("Empty arrays are not allowed")
		}
		for _, item := range v {
			switch item.(type) {
			case string, json.Number:
				banned = append(banned, equals(item))
			default:
				return nil, bad("Inside anything but list, start|null|boolean is not supported.")
			}
		}
	case map[string]any:
		if len(v) != 1 {
			return nil, bad("Only one key allowed in match expression")
		}
		for name, nested := range v {
			var err error
			if banned, err = compileBannedTexts(name, nested); err != nil {
				return nil, err
			}
		}
	default:
		return nil, bad("Value of anything-but must be an array or single string/number value.")
	}
	return func(leaf any) bool {
		for _, m := range banned {
			if m(leaf) {
				return false
			}
		}
		return true
	}, nil
}

func compileBannedTexts(name string, operand any) ([]leafMatcher, error) {
	wrong := name + " match pattern must be a string"
	switch name {
	case "equals-ignore-case":
		wrong = "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
	case "prefix", "suffix":
		wrong = "prefix/suffix match pattern must be a string"
	case "wildcard":
	default:
		return nil, bad("Unsupported anything-but pattern: %s", name)
	}
	list, ok := operand.([]any)
	if !ok {
		list = []any{operand}
	}
	if len(list) == 0 {
		return nil, bad("Empty arrays are not allowed")
	}
	var banned []leafMatcher
	for _, item := range list {
		text, ok := item.(string)
		if !ok {
			return nil, bad("%s", wrong)
		}
		if text == "" && (name == "prefix" || name == "suffix") {
			return nil, bad("Null prefix/suffix not allowed")
		}
		m, err := compileText(name, text)
		if err != nil {
			return nil, err
		}
		banned = append(banned, m)
	}
	return banned, nil
}

// compileCIDR compiles an address range, of IPv4 or IPv6.
func compileCIDR(operand any) (leafMatcher, error) {
	text, ok := operand.(string)
	if !ok {
		return nil, bad("prefix match pattern must be a string")
	}
	address, mask, ok := strings.Cut(text, "/")
	if !ok || strings.Contains(mask, "/") {
		return nil, bad("Malformed CIDR, one '/' required")
	}
	if _, err := strconv.Atoi(mask); err != nil {
		return nil, bad("Malformed CIDR, mask bits must be an integer")
	}
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Zone() != "" {
		return nil, bad("Nonstandard IP address: %s", address)
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return nil, bad("Malformed CIDR, mask bits out of range")
	}
	return onText(func(s string) bool {
		ip, err := netip.ParseAddr(s)
		return err == nil && network.Contains(ip)
	}), nil
}
