package extended

import (
	"strings"
	"testing"
)

func TestAdd(t *testing.T) {
	for _, test := range []struct{ a, b, want string }{
		{"0.1", "0.2", "0.3"},
		{"1", "1.1", "2.1"},
		{"5.0e3", "200", "5200"},
		{"10.50", "-10.5", "0"},
		{"17179869184", "+1.5", "17179869185.5"},
		{"-0", "-0.0", "0"},
		{"0.000000000000000001", "0", "0"},
		{"-0.000000000000000001", "0", "0"},
	} {
		if got, err := Add(test.a, test.b); got != test.want || err != nil {
			t.Errorf("%s + %s: got %s, %v; want %s", test.a, test.b, got, err, test.want)
		}
	}
}

func TestWhatIsNoNumber(t *testing.T) {
	const notFloat, notFinite = "ERR value is not a valid float", "ERR increment would produce NaN or Infinity"
	for _, test := range []struct{ s, want string }{
		{"", notFloat}, {" 1", notFloat}, {"1 ", notFloat}, {"nan", notFloat}, {"1_0", notFloat},
		{"1e4932", ""}, {"1e4933", notFloat}, {"1e999999999999", notFloat}, {"+-inf", notFloat},
		{"inf", notFinite}, {"-Infinity", notFinite}, {strings.Repeat("1", 255), ""}, {strings.Repeat("1", 256), notFloat},
	} {
		_, err := Add(test.s, "0")
		if (err == nil) != (test.want == "") || err != nil && err.Error() != test.want {
			t.Errorf("%.20q: got %v, want %q", test.s, err, test.want)
		}
	}
	if _, err := Add("1.1e4932", "1.1e4932"); err == nil {
		t.Error("a sum that is too large is taken")
	}
}
