package attr

import (
	"bytes"
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var digits38 = strings.Repeat("9", 38)

func TestParseNumber(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"0", "0"}, {"-0", "0"}, {"0.0", "0"}, {"0e125", "0"}, {"+3", "3"}, {"00042", "42"}, {"0042.1200", "42.12"},
		{".5", "0.5"}, {"5.", "5"}, {"1.5E2", "150"}, {"1e+3", "1000"}, {"15e-1", "1.5"}, {"-17.4E3", "-17400"},
		{"100", "100"},
		{"0.001", "0.001"}, {"-0.0010", "-0.001"}, {"123.456", "123.456"},
		{digits38, digits38}, {"1E-130", "0." + strings.Repeat("0", 129) + "1"}, {"1E125", "1" + strings.Repeat("0", 125)},
		{"9." + digits38[1:] + "E125", digits38 + strings.Repeat("0", 88)}, {"0.1e126", "1" + strings.Repeat("0", 125)},
	} {
		n, err := ParseNumber(c.in)
		if err != nil || n.String() != c.want {
			t.Errorf("ParseNumber(%q) = %v, %v; want %s", c.in, n, err, c.want)
		}
	}
}

func TestParseNumberRejects(t *testing.T) {
	const overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range"
	const underflow = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
	for in, want := range map[string]string{
		"":                      "The parameter cannot be converted to a numeric value",
		"dog":                   "The parameter cannot be converted to a numeric value: dog",
		"NaN":                   "The parameter cannot be converted to a numeric value: NaN",
		" 1":                    "The parameter cannot be converted to a numeric value:  1",
		"1 ":                    "The parameter cannot be converted to a numeric value: 1 ",
		"1.2.3":                 "The parameter cannot be converted to a numeric value: 1.2.3",
		"1e":                    "The parameter cannot be converted to a numeric value: 1e",
		"0x10":                  "The parameter cannot be converted to a numeric value: 0x10",
		"-":                     "The parameter cannot be converted to a numeric value: -",
		"1e1_0":                 "The parameter cannot be converted to a numeric value: 1e1_0",
		"--1":                   "The parameter cannot be converted to a numeric value: --1",
		".":                     "The parameter cannot be converted to a numeric value: .",
		"1e9223372036854775808": "The parameter cannot be converted to a numeric value: 1e9223372036854775808",
		"1e126":                 overflow, "-11e125": overflow, "1e99999999999": overflow, "0e126": overflow,
		"1e-131": underflow, "0.9e-130": underflow, "1e-99999999999": underflow, "0e-131": underflow,
		digits38 + "9": "Attempting to store more than 38 significant digits in a Number",
	} {
		if _, err := ParseNumber(in); err == nil || err.Error() != want {
			t.Errorf("ParseNumber(%q): %v; want %s", in, err, want)
		}
	}
}

func TestNumberAdd(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"1", "2", "3"}, {"1", "-1", "0"}, {"0", "5", "5"}, {"0.1", "0.2", "0.3"},
		{"1", "10000000000000000000000", "10000000000000000000001"},
		{"-5", "3.5", "-1.5"}, {"1e125", "-1e125", "0"}, {"99", "1", "100"},
		{"1e-130", "1e-130", "0." + strings.Repeat("0", 129) + "2"},
	} {
		got, err := parse(t, c.a).Add(parse(t, c.b))
		if err != nil || got.String() != c.want {
			t.Errorf("%s + %s = %s, %v; want %s", c.a, c.b, got, err, c.want)
		}
	}
	for _, c := range [][2]string{{"9e125", "9e125"}, {"1e50", "1"}, {"-9e125", "-9e125"}} {
		if got, err := parse(t, c[0]).Add(parse(t, c[1])); !errors.Is(err, errOverflow) {
			t.Errorf("%s + %s = %s, %v; want an overflow", c[0], c[1], got, err)
		}
	}
}

func TestNumberSize(t *testing.T) {
	for in, want := range map[string]int{
		"0": 1, "1": 2, "-1": 3, "12": 2, "123": 3, "123456": 4, "3.14159": 5, "1E125": 2, "0.001": 2, "100.5": 4,
	} {
		if got := Size(parse(t, in)); got != want {
			t.Errorf("Size(%s) = %d; want %d", in, got, want)
		}
	}
}

// The order of numbers and of their encodings is that of their values as rationals.
func TestNumberOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := numbers.Draw(t, "a"), numbers.Draw(t, "b")
		want := rat(a).Cmp(rat(b))
		if got := a.Compare(b); sign(got) != want {
			t.Fatalf("%s.Compare(%s) = %d; want %d", a, b, got, want)
		}
		if got := bytes.Compare(a.AppendOrdered(nil), b.AppendOrdered(nil)); got != want {
			t.Fatalf("the encodings of %s and %s compare as %d; want %d", a, b, got, want)
		}
		if sum, err := a.Add(b); err == nil && rat(sum).Cmp(new(big.Rat).Add(rat(a), rat(b))) != 0 {
			t.Fatalf("%s + %s = %s", a, b, sum)
		}
	})
}

var numbers = rapid.Custom(func(t *rapid.T) Number {
	text := rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]{0,3})?(e-?[0-9]{1,2})?`).Draw(t, "number")
	n, err := ParseNumber(text)
	if err != nil {
		t.Fatalf("ParseNumber(%q): %v", text, err)
	}
	return n
})

func FuzzParseNumber(f *testing.F) {
	for _, seed := range []string{"0", "-12.50", ".5", "1e3", "1E-130", "9e125", "1e", "+-1", digits38} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		n, err := ParseNumber(in)
		if err != nil {
			return
		}
		again, err := ParseNumber(n.String())
		if err != nil || again != n {
			t.Errorf("%q is %s, which is %s, %v", in, n, again, err)
		}
	})
}

func parse(t *testing.T, s string) Number {
	t.Helper()
	n, err := ParseNumber(s)
	if err != nil {
		t.Fatalf("ParseNumber(%q): %v", s, err)
	}
	return n
}

func rat(n Number) *big.Rat {
	r, _ := new(big.Rat).SetString(n.String())
	return r
}

func sign(i int) int { return min(1, max(-1, i)) }
