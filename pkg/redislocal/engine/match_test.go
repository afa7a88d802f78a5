package engine

import (
	"strings"
	"testing"
	"time"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"*", "", true}, {"", "a", false}, {"a*c", "abbc", true}, {"a*c", "abb", false},
		{"h?llo", "hello", true}, {"h[ae]llo", "hallo", true}, {"h[^e]llo", "hello", false}, {"h[a-b]llo", "hbllo", true},
		{"h[b-a]llo", "hallo", true}, {`\*`, "*", true}, {`\*`, "a", false}, {`a\`, `a\`, true}, {"[", "[", false},
		{"[a", "a", true}, {"[]", "]", false}, {`[\]]`, "]", true}, {"[^]", "a", true}, {"\xff*", "\xffa", true},
		{"\xff*", "a", false}, {"[\xfe-\xff]", "\xff", true}, {"?", "é", false}, {"??", "é", true}, {"***a", "a", true},
	} {
		if got := Match(c.pattern, c.s); got != c.want {
			t.Errorf("%q %q: %v", c.pattern, c.s, got)
		}
	}
}

// A pattern of many stars takes time in proportion to the lengths, not exponential in the stars.
func TestMatchOfManyStars(t *testing.T) {
	began := time.Now()
	if Match(strings.Repeat("a*", 200)+"b", strings.Repeat("a", 2000)) {
		t.Error("it matches")
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %v", took)
	}
}

// Match agrees with the definition, which is slower.
func FuzzMatch(f *testing.F) {
	for _, seed := range [][2]string{{"a*b?c", "aXbYc"}, {"[^a-", "b"}, {`[\`, `\`}, {"\xff*", "\xff"}, {"*[*", "*"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 24 || len(s) > 24 || strings.Count(pattern, "*") > 5 {
			Match(pattern, s)
			return
		}
		if got, want := Match(pattern, s), defined(pattern, s); got != want {
			t.Fatalf("%q %q: %v, want %v", pattern, s, got, want)
		}
	})
}

func defined(pattern, s string) bool {
	switch {
	case pattern == "":
		return s == ""
	case pattern[0] == '*':
		return defined(pattern[1:], s) || s != "" && defined(pattern, s[1:])
	case s == "":
		return false
	}
	n, ok := one(pattern, 0, s[0])
	return ok && defined(pattern[n:], s[1:])
}
