package scheduler

import (
	"math/rand/v2"
	"strings"
	"time"
	_ "time/tzdata" // time zones wherever it runs

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/schedule"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

// config is what a client says of a schedule.
type config struct {
	Name                       string
	GroupName                  string
	ScheduleExpression         string
	ScheduleExpressionTimezone string
	StartDate                  *wire.Time `json:",omitempty"`
	EndDate                    *wire.Time `json:",omitempty"`
	Description                string     `json:",omitempty"`
	State                      string
	KmsKeyArn                  string `json:",omitempty"`
	Target                     *target
	FlexibleTimeWindow         *window
	ActionAfterCompletion      string
}

type window struct {
	Mode                   string
	MaximumWindowInMinutes *int `json:",omitempty"`
}

// entry is a schedule.
type entry struct {
	config
	arn               string
	created, modified time.Time
	due               *schedule.Schedule
	timer             clockwork.Timer
}

func (x *entry) disarm() {
	if x.timer != nil {
		x.timer.Stop()
		x.timer = nil
	}
}

// check validates the configuration and fills in what it leaves out.
func (c *config) check() (*schedule.Schedule, error) {
	if err := checkName(c.Name, "name"); err != nil {
		return nil, err
	}
	set := func(to *string, standard string) {
		if *to == "" {
			*to = standard
		}
	}
	set(&c.GroupName, "default")
	set(&c.ScheduleExpressionTimezone, "UTC")
	set(&c.State, "ENABLED")
	set(&c.ActionAfterCompletion, "NONE")
	zone, err := time.LoadLocation(c.ScheduleExpressionTimezone)
	if err != nil || c.ScheduleExpressionTimezone == "Local" {
		return nil, invalid("Invalid ScheduleExpressionTimezone %s.", c.ScheduleExpressionTimezone)
	}
	due, err := schedule.Parse(c.ScheduleExpression, zone)
	w := c.FlexibleTimeWindow
	switch {
	case err != nil:
		return nil, invalid("Invalid Schedule Expression %s.", c.ScheduleExpression)
	case c.State != "ENABLED" && c.State != "DISABLED":
		return nil, invalid("The state %s is not ENABLED or DISABLED.", c.State)
	case c.ActionAfterCompletion != "NONE" && c.ActionAfterCompletion != "DELETE":
		return nil, invalid("ActionAfterCompletion %s is not NONE or DELETE.", c.ActionAfterCompletion)
	case len(c.Description) > 512:
		return nil, invalid("The description is longer than 512 characters.")
	case w == nil || w.Mode != "OFF" && w.Mode != "FLEXIBLE":
		return nil, invalid("FlexibleTimeWindow must have the mode OFF or FLEXIBLE.")
	case w.Mode == "OFF" && w.MaximumWindowInMinutes != nil:
		return nil, invalid("MaximumWindowInMinutes must not be set if the flexible time window is OFF.")
	case w.Mode == "FLEXIBLE" && (w.MaximumWindowInMinutes == nil ||
		*w.MaximumWindowInMinutes < 1 || *w.MaximumWindowInMinutes > 1440):
		return nil, invalid("MaximumWindowInMinutes must be between 1 and 1440.")
	case c.StartDate != nil && c.EndDate != nil && !c.EndDate.After(c.StartDate.Time):
		return nil, invalid("The EndDate must be after the StartDate.")
	case c.Target == nil:
		return nil, invalid("The target is required.")
	}
	return due, c.Target.check()
}

// next returns the first time due after another, within the schedule's dates.
func (x *entry) next(after time.Time) (time.Time, bool) {
	since := x.created
	if start := x.StartDate; start != nil && !x.due.Once() {
		since = start.Time
		if after.Before(start.Time) {
			after = start.Add(-time.Nanosecond) // what is due at the start counts
		}
		if strings.HasPrefix(x.ScheduleExpression, "rate") && after.Before(start.Time) {
			return start.Time, x.EndDate == nil || start.Before(x.EndDate.Time)
		}
	}
	at, ok := x.due.Next(after, since)
	if end := x.EndDate; end != nil && !x.due.Once() && at.After(end.Time) {
		return time.Time{}, false
	}
	return at, ok
}

// arm sets the timer of the next invocation after a time. A schedule that is complete is deleted if it says so. The
// lock is held.
func (s *Service) arm(a *account, g *group, x *entry, after time.Time) {
	x.disarm()
	if s.closed || x.State != "ENABLED" {
		return
	}
	at, ok := x.next(after)
	if !ok {
		if x.ActionAfterCompletion == "DELETE" {
			delete(g.schedules, x.Name)
		}
		return
	}
	s.number++
	number, wait := s.number, at.Sub(s.clock.Now())
	if w := x.FlexibleTimeWindow.MaximumWindowInMinutes; w != nil {
		within := rand.New(rand.NewPCG(number, 0)).Float64()
		wait += time.Duration(within * float64(time.Duration(*w)*time.Minute))
	}
	x.timer = s.clock.AfterFunc(max(0, wait), func() {
		s.background("schedule", func() { s.fire(a, g, x, at, number) })
	})
}

// fire invokes the target for a time and waits for the next one.
func (s *Service) fire(a *account, g *group, x *entry, at time.Time, number uint64) {
	s.mu.Lock()
	if a.groups[g.name] != g || g.schedules[x.Name] != x || x.State != "ENABLED" {
		s.mu.Unlock()
		return // while the timer ran out
	}
	n := newInvocation(a, x, at, number)
	s.arm(a, g, x, at)
	s.mu.Unlock()
	s.attempt(n)
}

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
