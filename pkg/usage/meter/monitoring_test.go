package meter

import (
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/usage"
)

func TestCloudWatch(t *testing.T) {
	w := newWorld(t)
	c, ctx := cloudwatch.NewFromConfig(w.config), t.Context()
	datum := types.MetricDatum{MetricName: sdk.String("m"), Value: sdk.Float64(1)}
	_, err := c.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{
		Namespace: sdk.String("n"), MetricData: []types.MetricDatum{datum, datum},
	})
	require.NoError(t, err)
	query := func(id string) types.MetricDataQuery {
		return types.MetricDataQuery{Id: &id, MetricStat: &types.MetricStat{
			Metric: &types.Metric{Namespace: sdk.String("n"), MetricName: sdk.String("m")},
			Period: sdk.Int32(60), Stat: sdk.String("Sum"),
		}}
	}
	_, err = c.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{
		StartTime: sdk.Time(time.Now().Add(-time.Hour)), EndTime: sdk.Time(time.Now()),
		MetricDataQueries: []types.MetricDataQuery{query("a"), query("b"), query("c")},
	})
	require.NoError(t, err)
	_, err = c.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{})
	require.NoError(t, err)
	require.Equal(t, usage.Tally{Requests: 1, Items: 2, Units: 1},
		sizeless(w.tally("monitoring", "PutMetricData", "cloudwatch.request")))
	require.Equal(t, usage.Tally{Requests: 1, Items: 3, Units: 3},
		sizeless(w.tally("monitoring", "GetMetricData", "cloudwatch.metric")))
	require.Equal(t, usage.Tally{Requests: 1}, sizeless(w.tally("monitoring", "DescribeAlarms", "")))
}
