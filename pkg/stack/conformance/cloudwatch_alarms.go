package conformance

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

var cloudwatchAlarms = []Case{
	{"a new alarm is described as it was made, and knows nothing yet", func(t *testing.T, e *Env) {
		a := e.describeAlarm(t, e.alarm(t, nil))
		equal(t, "state", a.StateValue, types.StateValueInsufficientData)
		equal(t, "threshold", *a.Threshold, 5)
		equal(t, "periods", *a.EvaluationPeriods, 3)
		equal(t, "datapoints", *a.DatapointsToAlarm, 2)
		equal(t, "operator", a.ComparisonOperator, types.ComparisonOperatorGreaterThanThreshold)
		equal(t, "actions enabled", *a.ActionsEnabled, true)
	}},
	{"an alarm's state can be set", func(t *testing.T, e *Env) {
		name := e.alarm(t, nil)
		e.setAlarm(t, name, types.StateValueOk)
		a := e.describeAlarm(t, name)
		equal(t, "state", a.StateValue, types.StateValueOk)
		equal(t, "reason", *a.StateReason, "a drill")
	}},
	{"an alarm that goes off tells its topic", func(t *testing.T, e *Env) {
		queue := e.queue(t, nil)
		topic := *ok(e.SNS.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: str(e.Name())}))(t).TopicArn
		arn := e.arn(t, queue)
		e.setAttributes(t, queue, attrs{"Policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` +
			`{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"` + arn + `"}]}`})
		ok(e.SNS.Subscribe(t.Context(), &sns.SubscribeInput{
			TopicArn: &topic, Protocol: str("sqs"), Endpoint: &arn, Attributes: attrs{"RawMessageDelivery": "true"},
		}))(t)
		name := e.alarm(t, func(in *cloudwatch.PutMetricAlarmInput) { in.AlarmActions = []string{topic} })
		e.setAlarm(t, name, types.StateValueAlarm)
		var got struct{ AlarmName, NewStateValue, OldStateValue, NewStateReason string }
		must(t, json.Unmarshal([]byte(*e.one(t, queue).Body), &got))
		equal(t, "alarm", got.AlarmName, name)
		equal(t, "new state", got.NewStateValue, "ALARM")
		equal(t, "old state", got.OldStateValue, "INSUFFICIENT_DATA")
		equal(t, "reason", got.NewStateReason, "a drill")
	}},
	{"an alarm's actions can be disabled and enabled", func(t *testing.T, e *Env) {
		name := e.alarm(t, nil)
		ok(e.Metrics.DisableAlarmActions(t.Context(), &cloudwatch.DisableAlarmActionsInput{AlarmNames: []string{name}}))(t)
		equal(t, "actions enabled", *e.describeAlarm(t, name).ActionsEnabled, false)
		ok(e.Metrics.EnableAlarmActions(t.Context(), &cloudwatch.EnableAlarmActionsInput{AlarmNames: []string{name}}))(t)
		equal(t, "actions enabled", *e.describeAlarm(t, name).ActionsEnabled, true)
	}},
	{"alarms are found by prefix", func(t *testing.T, e *Env) {
		name := e.alarm(t, nil)
		out := ok(e.Metrics.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: &name}))(t)
		found := false
		for _, a := range out.MetricAlarms {
			found = found || *a.AlarmName == name
		}
		equal(t, "found", found, true)
	}},
	{"a deleted alarm is gone", func(t *testing.T, e *Env) {
		name := e.alarm(t, nil)
		ok(e.Metrics.DeleteAlarms(t.Context(), &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{name}}))(t)
		out := ok(e.Metrics.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{name}}))(t)
		equal(t, "alarms", len(out.MetricAlarms), 0)
	}},
	{"setting the state of a missing alarm is ResourceNotFound", func(t *testing.T, e *Env) {
		fails1(e.Metrics.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
			AlarmName: str(e.Name()), StateValue: types.StateValueOk, StateReason: str("a drill"),
		}))(t, "ResourceNotFound")
	}},
}
