package cloudwatch

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tables of AWS's guide "Configuring how CloudWatch alarms treat missing data": 0 is within the threshold, X
// breaches it, - is missing. "" stands for a state that stays.
func TestMissingDataAsInTheGuide(t *testing.T) {
	const ok, alarm, unknown = stateOK, stateAlarm, stateUnknown
	for _, tc := range []struct {
		data                                     string
		needed                                   int
		missing, ignore, breaching, notBreaching string
	}{
		{"0-X-X", 3, ok, ok, ok, ok},
		{"----0", 3, ok, ok, ok, ok},
		{"-----", 3, unknown, "", alarm, ok},
		{"0XX-X", 3, alarm, alarm, alarm, alarm},
		{"--X--", 3, alarm, "", alarm, ok},
		{"0-X-X", 2, alarm, alarm, alarm, alarm},
		{"00X0X", 2, alarm, alarm, alarm, alarm},
		{"0-X--", 2, ok, ok, alarm, ok},
		{"----0", 2, ok, ok, alarm, ok},
		{"---X-", 2, alarm, "", alarm, ok},
		// Not in the guide: one breaching period that is too young, and enough data.
		{"----X", 2, ok, "", alarm, ok},
		{"00000", 1, ok, ok, ok, ok},
	} {
		var readings []reading
		for i, c := range strings.Split(tc.data, "") {
			readings = append(readings, reading{at: int64(i), missing: c == "-", breaches: c == "X"})
		}
		for treat, want := range map[string]string{
			"missing": tc.missing, "ignore": tc.ignore, "breaching": tc.breaching, "notBreaching": tc.notBreaching,
		} {
			got, _, _ := judge(readings, 3, tc.needed, treat)
			require.Equal(t, want, got, "%s, %d of 3, %s", tc.data, tc.needed, treat)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"m1+m2*2", "IF(m1>3,m1,0)", "SUM(METRICS('err'))/[m1,m2]", "FILL(m1,REPEAT)", "((((1))))", "-m1^-2", "RATE(", "'",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := parse(text)
		if (n == nil) == (err == nil) && err == nil {
			t.Fatalf("%q: neither an expression nor an error", text)
		}
	})
}
