package cloudwatch

import (
	"math"
)

// points is a time series over a grid of periods, with gaps.
type points struct {
	label      string
	start, end int64 // of the grid, in seconds; end is exclusive
	period     int64
	at         []int64 // ascending
	values     []float64
}

// add adds a point later than all others. A value that is no number is a gap.
func (p *points) add(at int64, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return
	}
	p.at, p.values = append(p.at, at), append(p.values, v)
}

// bare is the same grid without points.
func (p *points) bare() points {
	return points{label: p.label, start: p.start, end: p.end, period: p.period}
}

// each makes a series of every point.
func (p *points) each(do func(i int, v float64) float64) points {
	out := p.bare()
	for i, v := range p.values {
		out.add(p.at[i], do(i, v))
	}
	return out
}

// maxGrid bounds how many points a series without gaps may have.
const maxGrid = maxDatapointsOf

// filled makes a series with a point in each period of the grid: its own, or what gap says; i is the index of the next
// point after the gap.
func (p *points) filled(gap func(at int64, i int) float64) points {
	out := p.bare()
	i := 0
	for at := p.start; at < p.end && len(out.at) < maxGrid; at += p.period {
		if i < len(p.at) && p.at[i] == at {
			out.add(at, p.values[i])
			i++
			continue
		}
		out.add(at, gap(at, i))
	}
	return out
}

func constant(grid points, v float64) points {
	return grid.filled(func(int64, int) float64 { return v })
}

// find returns the value at a time.
func (p *points) find(at int64) (float64, bool) {
	low, high := 0, len(p.at)
	for low < high {
		if mid := (low + high) / 2; p.at[mid] < at {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(p.at) && p.at[low] == at {
		return p.values[low], true
	}
	return 0, false
}

// value is what an expression yields: a number, a series, or many series.
type value struct {
	scalar bool
	number float64
	list   []points
	many   bool
}

func number(v float64) value { return value{scalar: true, number: v} }

func one(p points) value { return value{list: []points{p}} }

// mapped makes a value of every series.
func (v value) mapped(do func(p *points) points) value {
	out := value{many: v.many}
	for i := range v.list {
		out.list = append(out.list, do(&v.list[i]))
	}
	return out
}
