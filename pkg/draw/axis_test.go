package draw

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/unit"
)

const s = time.Second

func TestBand(t *testing.T) {
	for _, c := range []struct {
		columns  int
		from, to time.Duration
		want     string
	}{
		{10, 2 * s, 8 * s, "  fault▔▔ "},
		{10, 0, 10 * s, "fault▔▔▔▔▔"},
		{10, -s, 99 * s, "fault▔▔▔▔▔"},
		{10, 2 * s, 2 * s, "  fault   "},
		{10, 8 * s, 9 * s, "        fa"},
		{3, 0, 10 * s, "fau"},
		{1, 5 * s, 6 * s, "f"},
	} {
		if got := (Axis{c.columns, 10 * s}).Band(c.from, c.to, "fault"); got != c.want {
			t.Errorf("%d columns, %v to %v: %q, want %q", c.columns, c.from, c.to, got, c.want)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		columns  int
		instants []time.Duration
		want     string
	}{
		{20, []time.Duration{0, 2 * s, 6 * s, 10 * s}, "0 µs        6 s 10 s"},
		{20, []time.Duration{2 * s, 3 * s, 10 * s}, "    2 s         10 s"},
		{20, nil, "                    "},
		{3, []time.Duration{2 * s, 10 * s}, "2 s"},
		{1, []time.Duration{2 * s}, " "},
	} {
		got := Axis{c.columns, 10 * s}.Ticks(unit.Duration, c.instants...)
		if got != c.want {
			t.Errorf("%d columns, %v: %q, want %q", c.columns, c.instants, got, c.want)
		}
	}
}

func TestColumnsAndTheirBeginnings(t *testing.T) {
	a := Axis{4, 8 * s}
	for at, want := range map[time.Duration]int{-s: 0, 0: 0, 2*s - 1: 0, 2 * s: 1, 8 * s: 3, 100 * time.Hour: 3} {
		if got := a.column(at); got != want {
			t.Errorf("column of %v: %d, want %d", at, got, want)
		}
	}
	for i := range a.Columns {
		if got := a.column(a.Begin(i)); got != i {
			t.Errorf("column %d begins in column %d", i, got)
		}
	}
}

func TestCount(t *testing.T) {
	got := Axis{4, 8 * s}.Count(slices.Values([]time.Duration{-1, 0, s, 7 * s, 8 * s}))
	if want := []float64{2, 0, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestHighest(t *testing.T) {
	var values iter.Seq2[time.Duration, float64] = maps.All(map[time.Duration]float64{0: 3, s: 1, 4 * s: -2, 9 * s: 5})
	if got, want := fmt.Sprint(Axis{4, 8 * s}.Highest(values)), fmt.Sprint([]float64{3, math.NaN(), -2, 5}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}
