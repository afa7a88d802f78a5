package expr

import (
	"fmt"
	"strings"
	"testing"
)

// Each pair is the longest that AWS takes, and one more.
func TestExpressionsAreLimited(t *testing.T) {
	condition := func(s *Scope, text string) error {
		_, err := s.Condition("FilterExpression", text)
		return err
	}
	update := func(s *Scope, text string) error {
		_, err := s.Update(text)
		return err
	}
	projection := func(s *Scope, text string) error {
		_, err := s.Projection(text)
		return err
	}
	for _, tc := range []struct {
		name    string
		bind    func(*Scope, string) error
		ok, bad string
		want    string
	}{
		{"operators: comparisons and ORs", condition, "n<s" + strings.Repeat(" or n<s", 149),
			"n<s" + strings.Repeat(" or n<s", 150), "The expression contains too many operators; operator count: 301"},
		{"parentheses are none", condition, "n<s" + strings.Repeat(" and (n<s", 149) + strings.Repeat(")", 149),
			"n<s" + strings.Repeat(" and (n<s", 150) + strings.Repeat(")", 150),
			"The expression contains too many operators; operator count: 301"},
		{"NOT is one", condition, strings.Repeat("not ", 299) + "n<s", strings.Repeat("not ", 300) + "n<s",
			"The expression contains too many operators; operator count: 301"},
		{"functions are of an update only", update, "SET " + sets(300), "SET " + sets(301),
			"The expression contains too many operators; operator count: 301"},
		{"operands of IN", condition, "n IN (" + strings.Repeat(":one,", 99) + ":one)",
			"n IN (" + strings.Repeat(":one,", 100) + ":one)",
			"The IN operator is provided with too many operands; number of operands: 101"},
		{"levels of a path", projection, "n" + strings.Repeat(".b", 31), "n" + strings.Repeat(".b", 32),
			"The document path has too many nesting levels; nesting levels: 33"},
		{"levels of lists", projection, "n" + strings.Repeat("[0]", 31), "n" + strings.Repeat("[0]", 32),
			"The document path has too many nesting levels; nesting levels: 33"},
		{"index", projection, "l[2147483647]", "l[2147483648]",
			"List index is not within the allowable range; index: [2147483648]"},
		{"a syntax error comes first", projection, "l[0]", "l[2147483648] n", `Syntax error; token: "n", near: "] n"`},
	} {
		if err := tc.bind(testScope(t), tc.ok); err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		if err := tc.bind(testScope(t), tc.bad); err == nil || !strings.HasSuffix(err.Error(), "Expression: "+tc.want) {
			t.Errorf("%s: %v; want %s", tc.name, err, tc.want)
		}
	}
}

// sets is n operators of an update: all but one are additions, the last is a function.
func sets(n int) string {
	parts := []string{"z=if_not_exists(z,:one)"}
	for i := range n - 1 {
		parts = append(parts, fmt.Sprintf("a%d=n+s", i))
	}
	return strings.Join(parts, ",")
}
