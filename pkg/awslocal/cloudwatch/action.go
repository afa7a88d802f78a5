package cloudwatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

var errNoCaller = errors.New("no way to reach other services was configured")

// checkActions accepts topics and functions.
func checkActions(actions []string) error {
	if len(actions) > maxActions {
		return validation("The collection of actions must not have a size greater than %d.", maxActions)
	}
	for _, action := range actions {
		parts := strings.SplitN(action, ":", 6)
		switch {
		case len(parts) != 6 || parts[0] != "arn":
			return validation("Invalid arn syntax: %s", action)
		case parts[2] != "sns" && parts[2] != "lambda":
			return validation("The action %s is not supported by the embedded AWS: actions are SNS topics and Lambda functions.",
				action)
		}
	}
	return nil
}

// become changes an alarm's state and starts its actions. The lock is held.
func (s *Service) become(a *account, al *alarm, state, reason, data string) {
	now := s.now()
	before := al.snapshot()
	al.reason, al.data, al.stateSince = reason, data, now
	if state == al.state {
		return
	}
	al.state, al.transition = state, now
	after := al.snapshot()
	s.note(a, al, "StateUpdate", fmt.Sprintf("Alarm updated from %s to %s", before.Value, after.Value), map[string]any{
		"version": "1.0", "oldState": before, "newState": after,
	})
	if !al.enabled() {
		return
	}
	actions := map[string][]string{
		stateOK: al.OKActions, stateAlarm: al.AlarmActions, stateUnknown: al.InsufficientDataActions,
	}[state]
	for _, action := range actions {
		n := notice{alarm: al.alarmConfig, arn: al.arn, updated: al.updated, scope: a.scope, before: before, after: after}
		n.queries, n.watched = al.queries, al.watched
		go s.background("action", func() { s.act(a, al, action, &n) })
	}
}

// state is an alarm's state in messages.
type state struct {
	Value     string          `json:"value"`
	Reason    string          `json:"reason"`
	Data      json.RawMessage `json:"-"`
	Timestamp time.Time       `json:"-"`
}

func (al *alarm) snapshot() state {
	return state{al.state, al.reason, json.RawMessage(al.data), al.stateSince}
}

// notice is what an action tells.
type notice struct {
	alarm         alarmConfig
	arn           string
	updated       time.Time
	scope         api.Scope
	before, after state
	queries       []query
	watched       string
}

// act carries out one action. One that fails is in the alarm's history.
func (s *Service) act(a *account, al *alarm, action string, n *notice) {
	parts := strings.SplitN(action, ":", 6)
	ctx := api.WithScope(s.ctx, api.Scope{Region: parts[3], Account: parts[4]})
	err := errNoCaller
	if s.caller != nil {
		if parts[2] == "sns" {
			err = s.caller.Invoke(ctx, "sns", "Publish", struct{ TopicArn, Subject, Message string }{
				action, n.subject(), n.message(),
			}, nil)
		} else {
			err = s.caller.Invoke(ctx, "lambda", "Invoke", struct {
				FunctionName, InvocationType string
				Payload                      []byte
			}{action, "Event", n.event()}, nil)
		}
	}
	summary, failure := "Successfully executed action "+action, ""
	if err != nil {
		summary, failure = "Failed to execute action "+action, err.Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(a, al, "Action", summary, map[string]any{
		"actionState": map[bool]string{true: "Succeeded", false: "Failed"}[err == nil], "notificationResource": action,
		"stateUpdateTimestamp": n.after.Timestamp.UnixMilli(), "error": failure,
	})
}

// regions are the names that messages have for regions; others keep their code.
var regions = map[string]string{
	"us-east-1": "US East (N. Virginia)", "us-east-2": "US East (Ohio)", "us-west-1": "US West (N. California)",
	"us-west-2": "US West (Oregon)", "eu-west-1": "EU (Ireland)", "eu-central-1": "EU (Frankfurt)",
	"ap-northeast-1": "Asia Pacific (Tokyo)", "ap-southeast-1": "Asia Pacific (Singapore)",
}

func (n *notice) region() string {
	if name := regions[n.scope.Region]; name != "" {
		return name
	}
	return n.scope.Region
}

func (n *notice) subject() string {
	subject := fmt.Sprintf("%s: %q in %s", n.after.Value, n.alarm.AlarmName, n.region())
	return subject[:min(len(subject), 100)]
}

// message is what a topic gets.
func (n *notice) message() string {
	c := &n.alarm
	trigger := map[string]any{
		"Period": c.Period, "EvaluationPeriods": c.EvaluationPeriods, "DatapointsToAlarm": c.needed(),
		"ComparisonOperator": c.ComparisonOperator, "Threshold": c.Threshold, "TreatMissingData": c.TreatMissingData,
		"EvaluateLowSampleCountPercentile": c.EvaluateLowSampleCountPercentile,
	}
	if len(c.Metrics) > 0 {
		trigger["Metrics"] = c.Metrics
	} else {
		dimensions := []map[string]string{}
		for _, d := range c.Dimensions {
			dimensions = append(dimensions, map[string]string{"name": d.Name, "value": d.Value})
		}
		trigger["MetricName"], trigger["Namespace"], trigger["Dimensions"] = c.MetricName, c.Namespace, dimensions
		trigger["StatisticType"], trigger["Statistic"] = "Statistic", strings.ToUpper(c.Statistic)
		if c.Statistic == "" {
			delete(trigger, "Statistic")
			trigger["StatisticType"], trigger["ExtendedStatistic"] = "ExtendedStatistic", c.ExtendedStatistic
		}
		trigger["Unit"] = nil
		if c.Unit != "" {
			trigger["Unit"] = c.Unit
		}
	}
	list := func(actions []string) []string { return append([]string{}, actions...) }
	text, _ := json.Marshal(struct { // all of it always marshals
		AlarmName, AlarmDescription, AWSAccountId, AlarmConfigurationUpdatedTimestamp   string
		NewStateValue, NewStateReason, StateChangeTime, Region, AlarmArn, OldStateValue string
		OKActions, AlarmActions, InsufficientDataActions                                []string
		Trigger                                                                         map[string]any
	}{
		c.AlarmName, c.AlarmDescription, n.scope.Account, n.updated.Format(messageTime),
		n.after.Value, n.after.Reason, n.after.Timestamp.Format(messageTime), n.region(), n.arn, n.before.Value,
		list(c.OKActions), list(c.AlarmActions), list(c.InsufficientDataActions), trigger,
	})
	return string(text)
}

// event is what a function gets.
func (n *notice) event() []byte {
	states := map[string]any{}
	for name, s := range map[string]state{"state": n.after, "previousState": n.before} {
		states[name] = map[string]any{
			"value": s.Value, "reason": s.Reason, "reasonData": string(s.Data), "timestamp": s.Timestamp.Format(messageTime),
		}
	}
	metrics := []map[string]any{}
	for i := range n.queries {
		q := &n.queries[i]
		m := map[string]any{"id": q.Id, "returnData": q.Id == n.watched}
		if q.MetricStat != nil {
			dimensions := map[string]string{}
			for _, d := range q.MetricStat.Metric.Dimensions {
				dimensions[d.Name] = d.Value
			}
			m["metricStat"] = map[string]any{
				"metric": map[string]any{
					"namespace": q.MetricStat.Metric.Namespace, "name": q.MetricStat.Metric.MetricName, "dimensions": dimensions,
				},
				"period": q.MetricStat.Period, "stat": q.MetricStat.Stat,
			}
		} else {
			m["expression"] = q.Expression
		}
		metrics = append(metrics, m)
	}
	raw, _ := json.Marshal(map[string]any{ // all of it always marshals
		"source": "aws.cloudwatch", "alarmArn": n.arn, "accountId": n.scope.Account, "region": n.scope.Region,
		"time": n.after.Timestamp.Format(messageTime),
		"alarmData": map[string]any{
			"alarmName": n.alarm.AlarmName, "state": states["state"], "previousState": states["previousState"],
			"configuration": map[string]any{"description": n.alarm.AlarmDescription, "metrics": metrics},
		},
	})
	return raw
}
