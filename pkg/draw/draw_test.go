package draw

import (
	"math"
	"slices"
	"strconv"
	"testing"
)

var none = math.NaN()

func TestSpark(t *testing.T) {
	for _, c := range []struct {
		values []float64
		most   float64
		want   string
	}{
		{[]float64{0, 1, 50, 99, 100}, 100, "▁▂▅▇█"},
		{[]float64{none, 0, 1}, 1, " ▁█"},
		{[]float64{2}, 1, "█"},
		{[]float64{0, 0}, 0, "▁▁"},
		{nil, 1, ""},
	} {
		if got := Spark(c.values, c.most); got != c.want {
			t.Errorf("%v of %v: %q, want %q", c.values, c.most, got, c.want)
		}
	}
}

func TestCarryRatio(t *testing.T) {
	got := Carry(Ratio([]float64{0, 1, 0, 0, 2}, []float64{0, 2, 0, 4, 2}))
	if want := []float64{0.5, 0.5, 0, 1}; !math.IsNaN(got[0]) || !slices.Equal(got[1:], want) {
		t.Errorf("%v, want NaN and %v", got, want)
	}
}

func TestStrip(t *testing.T) {
	if got := Strip([]float64{0, 0.1, 0.25, none, 0.5, 0.75, 1}); got != "··░ ▒▓█" {
		t.Errorf("%q", got)
	}
}

func TestBars(t *testing.T) {
	for _, c := range []struct {
		bars    []Bar
		columns int
		want    string
	}{
		{[]Bar{{"a", 2000}, {"shard", 500}, {"c", 1}, {"d", 0}}, 4,
			"a      ████ 2,000\nshard  █ 500\nc      █ 1\nd      0\n"},
		{[]Bar{{"a", 2}}, 0, "a  █ 2\n"},
		{[]Bar{{"a", 0}}, 9, "a  0\n"},
		{nil, 9, ""},
	} {
		if got := Bars(c.bars, c.columns); got != c.want {
			t.Errorf("%v in %d columns:\n%s\nwant\n%s", c.bars, c.columns, got, c.want)
		}
	}
}

func TestChart(t *testing.T) {
	label := func(steps int) string {
		if steps%2 != 0 {
			return ""
		}
		return strconv.Itoa(steps/2) + "x"
	}
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{[]float64{0, 3, 4, 5, none, 10}, "   ┤     █\n2x ┤     █\n   ┤   ▄ █\n1x ┤ ▄██ █\n   ┤ ███ █\n   └──────\n"},
		{[]float64{none, 0}, " └──\n"},
		{nil, " └\n"},
	} {
		if got := Chart(c.values, 2, label); got != c.want {
			t.Errorf("%v:\n%s\nwant\n%s", c.values, got, c.want)
		}
	}
}

func TestGrid(t *testing.T) {
	for _, c := range []struct {
		rows [][]string
		want string
	}{
		{[][]string{{"", "before", "after"}, {"cell-1", "█ █"}, {"x", "░", "█"}},
			"        before  after\ncell-1  █ █\nx       ░       █\n"},
		{[][]string{{}}, "\n"},
		{nil, ""},
	} {
		if got := Grid(c.rows...); got != c.want {
			t.Errorf("%v:\n%s\nwant\n%s", c.rows, got, c.want)
		}
	}
}

func TestFigures(t *testing.T) {
	for _, c := range []struct{ number, want string }{
		{"12.5 %", "▄█  ▀▀█   █▀▀   ▀ █  ONE\n █  █▀▀   ▀▀█    █   TWO\n▀▀▀ ▀▀▀ ▀ ▀▀▀   ▀ ▀\n"},
		{"x", "  ONE\n  TWO\n\n"},
	} {
		if got := Figures(c.number, "ONE", "TWO"); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.number, got, c.want)
		}
	}
}
