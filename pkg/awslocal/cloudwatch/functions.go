package cloudwatch

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// maxList bounds the time series of an array.
const maxList = 500

// function is a function of metric math.
type function struct {
	least, most int // arguments
	call        call
}

type call func(m *calculation, n *node) (value, error)

// functionNamed finds a function of metric math.
func functionNamed(name string) (function, bool) {
	f, ok := map[string]function{
		"ABS":             {1, 1, pointwise(func(_ *points, _ int, v float64) float64 { return math.Abs(v) })},
		"CEIL":            {1, 1, pointwise(func(_ *points, _ int, v float64) float64 { return math.Ceil(v) })},
		"FLOOR":           {1, 1, pointwise(func(_ *points, _ int, v float64) float64 { return math.Floor(v) })},
		"DIFF":            {1, 1, pointwise(difference)},
		"RATE":            {1, 1, pointwise(rate)},
		"SUM":             {1, 1, folded(sum)},
		"AVG":             {1, 1, folded(func(v []float64) float64 { return sum(v) / float64(len(v)) })},
		"MIN":             {1, 1, folded(slices.Min[[]float64])},
		"MAX":             {1, 1, folded(slices.Max[[]float64])},
		"DATAPOINT_COUNT": {1, 1, folded(func(v []float64) float64 { return float64(len(v)) })},
		"RUNNING_SUM":     {1, 1, runningSum},
		"FILL":            {2, 2, fill},
		"IF":              {2, 3, choose},
		"METRICS":         {0, 1, metrics},
		"METRIC_COUNT":    {1, 1, metricCount},
		"PERIOD":          {1, 1, period},
	}[name]
	return f, ok
}

func runningSum(m *calculation, n *node) (value, error) {
	v, err := m.eval(n.args[0])
	return v.mapped(func(p *points) points {
		total := 0.0
		return p.each(func(_ int, x float64) float64 {
			total += x
			return total
		})
	}), err
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

// difference is the change since the point before.
func difference(p *points, i int, v float64) float64 {
	if i == 0 {
		return math.NaN()
	}
	return v - p.values[i-1]
}

// rate is the change a second.
func rate(p *points, i int, v float64) float64 {
	return difference(p, i, v) / float64(p.at[i]-p.at[max(0, i-1)])
}

// eval returns the value of an expression.
func (m *calculation) eval(n *node) (value, error) {
	switch n.op {
	case "number":
		return number(n.number), nil
	case "text":
		return value{}, fmt.Errorf("unexpected text %q", n.name)
	case "id":
		return m.of(n.name)
	case "list":
		return m.listed(n)
	case "call":
		return n.call(m, n)
	}
	left, err := m.eval(n.args[0])
	if err != nil {
		return value{}, err
	}
	right, err := m.eval(n.args[1])
	if err != nil {
		return value{}, err
	}
	return combine(left, right, func(a, b float64) float64 { return operate(n.op, a, b) })
}

func (m *calculation) listed(n *node) (value, error) {
	out := value{many: true}
	for _, a := range n.args {
		v, err := m.eval(a)
		if err != nil {
			return value{}, err
		}
		if v.scalar {
			v = one(constant(m.grid(), v.number))
		}
		if out.list = append(out.list, v.list...); len(out.list) > maxList {
			return value{}, fmt.Errorf("an array has at most %d time series", maxList)
		}
	}
	return out, nil
}

func operate(op string, a, b float64) float64 {
	truth := func(is bool) float64 {
		if is {
			return 1
		}
		return 0
	}
	switch op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "/":
		return a / b
	case "^":
		return math.Pow(a, b)
	case "==":
		return truth(a == b)
	case "!=":
		return truth(a != b)
	case "<":
		return truth(a < b)
	case "<=":
		return truth(a <= b)
	case ">":
		return truth(a > b)
	case ">=":
		return truth(a >= b)
	case "&&":
		return truth(a != 0 && b != 0)
	}
	return truth(a != 0 || b != 0)
}

// combine applies an operator where both sides have a point; a number is everywhere.
func combine(left, right value, do func(a, b float64) float64) (value, error) {
	switch {
	case left.scalar && right.scalar:
		return number(do(left.number, right.number)), nil
	case right.scalar:
		return left.mapped(func(p *points) points {
			return p.each(func(_ int, v float64) float64 { return do(v, right.number) })
		}), nil
	case left.scalar:
		return right.mapped(func(p *points) points {
			return p.each(func(_ int, v float64) float64 { return do(left.number, v) })
		}), nil
	case right.many && left.many:
		return value{}, fmt.Errorf("two arrays of time series can't be combined")
	case right.many:
		return right.mapped(func(p *points) points { return meet(&left.list[0], p, do) }), nil
	}
	return left.mapped(func(p *points) points { return meet(p, &right.list[0], do) }), nil
}

func meet(a, b *points, do func(x, y float64) float64) points {
	out := a.bare()
	for i, at := range a.at {
		if v, ok := b.find(at); ok {
			out.add(at, do(a.values[i], v))
		}
	}
	return out
}

// pointwise makes a function of every point.
func pointwise(do func(p *points, i int, v float64) float64) call {
	return func(m *calculation, n *node) (value, error) {
		v, err := m.eval(n.args[0])
		if err != nil || v.scalar {
			return number(do(&points{at: []int64{0}, values: []float64{v.number}}, 0, v.number)), err
		}
		return v.mapped(func(p *points) points {
			return p.each(func(i int, x float64) float64 { return do(p, i, x) })
		}), nil
	}
}

// folded makes a number of a series, and one series of many.
func folded(do func([]float64) float64) call {
	return func(m *calculation, n *node) (value, error) {
		v, err := m.eval(n.args[0])
		switch {
		case err != nil || v.scalar:
			return v, err
		case v.many:
			return one(fold(v.list, m.grid(), do)), nil
		case len(v.list[0].values) == 0:
			return v, nil
		}
		return number(do(v.list[0].values)), nil
	}
}

// fold makes one series of many: of the values that they have at a time.
func fold(list []points, grid points, do func([]float64) float64) points {
	byTime := map[int64][]float64{}
	var times []int64
	out := grid
	for i, p := range list {
		if i == 0 {
			out = p.bare()
		}
		for j, at := range p.at {
			if _, there := byTime[at]; !there {
				times = append(times, at)
			}
			byTime[at] = append(byTime[at], p.values[j])
		}
	}
	slices.Sort(times)
	out.label = ""
	for _, at := range times {
		out.add(at, do(byTime[at]))
	}
	return out
}

// fill fills the gaps of a series: with a number, the last value (REPEAT), a line between its neighbors (LINEAR), or
// another series.
func fill(m *calculation, n *node) (value, error) {
	v, err := m.eval(n.args[0])
	if err != nil || v.scalar {
		return v, err
	}
	if how := n.args[1]; how.op == "text" {
		if how.name != "REPEAT" && how.name != "LINEAR" {
			return value{}, fmt.Errorf("FILL does not take %q", how.name)
		}
		return v.mapped(func(p *points) points {
			return p.filled(func(at int64, i int) float64 { return p.between(at, i, how.name == "LINEAR") })
		}), nil
	}
	with, err := m.eval(n.args[1])
	switch {
	case err != nil:
		return value{}, err
	case with.many:
		return value{}, fmt.Errorf("FILL does not take an array of time series")
	}
	return v.mapped(func(p *points) points {
		return p.filled(func(at int64, _ int) float64 {
			if with.scalar {
				return with.number
			}
			if x, ok := with.list[0].find(at); ok {
				return x
			}
			return math.NaN()
		})
	}), nil
}

// between is the value in the gap before the point i: that of the point before, or on the line to the next.
func (p *points) between(at int64, i int, linear bool) float64 {
	if i == 0 || linear && i == len(p.at) {
		return math.NaN()
	}
	before := p.values[i-1]
	if !linear {
		return before
	}
	return before + (p.values[i]-before)*float64(at-p.at[i-1])/float64(p.at[i]-p.at[i-1])
}

// choose is IF(condition, then, else); without else there is a gap.
func choose(m *calculation, n *node) (value, error) {
	branches := []value{{}, {}, number(math.NaN())}
	for i, a := range n.args {
		v, err := m.eval(a)
		if err != nil {
			return value{}, err
		}
		if v.many {
			return value{}, fmt.Errorf("IF does not take arrays of time series")
		}
		branches[i] = v
	}
	condition := branches[0]
	at := func(v value, when int64) float64 {
		if v.scalar {
			return v.number
		}
		if x, ok := v.list[0].find(when); ok {
			return x
		}
		return math.NaN()
	}
	if condition.scalar {
		if condition.number != 0 {
			return branches[1], nil
		}
		return branches[2], nil
	}
	p := &condition.list[0]
	return one(p.each(func(i int, v float64) float64 {
		if v != 0 {
			return at(branches[1], p.at[i])
		}
		return at(branches[2], p.at[i])
	})), nil
}

// metrics is METRICS(): all metrics of the request, or those whose ID contains a text.
func metrics(m *calculation, n *node) (value, error) {
	part := ""
	if len(n.args) == 1 {
		if n.args[0].op != "text" {
			return value{}, fmt.Errorf("METRICS takes a text")
		}
		part = n.args[0].name
	}
	out := value{many: true}
	for i := range m.queries {
		if q := &m.queries[i]; q.MetricStat != nil && strings.Contains(q.Id, part) {
			v, err := m.of(q.Id)
			if err != nil {
				return value{}, err
			}
			out.list = append(out.list, v.list...)
		}
	}
	return out, nil
}

func metricCount(m *calculation, n *node) (value, error) {
	v, err := m.eval(n.args[0])
	return number(float64(len(v.list))), err
}

func period(m *calculation, n *node) (value, error) {
	v, err := m.eval(n.args[0])
	if err != nil || len(v.list) == 0 {
		return number(0), err
	}
	return number(float64(v.list[0].period)), nil
}
