package conformance

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// putData stores data of a namespace.
func (e *Env) putData(t *testing.T, namespace string, data ...types.MetricDatum) {
	t.Helper()
	ok(e.Metrics.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{
		Namespace: &namespace, MetricData: data,
	}))(t)
}

// datum is one value.
func datum(name string, value float64, dimensions ...types.Dimension) types.MetricDatum {
	return types.MetricDatum{MetricName: &name, Value: &value, Dimensions: dimensions}
}

func dimension(name, value string) types.Dimension {
	return types.Dimension{Name: &name, Value: &value}
}

// wide is a period that takes a case's data together.
const wide = 20 * 60

// around is a span of one wide period, with now in its middle.
func around() (start, end time.Time) {
	start = time.Now().UTC().Truncate(time.Minute).Add(-wide * time.Second / 2)
	return start, start.Add(wide * time.Second)
}

// statistics waits for a metric's data and returns its one datapoint.
func (e *Env) statistics(t *testing.T, in *cloudwatch.GetMetricStatisticsInput) types.Datapoint {
	t.Helper()
	start, end := around()
	in.StartTime, in.EndTime, in.Period = &start, &end, aws.Int32(wide)
	var got []types.Datapoint
	eventually(t, "the metric has data", func() bool {
		got = ok(e.Metrics.GetMetricStatistics(t.Context(), in))(t).Datapoints
		return len(got) > 0
	})
	equal(t, "datapoints", len(got), 1)
	return got[0]
}

// alarm makes an alarm on a metric without data.
func (e *Env) alarm(t *testing.T, change func(*cloudwatch.PutMetricAlarmInput)) string {
	t.Helper()
	name := e.Name()
	in := &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, Namespace: &name, MetricName: str("orders"), Statistic: types.StatisticSum,
		Period: aws.Int32(60), EvaluationPeriods: aws.Int32(3), DatapointsToAlarm: aws.Int32(2),
		Threshold: aws.Float64(5), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
	}
	if change != nil {
		change(in)
	}
	ok(e.Metrics.PutMetricAlarm(t.Context(), in))(t)
	return name
}

func (e *Env) describeAlarm(t *testing.T, name string) types.MetricAlarm {
	t.Helper()
	out := ok(e.Metrics.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{name}}))(t)
	equal(t, "alarms", len(out.MetricAlarms), 1)
	return out.MetricAlarms[0]
}

func (e *Env) setAlarm(t *testing.T, name string, state types.StateValue) {
	t.Helper()
	ok(e.Metrics.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
		AlarmName: &name, StateValue: state, StateReason: str("a drill"),
	}))(t)
}
