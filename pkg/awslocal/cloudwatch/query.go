package cloudwatch

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

const (
	maxQueries      = 500
	maxDatapointsOf = 100_800 // of a GetMetricData
)

var queryID = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]{0,254}$`)

// query is one of a GetMetricData or of an alarm: a metric's statistic, or an expression.
type query struct {
	Id         string
	MetricStat *metricStat `json:",omitempty"`
	Expression string      `json:",omitempty"`
	Label      string      `json:",omitempty"`
	ReturnData *bool       `json:",omitempty"`
	Period     *int        `json:",omitempty"`
	AccountId  string      `json:",omitempty"`
}

type metricStat struct {
	Metric metric
	Period int
	Stat   string
	Unit   string `json:",omitempty"`
}

func (q *query) returned() bool { return q.ReturnData == nil || *q.ReturnData }

func (q *query) label() string {
	switch {
	case q.Label != "":
		return q.Label
	case q.MetricStat != nil:
		return q.MetricStat.Metric.MetricName
	}
	return q.Id
}

// checkQueries validates queries and compiles their expressions, by ID.
func checkQueries(queries []query, most int) (map[string]*node, error) {
	switch {
	case len(queries) == 0:
		return nil, validation("The parameter MetricDataQueries is required.")
	case len(queries) > most:
		return nil, validation("The collection MetricDataQueries must not have a size greater than %d.", most)
	}
	compiled := map[string]*node{}
	seen := map[string]bool{}
	for i := range queries {
		q := &queries[i]
		switch {
		case !queryID.MatchString(q.Id):
			return nil, validation("The value %s for parameter MetricDataQueries.member.%d.Id is not matching the expected "+
				"pattern ^[a-z][a-zA-Z0-9_]*$.", q.Id, i+1)
		case seen[q.Id]:
			return nil, validation("The values for parameter id in MetricDataQueries are not unique.")
		case (q.MetricStat == nil) == (q.Expression == ""):
			return nil, validation(
				"Either MetricStat or Expression must be specified, not both, in MetricDataQueries.member.%d.", i+1)
		case q.AccountId != "":
			return nil, validation("Metrics of other accounts are not supported by the embedded AWS.")
		}
		seen[q.Id] = true
		if q.MetricStat != nil {
			if err := q.MetricStat.check(); err != nil {
				return nil, err
			}
			continue
		}
		n, err := parse(q.Expression)
		if err != nil {
			return nil, validation("Error in expression '%s': %v", q.Id, err)
		}
		compiled[q.Id] = n
	}
	for id, n := range compiled {
		for _, name := range n.references() {
			if !seen[name] {
				return nil, validation("Error in expression '%s': %s is not the ID of a query.", id, name)
			}
		}
	}
	return compiled, nil
}

func (m *metricStat) check() error {
	if err := checkNamespace(m.Metric.Namespace); err != nil {
		return err
	}
	if err := m.Metric.check("MetricStat.Metric."); err != nil {
		return err
	}
	if err := checkPeriod("MetricStat.Period", m.Period); err != nil {
		return err
	}
	if _, ok := statisticOf(m.Stat); !ok {
		return validation("The value %s for parameter MetricStat.Stat is not supported.", m.Stat)
	}
	return checkUnit("MetricStat.Unit", m.Unit)
}

type result struct {
	Id, Label  string
	Timestamps []wire.Timestamp
	Values     []float64
	StatusCode string
}

func (s *Service) getMetricData(a *account, in *struct {
	MetricDataQueries  []query
	StartTime, EndTime *wire.Timestamp
	NextToken, ScanBy  string
	MaxDatapoints      *int
}) (any, error) {
	switch {
	case in.StartTime == nil:
		return nil, required("StartTime")
	case in.EndTime == nil:
		return nil, required("EndTime")
	case !in.StartTime.Before(in.EndTime.Time):
		return nil, validation("The parameter EndTime must be greater than StartTime")
	case in.ScanBy != "" && in.ScanBy != "TimestampAscending" && in.ScanBy != "TimestampDescending":
		return nil, member(in.ScanBy, "scanBy", "satisfy enum value set: [TimestampAscending, TimestampDescending]")
	}
	compiled, err := checkQueries(in.MetricDataQueries, maxQueries)
	if err != nil {
		return nil, err
	}
	most, skip := maxDatapointsOf, 0
	if in.MaxDatapoints != nil && *in.MaxDatapoints > 0 {
		most = min(most, *in.MaxDatapoints)
	}
	if in.NextToken != "" {
		if skip, err = strconv.Atoi(in.NextToken); err != nil || skip < 0 {
			return nil, badToken()
		}
	}
	m := calculate(a, in.MetricDataQueries, compiled, in.StartTime.Time, in.EndTime.Time, s.now())
	results, err := m.results(in.ScanBy == "TimestampAscending")
	if err != nil {
		return nil, err
	}
	out := struct {
		MetricDataResults []result
		NextToken         string     `json:",omitempty"`
		Messages          []struct{} `json:",omitempty"`
	}{MetricDataResults: results}
	each := max(1, most/max(1, len(results)))
	for i := range results {
		r := &results[i]
		from, to := min(skip, len(r.Values)), min(skip+each, len(r.Values))
		if to < len(r.Values) {
			r.StatusCode, out.NextToken = "PartialData", strconv.Itoa(to)
		}
		r.Timestamps, r.Values = r.Timestamps[from:to], r.Values[from:to]
	}
	return out, nil
}

// calculation evaluates queries over a span of time.
type calculation struct {
	account    *account
	queries    []query
	compiled   map[string]*node
	start, end time.Time
	now        time.Time
	known      map[string]value
	open       map[string]bool // expressions that are being evaluated
}

func calculate(a *account, queries []query, compiled map[string]*node, start, end, now time.Time) *calculation {
	return &calculation{
		account: a, queries: queries, compiled: compiled, start: start, end: end, now: now,
		known: map[string]value{}, open: map[string]bool{},
	}
}

func (m *calculation) results(ascending bool) ([]result, error) {
	all := []result{}
	for i := range m.queries {
		q := &m.queries[i]
		if !q.returned() {
			continue
		}
		v, err := m.of(q.Id)
		if err != nil {
			return nil, err
		}
		list := v.list
		if v.scalar {
			list = []points{constant(m.grid(), v.number)}
		}
		for _, p := range list {
			r := result{
				Id: q.Id, Label: q.label(), Timestamps: []wire.Timestamp{}, Values: []float64{}, StatusCode: "Complete",
			}
			if v.many && q.Label == "" {
				r.Label = p.label
			}
			for i, at := range p.at {
				r.Timestamps, r.Values = append(r.Timestamps, stamp(at)), append(r.Values, p.values[i])
			}
			if !ascending {
				slices.Reverse(r.Timestamps)
				slices.Reverse(r.Values)
			}
			all = append(all, r)
		}
	}
	return all, nil
}

// of returns the value of a query.
func (m *calculation) of(id string) (value, error) {
	if v, ok := m.known[id]; ok {
		return v, nil
	}
	if m.open[id] {
		return value{}, validation("Error in expression '%s': it depends on itself.", id)
	}
	m.open[id] = true
	defer delete(m.open, id)
	i := slices.IndexFunc(m.queries, func(q query) bool { return q.Id == id })
	q := &m.queries[i]
	var v value
	if q.MetricStat != nil {
		v = value{list: []points{m.read(q)}}
	} else {
		var err error
		if v, err = m.eval(m.compiled[id]); err != nil {
			return value{}, validation("Error in expression '%s': %v", id, err)
		}
	}
	m.known[id] = v
	return v, nil
}

func (m *calculation) read(q *query) points {
	period := int64(q.MetricStat.Period)
	start := begin(m.start, m.now, period)
	p := points{label: q.label(), start: start, end: m.end.Unix(), period: period}
	of, _ := statisticOf(q.MetricStat.Stat)
	stat := q.MetricStat
	for _, x := range m.account.series[stat.Metric.key()].read(start, p.end, period, stat.Unit, false) {
		if v, ok := of(&x.aggregate); ok {
			p.add(x.start, v)
		}
	}
	return p
}

// grid is a series without data over the span, in the period of the first metric.
func (m *calculation) grid() points {
	period := int64(minute)
	for i := range m.queries {
		if stat := m.queries[i].MetricStat; stat != nil {
			period = int64(stat.Period)
			break
		}
		if p := m.queries[i].Period; p != nil && *p > 0 {
			period = int64(*p)
			break
		}
	}
	return points{start: begin(m.start, m.now, period), end: m.end.Unix(), period: period}
}
