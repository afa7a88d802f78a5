package resp

import (
	"math"
	"strconv"
	"testing"
)

// The texts are Redis's own.
func TestFormatFloat(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", 3: "3", -1e17: "-100000000000000000", 1e18: "1000000000000000000",
		1.5e18: "1500000000000000000", 71904487011461568: "71904487011461568", 1 << 62: "4611686018427387904",
		5327337733681531000: "5327337733681531000", 2.3373080537503446e21: "2337308053750344600000", 1e300: "1e+300",
		0.1: "0.1", 1e-6: "0.000001", 1e-10: "1e-10", 1.5e-5: "0.000015", 0.0001234: "1.234e-4",
		0.001234567890123: "0.001234567890123", 100.25: "100.25", 1700000000.123456: "1700000000.123456",
		1700000000.1234567: "1.7000000001234567e+9", -30250.88807341683: "-3.025088807341683e+4",
		1.7976931348623157e308: "1.7976931348623157e+308", 5e-324: "5e-324", math.Inf(1): "inf", math.Inf(-1): "-inf",
	} {
		got := FormatFloat(f)
		if got != want {
			t.Errorf("%v: %s, want %s", f, got, want)
		}
		if back, err := strconv.ParseFloat(got, 64); err != nil || back != f {
			t.Errorf("%s reads back as %v, %v", got, back, err)
		}
	}
	if got := FormatFloat(math.Copysign(0, -1)); got != "-0" {
		t.Error(got)
	}
	if got := FormatFloat(math.NaN()); got != "nan" {
		t.Error(got)
	}
}
