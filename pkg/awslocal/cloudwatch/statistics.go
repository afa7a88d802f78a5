package cloudwatch

import (
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

const maxDatapoints = 1440 // of a GetMetricStatistics

// datapoint is a period of a GetMetricStatistics.
type datapoint struct {
	Timestamp          wire.Timestamp
	SampleCount        *float64           `json:",omitempty"`
	Average            *float64           `json:",omitempty"`
	Sum                *float64           `json:",omitempty"`
	Minimum            *float64           `json:",omitempty"`
	Maximum            *float64           `json:",omitempty"`
	Unit               string             `json:",omitempty"`
	ExtendedStatistics map[string]float64 `json:",omitempty"`
}

func (d *datapoint) set(name string, v float64) {
	switch name {
	case "SampleCount":
		d.SampleCount = &v
	case "Average":
		d.Average = &v
	case "Sum":
		d.Sum = &v
	case "Minimum":
		d.Minimum = &v
	case "Maximum":
		d.Maximum = &v
	default:
		if d.ExtendedStatistics == nil {
			d.ExtendedStatistics = map[string]float64{}
		}
		d.ExtendedStatistics[name] = v
	}
}

func checkPeriod(parameter string, period int) error {
	switch {
	case period < 1:
		return invalid("The parameter %s must be greater than 0.", parameter)
	case period%minute != 0 && !slices.Contains([]int{1, 5, 10, 20, 30}, period):
		return invalid("The parameter %s must be 1, 5, 10, 20, 30 or a multiple of 60.", parameter)
	}
	return nil
}

// begin rounds a start time down to what is kept of that time, and to the period if that is less than a minute.
func begin(start, now time.Time, period int64) int64 {
	width := max(widthAt(now.Sub(start)), minute)
	if period < minute {
		width = period
	}
	return floor(start.Unix(), width)
}

func (s *Service) getMetricStatistics(a *account, in *struct {
	metric
	StartTime, EndTime *wire.Timestamp
	Period             *int
	Statistics         []string
	ExtendedStatistics []string
	Unit               string
}) (any, error) {
	if err := checkNamespace(in.Namespace); err != nil {
		return nil, err
	}
	if err := in.check(""); err != nil {
		return nil, err
	}
	switch {
	case in.StartTime == nil:
		return nil, required("StartTime")
	case in.EndTime == nil:
		return nil, required("EndTime")
	case in.Period == nil:
		return nil, required("Period")
	case !in.StartTime.Before(in.EndTime.Time):
		return nil, combination("The parameter StartTime must be less than the parameter EndTime.")
	case len(in.Statistics)+len(in.ExtendedStatistics) == 0:
		return nil, combination("Must specify either Statistics or ExtendedStatistics.")
	}
	if err := checkPeriod("Period", *in.Period); err != nil {
		return nil, err
	}
	if err := checkUnit("Unit", in.Unit); err != nil {
		return nil, err
	}
	for _, name := range in.Statistics {
		if statistics[name] == nil {
			return nil, invalid("The value %s for parameter Statistics is invalid.", name)
		}
	}
	for _, name := range in.ExtendedStatistics {
		if _, ok := percentileOf(name); !ok {
			return nil, invalid("The value %s for parameter ExtendedStatistics is not supported: percentiles are, as in p99.9.",
				name)
		}
	}
	period := int64(*in.Period)
	start := begin(in.StartTime.Time, s.now(), period)
	if n := (in.EndTime.Unix() - start + period - 1) / period; n > maxDatapoints {
		return nil, combination("You have requested up to %d datapoints, which exceeds the limit of %d. You may reduce the "+
			"datapoints requested by increasing Period, or decreasing the time range.", n, maxDatapoints)
	}
	points := []datapoint{}
	for _, x := range a.series[in.key()].read(start, in.EndTime.Unix(), period, in.Unit, true) {
		d := datapoint{Timestamp: stamp(x.start), Unit: x.unit}
		for _, name := range append(slices.Clone(in.Statistics), in.ExtendedStatistics...) {
			of, _ := statisticOf(name)
			if v, ok := of(&x.aggregate); ok {
				d.set(name, v)
			}
		}
		points = append(points, d)
	}
	return struct {
		Label      string
		Datapoints []datapoint
	}{in.MetricName, points}, nil
}

func stamp(second int64) wire.Timestamp { return wire.Timestamp{Time: time.Unix(second, 0).UTC()} }
