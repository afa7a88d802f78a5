package cloudwatch_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

// Older clients speak JSON, and before that the query protocol, with bodies that may be compressed.
func TestTheOlderProtocols(t *testing.T) {
	url := awstest.Start(t, awslocal.Config{Clock: clockwork.NewFakeClockAt(epoch)}).URL()
	send := func(body string, zip bool, header ...string) (int, http.Header, string) {
		t.Helper()
		raw := []byte(body)
		if zip {
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			_, _ = w.Write(raw)
			require.NoError(t, w.Close())
			raw, header = packed.Bytes(), append(header, "Content-Encoding", "gzip")
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(raw))
		require.NoError(t, err)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=k/20240501/us-east-1/monitoring/aws4_request")
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		r.Close = true
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		answer, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode, response.Header, string(answer)
	}
	const json, form = "application/x-amz-json-1.0", "application/x-www-form-urlencoded"
	for _, zip := range []bool{false, true} {
		status, _, answer := send(`{"Namespace":"shop","MetricData":[{"MetricName":"m","Value":2,"Timestamp":1714564800}]}`, zip,
			"Content-Type", json, "X-Amz-Target", "GraniteServiceVersion20100801.PutMetricData")
		require.Equal(t, 200, status, answer)
		status, _, answer = send("Action=PutMetricData&Version=2010-08-01&Namespace=shop&MetricData.member.1.MetricName=m"+
			"&MetricData.member.1.Value=3&MetricData.member.1.Timestamp=2024-05-01T12%3A00%3A00Z", zip, "Content-Type", form)
		require.Equal(t, 200, status, answer)
	}
	_, _, answer := send(`{"Namespace":"shop","MetricName":"m","StartTime":1714564800,"EndTime":1714564860,"Period":60,`+
		`"Statistics":["Sum"]}`, false,
		"Content-Type", json, "X-Amz-Target", "GraniteServiceVersion20100801.GetMetricStatistics")
	require.JSONEq(t, `{"Label":"m","Datapoints":[{"Timestamp":1714564800,"Sum":10,"Unit":"None"}]}`, answer)
	_, _, answer = send("Action=GetMetricStatistics&Version=2010-08-01&Namespace=shop&MetricName=m&Period=60"+
		"&StartTime=2024-05-01T12:00:00Z&EndTime=2024-05-01T12:01:00Z&Statistics.member.1=Sum", false, "Content-Type", form)
	require.Contains(t, answer, "<Datapoints><member><Timestamp>2024-05-01T12:00:00.000Z</Timestamp><Sum>10</Sum>")
	status, header, answer := send(`{"AlarmNames":["absent"]}`, false,
		"Content-Type", json, "X-Amz-Target", "GraniteServiceVersion20100801.DeleteAlarms")
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, "ResourceNotFound;Sender", header.Get("X-Amzn-Query-Error"))
	require.Contains(t, answer, `"__type":"com.amazonaws.cloudwatch#ResourceNotFound"`)
	_, _, answer = send("Action=PutMetricData&Version=2010-08-01", false, "Content-Type", form)
	require.Contains(t, answer, "<Code>MissingParameter</Code><Message>The parameter Namespace is required.</Message>")
}

// The SDK reads every shape of alarms, and errors by their type.
func TestAlarmsOverTheSDK(t *testing.T) {
	c, _ := start(t)
	_, err := c.PutMetricAlarm(ctx, &sdk.PutMetricAlarmInput{
		AlarmName: ptr("a"), Namespace: ptr("shop"), MetricName: ptr("m"),
		ExtendedStatistic: ptr("p99"), Period: ptr[int32](60),
		EvaluationPeriods: ptr[int32](2), Threshold: ptr(1.5), ComparisonOperator: types.ComparisonOperatorLessThanThreshold,
		Dimensions: []types.Dimension{{Name: ptr("d"), Value: ptr("v")}}, Tags: []types.Tag{{Key: ptr("k"), Value: ptr("v")}},
	})
	require.NoError(t, err)
	out, err := c.DescribeAlarms(ctx, &sdk.DescribeAlarmsInput{AlarmNamePrefix: ptr("a")})
	require.NoError(t, err)
	require.Len(t, out.MetricAlarms, 1)
	al := out.MetricAlarms[0]
	require.Equal(t, types.StateValueInsufficientData, al.StateValue)
	require.Equal(t, epoch, al.StateUpdatedTimestamp.UTC())
	require.InDelta(t, 1.5, *al.Threshold, 0)
	require.True(t, *al.ActionsEnabled)
	of, err := c.DescribeAlarmsForMetric(ctx, &sdk.DescribeAlarmsForMetricInput{
		Namespace: ptr("shop"), MetricName: ptr("m"), Dimensions: al.Dimensions,
	})
	require.NoError(t, err)
	require.Len(t, of.MetricAlarms, 1)
	tags, err := c.ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceARN: al.AlarmArn})
	require.NoError(t, err)
	require.Len(t, tags.Tags, 1)
	history, err := c.DescribeAlarmHistory(ctx, &sdk.DescribeAlarmHistoryInput{AlarmName: ptr("a")})
	require.NoError(t, err)
	require.Equal(t, `Alarm "a" created`, *history.AlarmHistoryItems[0].HistorySummary)
	_, err = c.DeleteAlarms(ctx, &sdk.DeleteAlarmsInput{AlarmNames: []string{"b"}})
	var missing *types.ResourceNotFound
	require.ErrorAs(t, err, &missing)
	_, err = c.GetMetricData(ctx, &sdk.GetMetricDataInput{
		StartTime: ptr(epoch), EndTime: ptr(epoch), MetricDataQueries: []types.MetricDataQuery{},
	})
	wantError(t, err, "ValidationError", "EndTime must be greater")
}
