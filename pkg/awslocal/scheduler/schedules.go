package scheduler

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

func (s *Service) createSchedule(a *account, in *config) (any, error) {
	due, err := in.check()
	if err != nil {
		return nil, err
	}
	g, err := a.group(in.GroupName)
	if err != nil {
		return nil, err
	}
	now, count := s.now(), 0
	for _, other := range a.groups {
		count += len(other.schedules)
	}
	switch {
	case g.schedules[in.Name] != nil:
		return nil, fail("ConflictException", 409, "Schedule %s already exists.", in.Name)
	case count >= maxSchedules:
		return nil, fail("ServiceQuotaExceededException", 402, "The quota of %d schedules is exceeded.", maxSchedules)
	}
	x := &entry{config: *in, due: due, arn: a.arn("schedule/" + g.name + "/" + in.Name), created: now, modified: now}
	g.schedules[in.Name] = x
	s.arm(a, g, x, now)
	return struct{ ScheduleArn string }{x.arn}, nil
}

// updateSchedule replaces the whole configuration, as on AWS.
func (s *Service) updateSchedule(a *account, in *config) (any, error) {
	due, err := in.check()
	if err != nil {
		return nil, err
	}
	g, old, err := a.find(in.GroupName, in.Name)
	if err != nil {
		return nil, err
	}
	old.disarm()
	x := &entry{config: *in, due: due, arn: old.arn, created: old.created, modified: s.now()}
	g.schedules[in.Name] = x
	s.arm(a, g, x, x.modified)
	return struct{ ScheduleArn string }{x.arn}, nil
}

// ref is how operations name a schedule.
type ref struct {
	Name      string
	GroupName string `rest:"query=groupName"`
}

func (a *account) find(groupName, name string) (*group, *entry, error) {
	g, err := a.group(groupName)
	if err != nil {
		return nil, nil, err
	}
	if x := g.schedules[name]; x != nil {
		return g, x, nil
	}
	return nil, nil, missing("Schedule", name)
}

func (s *Service) getSchedule(a *account, in *ref) (any, error) {
	_, x, err := a.find(in.GroupName, in.Name)
	if err != nil {
		return nil, err
	}
	return struct {
		config
		Arn                                string
		CreationDate, LastModificationDate wire.Time
	}{x.config, x.arn, wire.Time{Time: x.created}, wire.Time{Time: x.modified}}, nil
}

func (s *Service) deleteSchedule(a *account, in *ref) (any, error) {
	g, x, err := a.find(in.GroupName, in.Name)
	if err != nil {
		return nil, err
	}
	x.disarm()
	delete(g.schedules, in.Name)
	return struct{}{}, nil
}

func (s *Service) listSchedules(a *account, in *struct {
	page
	GroupName string `rest:"query=ScheduleGroup"`
	State     string `rest:"query"`
}) (any, error) {
	type summary struct {
		Arn, Name, GroupName, State        string
		CreationDate, LastModificationDate wire.Time
		Target                             struct{ Arn string }
	}
	if in.GroupName != "" {
		if _, err := a.group(in.GroupName); err != nil {
			return nil, err
		}
	}
	byKey := map[string]*entry{}
	var keys []string
	for _, g := range a.groups {
		for _, x := range g.schedules {
			if (in.GroupName == "" || in.GroupName == g.name) && (in.State == "" || in.State == x.State) &&
				strings.HasPrefix(x.Name, in.NamePrefix) {
				key := g.name + "/" + x.Name
				byKey[key], keys = x, append(keys, key)
			}
		}
	}
	keys, next, err := in.cut(keys)
	if err != nil {
		return nil, err
	}
	out := struct {
		Schedules []summary
		NextToken string `json:",omitempty"`
	}{[]summary{}, next}
	for _, key := range keys {
		x := byKey[key]
		out.Schedules = append(out.Schedules, summary{
			x.arn, x.Name, x.GroupName, x.State, wire.Time{Time: x.created}, wire.Time{Time: x.modified},
			struct{ Arn string }{x.Target.Arn},
		})
	}
	return out, nil
}
