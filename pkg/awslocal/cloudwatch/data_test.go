package cloudwatch_test

import (
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func TestStatisticsOfAMetric(t *testing.T) {
	c, clock := start(t)
	clock.Advance(10 * time.Second)
	_, err := c.PutMetricData(ctx, &sdk.PutMetricDataInput{Namespace: ptr("shop"), MetricData: []types.MetricDatum{
		{MetricName: ptr("latency"), Values: []float64{1, 2, 3, 100}, Counts: []float64{40, 50, 9, 1}, Unit: "Milliseconds",
			Dimensions: []types.Dimension{{Name: ptr("route"), Value: ptr("/")}, {Name: ptr("az"), Value: ptr("a")}}},
		{MetricName: ptr("set"), StatisticValues: &types.StatisticSet{
			SampleCount: ptr(4.0), Sum: ptr(10.0), Minimum: ptr(1.0), Maximum: ptr(5.0),
		}},
		datum("plain", 7),
	}})
	require.NoError(t, err)
	in := &sdk.GetMetricStatisticsInput{
		Namespace: ptr("shop"), MetricName: ptr("latency"), StartTime: ptr(epoch), EndTime: ptr(epoch.Add(time.Minute)),
		Period: ptr[int32](60), Statistics: []types.Statistic{"Sum", "Average", "Minimum", "Maximum", "SampleCount"},
		ExtendedStatistics: []string{"p50", "p99", "p99.9", "p100"},
		Dimensions: []types.Dimension{ // in another order
			{Name: ptr("az"), Value: ptr("a")}, {Name: ptr("route"), Value: ptr("/")},
		},
	}
	out, err := c.GetMetricStatistics(ctx, in)
	require.NoError(t, err)
	require.Len(t, out.Datapoints, 1)
	p := out.Datapoints[0]
	require.Equal(t, []float64{267, 2.67, 1, 100, 100},
		[]float64{*p.Sum, *p.Average, *p.Minimum, *p.Maximum, *p.SampleCount})
	require.Equal(t, map[string]float64{"p50": 2, "p99": 3, "p99.9": 100, "p100": 100}, p.ExtendedStatistics)
	require.Equal(t, types.StandardUnitMilliseconds, p.Unit)
	require.Equal(t, epoch, p.Timestamp.UTC())

	in.Dimensions = nil // another metric
	out, err = c.GetMetricStatistics(ctx, in)
	require.NoError(t, err)
	require.Empty(t, out.Datapoints)

	in.MetricName = ptr("set") // its values are not known
	out, err = c.GetMetricStatistics(ctx, in)
	require.NoError(t, err)
	require.InDelta(t, 2.5, *out.Datapoints[0].Average, 0)
	require.Empty(t, out.Datapoints[0].ExtendedStatistics)

	listed, err := c.ListMetrics(ctx, &sdk.ListMetricsInput{Dimensions: []types.DimensionFilter{{Name: ptr("az")}}})
	require.NoError(t, err)
	require.Len(t, listed.Metrics, 1)
	listed, err = c.ListMetrics(ctx, &sdk.ListMetricsInput{Namespace: ptr("shop")})
	require.NoError(t, err)
	require.Len(t, listed.Metrics, 3)
	clock.Advance(15 * 24 * time.Hour)
	listed, err = c.ListMetrics(ctx, &sdk.ListMetricsInput{})
	require.NoError(t, err)
	require.Empty(t, listed.Metrics)
}

// A long request is compressed by the SDK.
func TestALongRequestIsCompressed(t *testing.T) {
	c, _ := start(t)
	data := make([]types.MetricDatum, 1000)
	for i := range data {
		data[i] = datum("of a thousand", float64(i))
	}
	_, err := c.PutMetricData(ctx, &sdk.PutMetricDataInput{Namespace: ptr("shop"), MetricData: data})
	require.NoError(t, err)
	out, err := c.GetMetricStatistics(ctx, &sdk.GetMetricStatisticsInput{
		Namespace: ptr("shop"), MetricName: ptr("of a thousand"), StartTime: ptr(epoch), EndTime: ptr(epoch.Add(time.Minute)),
		Period: ptr[int32](60), Statistics: []types.Statistic{"SampleCount"}, ExtendedStatistics: []string{"p90"},
	})
	require.NoError(t, err)
	require.InDelta(t, 1000, *out.Datapoints[0].SampleCount, 0)
	require.InDelta(t, 899, out.Datapoints[0].ExtendedStatistics["p90"], 0)
	_, err = c.PutMetricData(ctx, &sdk.PutMetricDataInput{
		Namespace: ptr("shop"), MetricData: append(data, datum("one too many", 1)),
	})
	wantError(t, err, "InvalidParameterValue", "must not have a size greater than 1000")
}

func TestDataThatIsRefused(t *testing.T) {
	d := alone(t)
	many := make([]map[string]any, 31)
	for i := range many {
		many[i] = map[string]any{"Name": string(rune('a' + i)), "Value": "v"}
	}
	for name, tc := range map[string]struct {
		datum         map[string]any
		code, message string
	}{
		"no name":    {map[string]any{"Value": 1}, "MissingParameter", "MetricData.member.1.MetricName is required"},
		"no value":   {map[string]any{"MetricName": "m"}, "MissingParameter", "MetricData.member.1.Value is required"},
		"long name":  {map[string]any{"MetricName": long(256), "Value": 1}, "InvalidParameterValue", "shorter than 256"},
		"unit":       {map[string]any{"MetricName": "m", "Value": 1, "Unit": "Miles"}, "InvalidParameterValue", "Miles"},
		"resolution": {map[string]any{"MetricName": "m", "Value": 1, "StorageResolution": 10}, "InvalidParameterValue", "10"},
		"dimensions": {map[string]any{"MetricName": "m", "Value": 1, "Dimensions": many}, "InvalidParameterValue",
			"must not have a size greater than 30"},
		"counts": {map[string]any{"MetricName": "m", "Values": []int{1, 2}, "Counts": []int{1}}, "InvalidParameterValue",
			"same size"},
		"two kinds": {map[string]any{"MetricName": "m", "Value": 1, "Values": []int{1}}, "InvalidParameterCombination",
			"mutually exclusive"},
		"too old": {map[string]any{"MetricName": "m", "Value": 1, "Timestamp": epoch.Add(-15 * 24 * time.Hour).Unix()},
			"InvalidParameterValue", "within the past two weeks"},
		"too new": {map[string]any{"MetricName": "m", "Value": 1, "Timestamp": epoch.Add(3 * time.Hour).Unix()},
			"InvalidParameterValue", "no more than two hours in the future"},
		"too large": {map[string]any{"MetricName": "m", "Value": 1e200}, "InvalidParameterValue", "is invalid"},
	} {
		_, err := awstest.Call(ctx, d, "PutMetricData", map[string]any{
			"Namespace": "shop", "MetricData": []any{tc.datum},
		})
		t.Run(name, func(t *testing.T) { wantError(t, err, tc.code, tc.message) })
	}
	require.Empty(t, d.call(t, "ListMetrics", struct{}{})["Metrics"])
}

// Old data is kept, coarser with its age, and the oldest is dropped.
func TestRetention(t *testing.T) {
	d := alone(t)
	count := func(back time.Duration, period int) (periods int, samples float64) {
		now := d.clock.Now()
		out := d.call(t, "GetMetricStatistics", map[string]any{
			"Namespace": "shop", "MetricName": "fine", "StartTime": now.Add(-back).Unix(), "EndTime": now.Unix() + 60,
			"Period": period, "Statistics": []string{"SampleCount"},
		})
		for _, p := range out["Datapoints"].([]any) {
			samples += p.(map[string]any)["SampleCount"].(float64)
			periods++
		}
		return periods, samples
	}
	put := func() {
		for range 60 {
			d.call(t, "PutMetricData", map[string]any{"Namespace": "shop", "MetricData": []any{
				map[string]any{"MetricName": "fine", "Value": 1, "StorageResolution": 1},
			}})
			d.clock.Advance(time.Second)
		}
	}
	put()
	periods, samples := count(time.Minute, 1)
	require.Equal(t, 60, periods)
	require.InDelta(t, 60, samples, 0)
	for _, age := range []time.Duration{4 * time.Hour, 16 * 24 * time.Hour, 64 * 24 * time.Hour} {
		d.clock.Advance(age)
		put()
	}
	periods, samples = count(90*24*time.Hour, 86400)
	require.Equal(t, 4, periods)
	require.InDelta(t, 240, samples, 0)
	d.clock.Advance(455 * 24 * time.Hour)
	put()
	periods, samples = count(600*24*time.Hour, 86400)
	require.Equal(t, 1, periods)
	require.InDelta(t, 60, samples, 0)
}
