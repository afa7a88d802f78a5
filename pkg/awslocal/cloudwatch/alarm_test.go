package cloudwatch_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

const (
	topic    = "arn:aws:sns:us-east-1:000000000000:pager"
	function = "arn:aws:lambda:us-east-1:000000000000:function:heal"
)

// errors5 is an alarm at more than five errors in each of two minutes of three.
func errors5(change map[string]any) map[string]any {
	in := map[string]any{
		"AlarmName": "errors", "Namespace": "shop", "MetricName": "errors", "Statistic": "Sum", "Period": 60,
		"EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold",
		"AlarmDescription": "too many", "AlarmActions": []string{topic}, "OKActions": []string{function},
	}
	for name, v := range change {
		in[name] = v
		if v == nil {
			delete(in, name)
		}
	}
	return in
}

func TestAnAlarmFiresAndRecovers(t *testing.T) {
	d := alone(t)
	d.call(t, "PutMetricAlarm", errors5(nil))
	state, reason := d.state(t, "errors")
	require.Equal(t, "INSUFFICIENT_DATA Unchecked: Initial alarm creation", state+" "+reason)

	d.put(t, "errors", 1)
	d.pass(t, 2, 1)
	got := d.caller.next(t)
	require.Equal(t, "lambda Invoke", got.operation)
	require.Equal(t, "Event", got.in["InvocationType"])
	payload, err := base64.StdEncoding.DecodeString(got.in["Payload"].(string))
	require.NoError(t, err)
	var event struct {
		Source    string
		AlarmArn  string
		AlarmData struct {
			AlarmName            string
			State, PreviousState struct{ Value, Reason string }
		}
	}
	require.NoError(t, json.Unmarshal(payload, &event))
	require.Equal(t, "aws.cloudwatch", event.Source)
	require.Equal(t, "OK", event.AlarmData.State.Value)
	require.Equal(t, "INSUFFICIENT_DATA", event.AlarmData.PreviousState.Value)

	d.put(t, "errors", 3, 4)
	d.pass(t, 1, 1)
	state, _ = d.state(t, "errors")
	require.Equal(t, "OK", state) // one of three
	d.put(t, "errors", 9)
	d.pass(t, 1, 1)
	got = d.caller.next(t)
	require.Equal(t, "sns Publish", got.operation)
	require.Equal(t, api.Scope{Region: "us-east-1", Account: "000000000000"}, got.scope)
	require.Equal(t, topic, got.in["TopicArn"])
	require.Equal(t, `ALARM: "errors" in US East (N. Virginia)`, got.in["Subject"])
	var message map[string]any
	require.NoError(t, json.Unmarshal([]byte(got.in["Message"].(string)), &message))
	require.Equal(t, "ALARM", message["NewStateValue"])
	require.Equal(t, "OK", message["OldStateValue"])
	require.Equal(t, "US East (N. Virginia)", message["Region"])
	require.Equal(t, "2024-05-01T12:03:05.000+0000", message["StateChangeTime"])
	require.Equal(t, "Threshold Crossed: 2 out of the last 3 datapoints "+
		"[9.0 (01/05/24 12:02:00), 7.0 (01/05/24 12:01:00)] were greater than the threshold (5.0) "+
		"(minimum 2 datapoints for OK -> ALARM transition).", message["NewStateReason"])
	trigger := message["Trigger"].(map[string]any)
	require.Equal(t, "errors", trigger["MetricName"])
	require.Equal(t, "SUM", trigger["Statistic"])
	require.Equal(t, "Statistic", trigger["StatisticType"])
	require.InDelta(t, 5, trigger["Threshold"], 0)
	require.Nil(t, trigger["Unit"])

	for range 3 {
		d.put(t, "errors", 0)
		d.pass(t, 1, 1)
	}
	require.Equal(t, "lambda Invoke", d.caller.next(t).operation)
	require.Empty(t, d.caller.calls) // an action is for a change of state, not for an evaluation
	history := d.call(t, "DescribeAlarmHistory", map[string]any{"AlarmName": "errors", "HistoryItemType": "StateUpdate"})
	var changes []string
	for _, item := range history["AlarmHistoryItems"].([]any) {
		changes = append(changes, item.(map[string]any)["HistorySummary"].(string))
	}
	require.Equal(t, []string{
		"Alarm updated from ALARM to OK", "Alarm updated from OK to ALARM", "Alarm updated from INSUFFICIENT_DATA to OK",
	}, changes)
}

func TestMissingDataOfAnAlarm(t *testing.T) {
	d := alone(t)
	for treat, want := range map[string]string{
		"missing": "INSUFFICIENT_DATA", "ignore": "OK", "breaching": "ALARM", "notBreaching": "OK",
	} {
		d.call(t, "PutMetricAlarm", errors5(map[string]any{"AlarmName": treat, "TreatMissingData": treat}))
		defer func() {
			state, _ := d.state(t, treat)
			require.Equal(t, want, state, treat)
		}()
	}
	d.put(t, "errors", 1)
	d.pass(t, 9, 4)
}

func TestAnAlarmOnMetricMathWithHighResolution(t *testing.T) {
	d := alone(t)
	stat := func(id, name string) map[string]any {
		return map[string]any{"Id": id, "ReturnData": false, "MetricStat": map[string]any{
			"Metric": map[string]any{"Namespace": "shop", "MetricName": name}, "Period": 10, "Stat": "Sum",
		}}
	}
	d.call(t, "PutMetricAlarm", map[string]any{
		"AlarmName": "rate", "EvaluationPeriods": 1, "Threshold": 0.5, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
		"AlarmActions": []string{topic}, "TreatMissingData": "notBreaching",
		"Metrics": []any{stat("bad", "bad"), stat("all", "all"), map[string]any{"Id": "rate", "Expression": "bad/all"}},
	})
	for name, v := range map[string]float64{"bad": 3, "all": 4} {
		d.call(t, "PutMetricData", map[string]any{"Namespace": "shop", "MetricData": []any{
			map[string]any{"MetricName": name, "Value": v, "StorageResolution": 1},
		}})
	}
	require.NoError(t, d.clock.BlockUntilContext(ctx, 1))
	d.clock.Advance(11 * time.Second)
	require.Equal(t, "sns Publish", d.caller.next(t).operation)
	_, reason := d.state(t, "rate")
	require.Equal(t, "Threshold Crossed: 1 datapoint [0.75 (01/05/24 12:00:00)] was greater than or equal to "+
		"the threshold (0.5).", reason)
}

func TestStatesAndActionsByHand(t *testing.T) {
	d := alone(t)
	d.caller.err = errors.New("no such topic")
	d.call(t, "PutMetricAlarm", errors5(nil))
	set := func(state string) {
		d.call(t, "SetAlarmState", map[string]any{"AlarmName": "errors", "StateValue": state, "StateReason": "a drill"})
	}
	d.call(t, "DisableAlarmActions", map[string]any{"AlarmNames": []string{"errors"}})
	set("ALARM")
	d.call(t, "EnableAlarmActions", map[string]any{"AlarmNames": []string{"errors"}})
	set("OK")
	require.Equal(t, "lambda Invoke", d.caller.next(t).operation) // the one with actions enabled
	require.Eventually(t, func() bool {
		out := d.call(t, "DescribeAlarmHistory", map[string]any{"HistoryItemType": "Action"})["AlarmHistoryItems"].([]any)
		return len(out) == 1 &&
			out[0].(map[string]any)["HistorySummary"] == "Failed to execute action "+function
	}, 5*time.Second, time.Millisecond)
	d.call(t, "DeleteAlarms", map[string]any{"AlarmNames": []string{"errors"}})
	_, err := awstest.Call(ctx, d, "DeleteAlarms", map[string]any{"AlarmNames": []string{"errors"}})
	wantError(t, err, "ResourceNotFound", "errors")
	_, err = awstest.Call(ctx, d, "SetAlarmState", map[string]any{"AlarmName": "errors", "StateValue": "OK"})
	wantError(t, err, "ResourceNotFound", "errors")
}

func TestAlarmsThatAreRefused(t *testing.T) {
	d := alone(t)
	for name, tc := range map[string]struct {
		change  map[string]any
		message string
	}{
		"no name":      {map[string]any{"AlarmName": ""}, "alarmName"},
		"no periods":   {map[string]any{"EvaluationPeriods": nil}, "EvaluationPeriods is required"},
		"M above N":    {map[string]any{"DatapointsToAlarm": 4}, "DatapointsToAlarm"},
		"no threshold": {map[string]any{"Threshold": nil}, "Threshold is required"},
		"comparison":   {map[string]any{"ComparisonOperator": "GreaterThanUpperThreshold"}, "anomaly detection"},
		"treatment":    {map[string]any{"TreatMissingData": "shrug"}, "TreatMissingData"},
		"action":       {map[string]any{"AlarmActions": []string{"arn:aws:automate:us-east-1:ec2:stop"}}, "is not supported"},
		"statistic":    {map[string]any{"Statistic": "Median"}, "Median"},
		"two kinds":    {map[string]any{"ExtendedStatistic": "p99"}, "Either Statistic or ExtendedStatistic"},
		"period":       {map[string]any{"Period": 45}, "multiple of 60"},
		"long":         {map[string]any{"EvaluationPeriods": 1500, "DatapointsToAlarm": 2}, "more than a day"},
		"promql": {map[string]any{"EvaluationCriteria": map[string]any{"PromQLCriteria": map[string]any{}}},
			"EvaluationCriteria is not supported"},
	} {
		_, err := awstest.Call(ctx, d, "PutMetricAlarm", errors5(tc.change))
		require.ErrorContains(t, err, tc.message, name)
	}
	require.Empty(t, d.call(t, "DescribeAlarms", struct{}{})["MetricAlarms"])
}
