package conformance

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

var allStatistics = []types.Statistic{
	types.StatisticSum, types.StatisticAverage, types.StatisticMinimum, types.StatisticMaximum, types.StatisticSampleCount,
}

var cloudwatchMetrics = []Case{
	{"statistics of single values", func(t *testing.T, e *Env) {
		ns := e.Name()
		e.putData(t, ns, datum("latency", 1), datum("latency", 2), datum("latency", 6))
		got := e.statistics(t, &cloudwatch.GetMetricStatisticsInput{
			Namespace: &ns, MetricName: str("latency"), Statistics: allStatistics,
		})
		equal(t, "count", *got.SampleCount, 3)
		equal(t, "sum", *got.Sum, 9)
		equal(t, "average", *got.Average, 3)
		equal(t, "minimum", *got.Minimum, 1)
		equal(t, "maximum", *got.Maximum, 6)
	}},
	{"a value counts as often as its count says", func(t *testing.T, e *Env) {
		ns := e.Name()
		e.putData(t, ns, types.MetricDatum{
			MetricName: str("latency"), Values: []float64{1, 4}, Counts: []float64{10, 5},
		})
		got := e.statistics(t, &cloudwatch.GetMetricStatisticsInput{
			Namespace: &ns, MetricName: str("latency"), Statistics: allStatistics,
		})
		equal(t, "count", *got.SampleCount, 15)
		equal(t, "sum", *got.Sum, 30)
		equal(t, "average", *got.Average, 2)
	}},
	{"a statistic set stands for its values", func(t *testing.T, e *Env) {
		ns := e.Name()
		e.putData(t, ns, types.MetricDatum{
			MetricName: str("latency"), StatisticValues: &types.StatisticSet{
				SampleCount: aws.Float64(4), Sum: aws.Float64(20), Minimum: aws.Float64(2), Maximum: aws.Float64(9),
			},
		})
		got := e.statistics(t, &cloudwatch.GetMetricStatisticsInput{
			Namespace: &ns, MetricName: str("latency"), Statistics: allStatistics,
		})
		equal(t, "count", *got.SampleCount, 4)
		equal(t, "average", *got.Average, 5)
		equal(t, "minimum", *got.Minimum, 2)
		equal(t, "maximum", *got.Maximum, 9)
	}},
	{"each set of dimensions is a metric of its own", func(t *testing.T, e *Env) {
		ns := e.Name()
		for i, route := range []string{"/", "/pay"} {
			e.putData(t, ns, datum("latency", float64(i+1), dimension("route", route)))
		}
		got := e.statistics(t, &cloudwatch.GetMetricStatisticsInput{
			Namespace: &ns, MetricName: str("latency"), Statistics: []types.Statistic{types.StatisticSum},
			Dimensions: []types.Dimension{dimension("route", "/pay")},
		})
		equal(t, "sum", *got.Sum, 2)
		eventually(t, "both are listed", func() bool {
			out := ok(e.Metrics.ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{Namespace: &ns}))(t)
			return len(out.Metrics) == 2
		})
	}},
	{"metrics are queried together", func(t *testing.T, e *Env) {
		ns := e.Name()
		start, end := around()
		e.putData(t, ns, datum("orders", 3), datum("refunds", 1))
		query := func(id, name string) types.MetricDataQuery {
			return types.MetricDataQuery{Id: &id, MetricStat: &types.MetricStat{
				Metric: &types.Metric{Namespace: &ns, MetricName: &name}, Period: aws.Int32(wide), Stat: str("Sum"),
			}}
		}
		eventually(t, "both have data", func() bool {
			out := ok(e.Metrics.GetMetricData(t.Context(), &cloudwatch.GetMetricDataInput{
				StartTime: &start, EndTime: &end,
				MetricDataQueries: []types.MetricDataQuery{query("o", "orders"), query("r", "refunds")},
			}))(t)
			got := map[string]float64{}
			for _, r := range out.MetricDataResults {
				for _, v := range r.Values {
					got[*r.Id] += v
				}
			}
			return got["o"] == 3 && got["r"] == 1
		})
	}},
	{"a datum with a value and values is InvalidParameterCombination", func(t *testing.T, e *Env) {
		d := datum("latency", 1)
		d.Values = []float64{1}
		fails1(e.Metrics.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{
			Namespace: str(e.Name()), MetricData: []types.MetricDatum{d},
		}))(t, "InvalidParameterCombination", "InvalidParameterCombinationException")
	}},
	{"statistics of a time that ends before it starts are an error", func(t *testing.T, e *Env) {
		start, end := around()
		fails1(e.Metrics.GetMetricStatistics(t.Context(), &cloudwatch.GetMetricStatisticsInput{
			Namespace: str(e.Name()), MetricName: str("latency"), Statistics: allStatistics, Period: aws.Int32(60),
			StartTime: &end, EndTime: &start,
		}))(t, "InvalidParameterValue", "InvalidParameterValueException", "InvalidParameterCombination",
			"InvalidParameterCombinationException", "ValidationError")
	}},
}
