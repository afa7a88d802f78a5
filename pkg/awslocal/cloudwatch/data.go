package cloudwatch

import (
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

const (
	maxData   = 1000 // metrics of a request
	maxValues = 150  // different values of a datum
	oldest    = 14 * day
	newest    = 2 * time.Hour
)

// maxMagnitude bounds values: AWS takes those within ±2^360.
var maxMagnitude = math.Pow(2, 360)

type statisticSet struct{ SampleCount, Sum, Minimum, Maximum float64 }

// datum is one metric of a PutMetricData.
type datum struct {
	MetricName        string
	Dimensions        []dimension
	Timestamp         *wire.Timestamp
	Value             *float64
	StatisticValues   *statisticSet
	Values, Counts    []float64
	Unit              string
	StorageResolution *int
}

// check validates the datum; path is where it is in the request.
func (d *datum) check(path string, now time.Time) error {
	if err := (metric{MetricName: d.MetricName, Dimensions: d.Dimensions}).check(path); err != nil {
		return err
	}
	if err := checkUnit(path+"Unit", d.Unit); err != nil {
		return err
	}
	if r := d.StorageResolution; r != nil && *r != 1 && *r != minute {
		return invalid("The value %d for parameter %sStorageResolution is invalid.", *r, path)
	}
	if at := d.Timestamp; at != nil && at.After(now.Add(newest)) {
		return invalid("The parameter %sTimestamp must specify a time no more than two hours in the future.", path)
	} else if at != nil && at.Before(now.Add(-oldest)) {
		return invalid("The parameter %sTimestamp must specify a time within the past two weeks.", path)
	}
	return d.checkValues(path)
}

func (d *datum) checkValues(path string) error {
	given := []string{}
	for name, there := range map[string]bool{
		"Value": d.Value != nil, "StatisticValues": d.StatisticValues != nil, "Values": len(d.Values) > 0,
	} {
		if there {
			given = append(given, path+name)
		}
	}
	switch {
	case len(given) == 0:
		return required(path + "Value")
	case len(given) > 1:
		return combination("The parameters %s and %s are mutually exclusive and you have specified both.", given[0], given[1])
	case len(d.Values) > maxValues:
		return invalid("The collection %sValues must not have a size greater than %d.", path, maxValues)
	case len(d.Counts) > 0 && len(d.Counts) != len(d.Values):
		return invalid("The parameters %sValues and %sCounts must be of the same size.", path, path)
	}
	numbers := d.Values
	if d.Value != nil {
		numbers = []float64{*d.Value}
	}
	counts := d.Counts
	if s := d.StatisticValues; s != nil {
		if s.Minimum > s.Maximum {
			return invalid("The value of %sStatisticValues.Minimum must not exceed that of Maximum.", path)
		}
		numbers, counts = []float64{s.Sum, s.Minimum, s.Maximum}, []float64{s.SampleCount}
	}
	for _, v := range numbers {
		if math.IsNaN(v) || math.Abs(v) > maxMagnitude {
			return invalid("The value %v for parameter %sValue is invalid.", v, path)
		}
	}
	for _, n := range counts {
		if math.IsNaN(n) || n < 0 || n > maxMagnitude {
			return invalid("The value %v for parameter %sCounts is invalid.", n, path)
		}
	}
	return nil
}

// putMetricData checks everything before it stores anything.
func (s *Service) putMetricData(a *account, in *struct {
	Namespace        string
	MetricData       []datum
	EntityMetricData []struct{ MetricData []datum }
}) (any, error) {
	if err := checkNamespace(in.Namespace); err != nil {
		return nil, err
	}
	all := in.MetricData
	for _, e := range in.EntityMetricData {
		all = append(all, e.MetricData...)
	}
	switch {
	case len(all) == 0:
		return nil, required("MetricData")
	case len(all) > maxData:
		return nil, invalid("The collection MetricData must not have a size greater than %d.", maxData)
	}
	now := s.now()
	for i := range all {
		if err := all[i].check(fmt.Sprintf("MetricData.member.%d.", i+1), now); err != nil {
			return nil, err
		}
	}
	for i := range all {
		if err := a.store(in.Namespace, &all[i], now); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (a *account) store(namespace string, d *datum, now time.Time) error {
	m := metric{namespace, d.MetricName, d.Dimensions}
	key := m.key()
	found := a.series[key]
	if found == nil {
		if len(a.series) >= maxSeries && !a.forget(now) {
			return exceeded("The embedded AWS holds at most %d metrics.", maxSeries)
		}
		m.Dimensions = m.sorted()
		found = &series{metric: m, tracks: map[string]*track{}}
		a.series[key] = found
	}
	found.updated = now
	unit := d.Unit
	if unit == "" {
		unit = "None"
	}
	t := found.tracks[unit]
	if t == nil {
		t = &track{aged: now}
		found.tracks[unit] = t
	}
	at, width := now, int64(minute)
	if d.Timestamp != nil {
		at = d.Timestamp.Time
	}
	if d.StorageResolution != nil && *d.StorageResolution == 1 {
		width = 1
	}
	d.addTo(t.at(floor(at.Unix(), width)))
	t.age(now)
	return nil
}

func (d *datum) addTo(to *aggregate) {
	switch {
	case d.Value != nil:
		to.add(*d.Value, 1)
	case d.StatisticValues != nil:
		if d.StatisticValues.SampleCount > 0 {
			to.addSet(d.StatisticValues)
		}
	}
	for i, v := range d.Values {
		count := 1.0
		if len(d.Counts) > 0 {
			count = d.Counts[i]
		}
		if count > 0 {
			to.add(v, count)
		}
	}
}

// forget drops metrics whose data has expired, and reports whether there were any.
func (a *account) forget(now time.Time) bool {
	before := len(a.series)
	for key, s := range a.series {
		for _, t := range s.tracks {
			t.age(now)
		}
		if s.empty() {
			delete(a.series, key)
		}
	}
	return len(a.series) < before
}
