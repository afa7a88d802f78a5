package conformance

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

// scheduleRole is a role that no emulator looks up.
const scheduleRole = "arn:aws:iam::000000000000:role/crashlab-conformance"

// schedule makes a schedule that sends to a queue.
func (e *Env) schedule(
	t *testing.T, queue, expression string, change func(*scheduler.CreateScheduleInput),
) (name string, err error) {
	t.Helper()
	name = e.Name()
	arn := e.arn(t, queue)
	in := &scheduler.CreateScheduleInput{
		Name: &name, ScheduleExpression: &expression,
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		Target:             &types.Target{Arn: &arn, RoleArn: str(scheduleRole), Input: str(`{"n":1}`)},
	}
	if change != nil {
		change(in)
	}
	_, err = e.Schedules.CreateSchedule(t.Context(), in)
	return name, err
}

// scheduleGroup makes a group.
func (e *Env) scheduleGroup(t *testing.T) string {
	t.Helper()
	name := e.Name()
	ok(e.Schedules.CreateScheduleGroup(t.Context(), &scheduler.CreateScheduleGroupInput{Name: &name}))(t)
	return name
}

// atOnce is a one-time schedule that is due in two seconds.
func atOnce() string {
	return "at(" + time.Now().UTC().Add(2*time.Second).Format("2006-01-02T15:04:05") + ")"
}

var schedulerSchedules = []Case{
	{"a schedule is described as it was made", func(t *testing.T, e *Env) {
		queue := e.queue(t, nil)
		name := ok(e.schedule(t, queue, "cron(30 2 * * ? *)", func(in *scheduler.CreateScheduleInput) {
			in.ScheduleExpressionTimezone = str("Europe/Berlin")
		}))(t)
		out := ok(e.Schedules.GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: &name}))(t)
		equal(t, "expression", *out.ScheduleExpression, "cron(30 2 * * ? *)")
		equal(t, "time zone", *out.ScheduleExpressionTimezone, "Europe/Berlin")
		equal(t, "state", out.State, types.ScheduleStateEnabled)
		equal(t, "group", *out.GroupName, "default")
		equal(t, "target", *out.Target.Arn, e.arn(t, queue))
		equal(t, "input", *out.Target.Input, `{"n":1}`)
	}},
	{"an update replaces the schedule", func(t *testing.T, e *Env) {
		queue := e.queue(t, nil)
		name := ok(e.schedule(t, queue, "rate(1 hour)", func(in *scheduler.CreateScheduleInput) {
			in.Description = str("hourly")
		}))(t)
		arn := e.arn(t, queue)
		ok(e.Schedules.UpdateSchedule(t.Context(), &scheduler.UpdateScheduleInput{
			Name: &name, ScheduleExpression: str("rate(2 hours)"), State: types.ScheduleStateDisabled,
			FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
			Target:             &types.Target{Arn: &arn, RoleArn: str(scheduleRole)},
		}))(t)
		out := ok(e.Schedules.GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: &name}))(t)
		equal(t, "expression", *out.ScheduleExpression, "rate(2 hours)")
		equal(t, "state", out.State, types.ScheduleStateDisabled)
		if out.Description != nil && *out.Description != "" {
			t.Errorf("the description is still %q", *out.Description)
		}
	}},
	{"a group lists its schedules", func(t *testing.T, e *Env) {
		queue, group := e.queue(t, nil), e.scheduleGroup(t)
		name := ok(e.schedule(t, queue, "rate(1 hour)", func(in *scheduler.CreateScheduleInput) {
			in.GroupName = &group
		}))(t)
		out := ok(e.Schedules.ListSchedules(t.Context(), &scheduler.ListSchedulesInput{GroupName: &group}))(t)
		equal(t, "schedules", len(out.Schedules), 1)
		equal(t, "name", *out.Schedules[0].Name, name)
		ok(e.Schedules.DeleteSchedule(t.Context(), &scheduler.DeleteScheduleInput{Name: &name, GroupName: &group}))(t)
		fails1(e.Schedules.GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: &name, GroupName: &group}))(t, notFound)
	}},
	{"creating a schedule again is ConflictException", func(t *testing.T, e *Env) {
		queue := e.queue(t, nil)
		name := ok(e.schedule(t, queue, "rate(1 hour)", nil))(t)
		fails1(e.schedule(t, queue, "rate(1 hour)", func(in *scheduler.CreateScheduleInput) { in.Name = &name }))(t,
			"ConflictException")
	}},
	{"creating a group again is ConflictException", func(t *testing.T, e *Env) {
		name := e.scheduleGroup(t)
		fails1(e.Schedules.CreateScheduleGroup(t.Context(), &scheduler.CreateScheduleGroupInput{Name: &name}))(t,
			"ConflictException")
	}},
	{"a schedule of a missing group is ResourceNotFoundException", func(t *testing.T, e *Env) {
		fails1(e.schedule(t, e.queue(t, nil), "rate(1 hour)", func(in *scheduler.CreateScheduleInput) {
			in.GroupName = str(e.Name())
		}))(t, notFound)
	}},
	{"a malformed expression is ValidationException", func(t *testing.T, e *Env) {
		queue := e.queue(t, nil)
		for _, expression := range []string{"hourly", "rate(1 fortnight)", "cron(0 12 * *)", "at(tomorrow)"} {
			fails1(e.schedule(t, queue, expression, nil))(t, validation)
		}
	}},
	{"a one-time schedule sends its input to a queue", func(t *testing.T, e *Env) {
		queue := e.queue(t, nil)
		ok(e.schedule(t, queue, atOnce(), nil))(t)
		equal(t, "body", *e.one(t, queue).Body, `{"n":1}`)
	}},
	{"a disabled schedule sends nothing", func(t *testing.T, e *Env) {
		queue := e.queue(t, nil)
		ok(e.schedule(t, queue, atOnce(), func(in *scheduler.CreateScheduleInput) {
			in.State = types.ScheduleStateDisabled
		}))(t)
		never(t, 4*time.Second, "a message", func() bool { return len(e.receive(t, queue, 1)) > 0 })
	}},
}
