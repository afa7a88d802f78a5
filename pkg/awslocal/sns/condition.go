package sns

import (
	"math"
	"net/netip"
	"slices"
	"strings"
)

// condition is one element of a filter policy's array.
type condition struct {
	test   func(value any) bool
	absent *bool // "exists": whether the key must be absent; test is nil then
}

func parseCondition(v any) (condition, error) {
	object, ok := v.(map[string]any)
	if !ok {
		if _, list := v.([]any); list {
			return condition{}, badPolicy("Match value must be String, number, true, false, or null")
		}
		return condition{test: equals(v)}, nil
	}
	if len(object) != 1 {
		return condition{}, badPolicy("Only one key allowed in match expression")
	}
	for operator, operand := range object {
		return parseOperator(operator, operand)
	}
	return condition{}, nil // not reached: there is one key
}

func equals(want any) func(any) bool {
	return func(v any) bool {
		switch want := want.(type) {
		case string, float64, bool, nil:
			// Comparing with a slice, a binary value, would panic.
			if _, binary := v.([]byte); binary {
				return false
			}
			if number, ok := v.(float64); ok {
				wanted, same := want.(float64)
				return same && five(number) == five(wanted)
			}
			return v == want
		}
		return false
	}
}

func parseOperator(operator string, operand any) (condition, error) {
	switch operator {
	case "exists":
		want, ok := operand.(bool)
		if !ok {
			return condition{}, badPolicy("exists match pattern must be either true or false.")
		}
		absent := !want
		return condition{absent: &absent}, nil
	case "prefix", "suffix", "equals-ignore-case":
		text, ok := operand.(string)
		if !ok {
			return condition{}, badPolicy("%s match pattern must be a string", operator)
		}
		return condition{test: onString(operator, text)}, nil
	case "anything-but":
		return parseAnythingBut(operand)
	case "numeric":
		return parseNumeric(operand)
	case "cidr":
		return parseCIDR(operand)
	}
	return condition{}, badPolicy("Unrecognized match type %s", operator)
}

func onString(operator, text string) func(any) bool {
	compare := map[string]func(s, t string) bool{"prefix": strings.HasPrefix, "suffix": strings.HasSuffix,
		"equals-ignore-case": strings.EqualFold}[operator]
	return func(v any) bool {
		s, ok := v.(string)
		return ok && compare(s, text)
	}
}

func parseAnythingBut(operand any) (condition, error) {
	switch operand := operand.(type) {
	case map[string]any:
		inner, err := parseCondition(operand)
		if err != nil {
			return condition{}, err
		}
		for operator := range operand {
			if operator != "prefix" && operator != "suffix" {
				return condition{}, badPolicy("Unsupported anything-but pattern: %s", operator)
			}
		}
		return condition{test: func(v any) bool { return !inner.test(v) }}, nil
	case []any:
		for _, v := range operand {
			if _, err := parseCondition(v); err != nil {
				return condition{}, err
			}
		}
		return condition{test: func(v any) bool {
			return !slices.ContainsFunc(operand, func(not any) bool { return equals(not)(v) })
		}}, nil
	}
	return condition{test: func(v any) bool { return !equals(operand)(v) }}, nil
}

// comparisons are the operators of a numeric condition.
var comparisons = map[string]func(v, bound float64) bool{
	"=":  func(v, b float64) bool { return v == b },
	"<":  func(v, b float64) bool { return v < b },
	"<=": func(v, b float64) bool { return v <= b },
	">":  func(v, b float64) bool { return v > b },
	">=": func(v, b float64) bool { return v >= b },
}

// five rounds to five digits after the point, the precision in which filter policies compare numbers.
func five(v float64) float64 { return math.Round(v*1e5) / 1e5 }

// parseNumeric reads ["=", 5], ["<", 5] or [">", 1, "<=", 5].
func parseNumeric(operand any) (condition, error) {
	list, ok := operand.([]any)
	if !ok || len(list) == 0 {
		return condition{}, badPolicy("Invalid member in numeric match: ]")
	}
	var operators []string
	var bounds []float64
	for i := 0; i < len(list); i += 2 {
		operator, ok := list[i].(string)
		if !ok {
			return condition{}, badPolicy("Invalid member in numeric match: %v", list[i])
		}
		if comparisons[operator] == nil {
			return condition{}, badPolicy("Unrecognized numeric range operator: %s", operator)
		}
		if i+1 == len(list) {
			return condition{}, badPolicy("Value of %s must be numeric", operator)
		}
		bound, ok := list[i+1].(float64)
		if !ok {
			return condition{}, badPolicy("Value of %s must be numeric", operator)
		}
		operators, bounds = append(operators, operator), append(bounds, five(bound))
	}
	switch {
	case len(bounds) > 2:
		return condition{}, badPolicy("Too many terms in numeric range expression")
	case len(bounds) == 2 && !strings.HasPrefix(operators[0], ">"):
		return condition{}, badPolicy("Too many elements in numeric expression")
	case len(bounds) == 2 && !strings.HasPrefix(operators[1], "<"):
		return condition{}, badPolicy("Bad numeric range operator: %s", operators[1])
	case len(bounds) == 2 && bounds[1] <= bounds[0]:
		return condition{}, badPolicy("Bottom must be less than top")
	}
	return condition{test: func(v any) bool {
		n, ok := v.(float64)
		for i := range bounds {
			ok = ok && comparisons[operators[i]](five(n), bounds[i])
		}
		return ok
	}}, nil
}

func parseCIDR(operand any) (condition, error) {
	text, ok := operand.(string)
	if !ok {
		return condition{}, badPolicy("prefix match pattern must be a string")
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return condition{}, badPolicy("Malformed CIDR: %s", text)
	}
	return condition{test: func(v any) bool {
		s, ok := v.(string)
		if !ok {
			return false
		}
		address, err := netip.ParseAddr(s)
		return err == nil && network.Contains(address)
	}}, nil
}
