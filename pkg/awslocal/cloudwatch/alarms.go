package cloudwatch

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"
)

type tag struct{ Key, Value string }

func (s *Service) putMetricAlarm(a *account, in *struct {
	alarmConfig
	Tags              []tag
	ThresholdMetricId string
	EvaluationWindow  *struct {
		WallClockWindow *struct{ Timezone string }
	}
	WarmUpConfiguration *struct{ WarmUpPeriodDurationInMinutes int }
	EvaluationCriteria  *struct{ PromQLCriteria *struct{ Query string } }
	EvaluationInterval  *int
}) (any, error) {
	for name, given := range map[string]bool{
		"ThresholdMetricId":   in.ThresholdMetricId != "",
		"WallClockWindow":     in.EvaluationWindow != nil && in.EvaluationWindow.WallClockWindow != nil,
		"WarmUpConfiguration": in.WarmUpConfiguration != nil, "EvaluationCriteria": in.EvaluationCriteria != nil,
		"EvaluationInterval": in.EvaluationInterval != nil,
	} {
		if given {
			return nil, validation("The parameter %s is not supported by the embedded AWS.", name)
		}
	}
	al := &alarm{alarmConfig: in.alarmConfig}
	if err := al.check(); err != nil {
		return nil, err
	}
	now := s.now()
	al.arn, al.updated, al.tags = a.alarmARN(in.AlarmName), now, map[string]string{}
	old := a.alarms[in.AlarmName]
	if old == nil {
		if len(a.alarms) >= maxAlarms {
			return nil, exceeded("The quota for alarms of %d is exceeded.", maxAlarms)
		}
		al.state, al.reason, al.stateSince, al.transition = stateUnknown, "Unchecked: Initial alarm creation", now, now
		for _, t := range in.Tags {
			al.tags[t.Key] = t.Value
		}
	} else { // the state outlives an update
		al.state, al.reason, al.data, al.tags = old.state, old.reason, old.data, old.tags
		al.stateSince, al.transition = old.stateSince, old.transition
		old.timer.Stop()
	}
	a.alarms[in.AlarmName] = al
	s.note(a, al, "ConfigurationUpdate", "Alarm \""+al.AlarmName+"\" "+map[bool]string{
		true: "created", false: "updated",
	}[old == nil], al.alarmConfig)
	s.schedule(a, al)
	return nil, nil
}

// An alarm is evaluated each minute, or each ten seconds if its period is less than a minute, a little after the last
// period's end, so that a client has time to put its data.
const (
	evaluation     = time.Minute
	fastEvaluation = 10 * time.Second
	settling       = 5 * time.Second
	fastSettling   = time.Second
)

func (al *alarm) pace() (every, after time.Duration) {
	if al.period() < minute {
		return fastEvaluation, fastSettling
	}
	return evaluation, settling
}

// schedule sets the timer of the next evaluation. The lock is held.
func (s *Service) schedule(a *account, al *alarm) {
	if s.closed {
		al.timer = stopped{}
		return
	}
	every, after := al.pace()
	now := s.clock.Now()
	next := now.Add(-after).Truncate(every).Add(every + after)
	al.timer = s.clock.AfterFunc(next.Sub(now), func() {
		s.background("evaluation", func() { s.evaluate(a, al) })
	})
}

// stopped is the timer of an alarm that was put while the service closed.
type stopped struct{ clockwork.Timer }

func (stopped) Stop() bool { return false }

// background runs work that Close waits for. It does nothing after Close.
func (s *Service) background(name string, work func()) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.wg.Add(1)
	s.mu.Unlock()
	defer s.wg.Done()
	s.guard.Run(name, work)
}

func (s *Service) describeAlarms(a *account, in *struct {
	AlarmNames, AlarmTypes                               []string
	AlarmNamePrefix, StateValue, ActionPrefix, NextToken string
	ChildrenOfAlarmName, ParentsOfAlarmName              string
	MaxRecords                                           *int
}) (any, error) {
	if len(in.AlarmNames) > 0 && in.AlarmNamePrefix != "" {
		return nil, validation("AlarmNamePrefix and AlarmNames are mutually exclusive.")
	}
	if in.ChildrenOfAlarmName != "" || in.ParentsOfAlarmName != "" {
		return nil, validation("Composite alarms are not supported by the embedded AWS.")
	}
	size, err := pageSize(in.MaxRecords, alarmsPage)
	if err != nil {
		return nil, err
	}
	if len(in.AlarmNames) > 0 {
		size = maxPage
	}
	wanted := len(in.AlarmTypes) == 0 || slices.Contains(in.AlarmTypes, "MetricAlarm")
	names, next, err := page(a.alarms, in.NextToken, size, func(al *alarm) bool {
		return wanted && (len(in.AlarmNames) == 0 || slices.Contains(in.AlarmNames, al.AlarmName)) &&
			strings.HasPrefix(al.AlarmName, in.AlarmNamePrefix) && (in.StateValue == "" || al.state == in.StateValue) &&
			(in.ActionPrefix == "" || al.hasAction(in.ActionPrefix))
	})
	if err != nil {
		return nil, err
	}
	out := struct {
		MetricAlarms    []alarmShape
		CompositeAlarms []struct{}
		NextToken       string `json:",omitempty"`
	}{[]alarmShape{}, []struct{}{}, next}
	for _, name := range names {
		out.MetricAlarms = append(out.MetricAlarms, a.alarms[name].shape())
	}
	return out, nil
}

func (al *alarm) hasAction(prefix string) bool {
	return slices.ContainsFunc(slices.Concat(al.OKActions, al.AlarmActions, al.InsufficientDataActions),
		func(action string) bool { return strings.HasPrefix(action, prefix) })
}

func (s *Service) describeAlarmsForMetric(a *account, in *struct {
	metric
	Statistic, ExtendedStatistic, Unit string
	Period                             *int
}) (any, error) {
	out := struct{ MetricAlarms []alarmShape }{[]alarmShape{}}
	for _, name := range slices.Sorted(maps.Keys(a.alarms)) {
		al := a.alarms[name]
		of := metric{al.Namespace, al.MetricName, al.Dimensions}
		if of.key() == in.key() && (in.Statistic == "" || in.Statistic == al.Statistic) &&
			(in.ExtendedStatistic == "" || in.ExtendedStatistic == al.ExtendedStatistic) &&
			(in.Unit == "" || in.Unit == al.Unit) && (in.Period == nil || al.Period != nil && *in.Period == *al.Period) {
			out.MetricAlarms = append(out.MetricAlarms, al.shape())
		}
	}
	return out, nil
}

// named is the input of operations on some alarms.
type named struct{ AlarmNames []string }

// deleteAlarms deletes all or, if one is missing, none.
func (s *Service) deleteAlarms(a *account, in *named) (any, error) {
	for _, name := range in.AlarmNames {
		if a.alarms[name] == nil {
			return nil, notFound("[" + name + "]")
		}
	}
	for _, name := range in.AlarmNames {
		if al := a.alarms[name]; al != nil {
			al.timer.Stop()
			delete(a.alarms, name)
			s.note(a, al, "ConfigurationUpdate", "Alarm \""+name+"\" deleted", al.alarmConfig)
		}
	}
	return nil, nil
}

func (s *Service) enableAlarmActions(a *account, in *named) (any, error) {
	return s.setEnabled(a, in, true)
}

func (s *Service) disableAlarmActions(a *account, in *named) (any, error) {
	return s.setEnabled(a, in, false)
}

// setEnabled ignores alarms that are not there, as AWS does.
func (s *Service) setEnabled(a *account, in *named, enabled bool) (any, error) {
	for _, name := range in.AlarmNames {
		if al := a.alarms[name]; al != nil {
			al.ActionsEnabled, al.updated = &enabled, s.now()
		}
	}
	return nil, nil
}

// setAlarmState sets a state until the next evaluation, with its actions.
func (s *Service) setAlarmState(a *account, in *struct {
	AlarmName, StateValue, StateReason, StateReasonData string
}) (any, error) {
	al := a.alarms[in.AlarmName]
	switch {
	case al == nil:
		return nil, notFound(in.AlarmName)
	case in.StateValue != stateOK && in.StateValue != stateAlarm && in.StateValue != stateUnknown:
		return nil, member(in.StateValue, "stateValue", "satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]")
	case len(in.StateReason) > 1023:
		return nil, member(in.StateReason[:20]+"…", "stateReason", "have length less than or equal to 1023")
	case in.StateReasonData != "" && !json.Valid([]byte(in.StateReasonData)):
		return nil, fail("InvalidFormatFault", "InvalidFormat", "TemplateBody: StateReasonData is not valid JSON.")
	}
	s.become(a, al, in.StateValue, in.StateReason, in.StateReasonData)
	return nil, nil
}

func (s *Service) tagResource(a *account, in *struct {
	ResourceARN string
	Tags        []tag
}) (any, error) {
	al := a.alarmOf(in.ResourceARN)
	if al == nil {
		return nil, unknownResource(in.ResourceARN)
	}
	after := maps.Clone(al.tags)
	for _, t := range in.Tags {
		after[t.Key] = t.Value
	}
	if len(after) > 50 {
		return nil, invalid("The maximum number of tags for a resource is 50.")
	}
	al.tags = after
	return struct{}{}, nil
}

func (s *Service) untagResource(a *account, in *struct {
	ResourceARN string
	TagKeys     []string
}) (any, error) {
	al := a.alarmOf(in.ResourceARN)
	if al == nil {
		return nil, unknownResource(in.ResourceARN)
	}
	for _, key := range in.TagKeys {
		delete(al.tags, key)
	}
	return struct{}{}, nil
}

func (s *Service) listTagsForResource(a *account, in *struct{ ResourceARN string }) (any, error) {
	al := a.alarmOf(in.ResourceARN)
	if al == nil {
		return nil, unknownResource(in.ResourceARN)
	}
	out := struct{ Tags []tag }{[]tag{}}
	for _, key := range slices.Sorted(maps.Keys(al.tags)) {
		out.Tags = append(out.Tags, tag{key, al.tags[key]})
	}
	return out, nil
}
