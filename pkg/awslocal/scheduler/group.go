package scheduler

import (
	"encoding/base64"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

const (
	maxGroups    = 500
	maxSchedules = 1_000_000 // of an account; each is a timer
	maxPage      = 100
)

var name64 = regexp.MustCompile(`^[0-9a-zA-Z\-_.]{1,64}$`)

func checkName(name, member string) error {
	if !name64.MatchString(name) {
		return invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy "+
			"regular expression pattern: [0-9a-zA-Z-_.]+", name, member)
	}
	return nil
}

type tag struct{ Key, Value string }

// group holds schedules by name.
type group struct {
	name, arn string
	created   time.Time
	schedules map[string]*entry
	tags      map[string]string
}

func (a *account) add(name string, now time.Time) *group {
	g := &group{
		name: name, arn: a.arn("schedule-group/" + name), created: now, schedules: map[string]*entry{},
		tags: map[string]string{},
	}
	a.groups[name] = g
	return g
}

// group finds a group; "" is the default one.
func (a *account) group(name string) (*group, error) {
	if name == "" {
		name = "default"
	}
	if g := a.groups[name]; g != nil {
		return g, nil
	}
	return nil, missing("Schedule group", name)
}

type groupShape struct {
	Arn, Name, State                   string
	CreationDate, LastModificationDate wire.Time
}

func (g *group) shape() groupShape {
	return groupShape{g.arn, g.name, "ACTIVE", wire.Time{Time: g.created}, wire.Time{Time: g.created}}
}

func (s *Service) createScheduleGroup(a *account, in *struct {
	Name string
	Tags []tag
}) (any, error) {
	if err := checkName(in.Name, "name"); err != nil {
		return nil, err
	}
	switch {
	case a.groups[in.Name] != nil:
		return nil, fail("ConflictException", 409, "Schedule group %s already exists.", in.Name)
	case len(a.groups) >= maxGroups:
		return nil, fail("ServiceQuotaExceededException", 402, "The quota of %d schedule groups is exceeded.", maxGroups)
	}
	g := a.add(in.Name, s.now())
	for _, t := range in.Tags {
		g.tags[t.Key] = t.Value
	}
	return struct{ ScheduleGroupArn string }{g.arn}, nil
}

func (s *Service) getScheduleGroup(a *account, in *struct{ Name string }) (any, error) {
	g, err := a.group(in.Name)
	if err != nil {
		return nil, err
	}
	return g.shape(), nil
}

func (s *Service) deleteScheduleGroup(a *account, in *struct{ Name string }) (any, error) {
	if in.Name == "default" {
		return nil, invalid("The default schedule group can't be deleted.")
	}
	g, err := a.group(in.Name)
	if err != nil {
		return nil, err
	}
	for _, x := range g.schedules {
		x.disarm()
	}
	delete(a.groups, in.Name)
	return struct{}{}, nil
}

// page is the common input of listings.
type page struct {
	NamePrefix string `rest:"query"`
	NextToken  string `rest:"query"`
	MaxResults *int   `rest:"query"`
}

// cut returns the names of one page, in order, and the token of the next.
func (p page) cut(names []string) (some []string, next string, err error) {
	limit := maxPage
	if p.MaxResults != nil {
		if limit = *p.MaxResults; limit < 1 || limit > maxPage {
			return nil, "", invalid("1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: "+
				"Member must have value between 1 and 100", limit)
		}
	}
	after, err := base64.StdEncoding.DecodeString(p.NextToken)
	if err != nil {
		return nil, "", invalid("Invalid NextToken.")
	}
	slices.Sort(names)
	for _, name := range names {
		if name > string(after) {
			some = append(some, name)
		}
	}
	if len(some) > limit {
		some = some[:limit]
		next = base64.StdEncoding.EncodeToString([]byte(some[limit-1]))
	}
	return some, next, nil
}

func (s *Service) listScheduleGroups(a *account, in *page) (any, error) {
	var names []string
	for name := range a.groups {
		if strings.HasPrefix(name, in.NamePrefix) {
			names = append(names, name)
		}
	}
	names, next, err := in.cut(names)
	if err != nil {
		return nil, err
	}
	out := struct {
		ScheduleGroups []groupShape
		NextToken      string `json:",omitempty"`
	}{[]groupShape{}, next}
	for _, name := range names {
		out.ScheduleGroups = append(out.ScheduleGroups, a.groups[name].shape())
	}
	return out, nil
}

// tagged finds a group by its ARN.
func (a *account) tagged(arn string) (*group, error) {
	name, ok := strings.CutPrefix(arn, a.arn("schedule-group/"))
	if !ok {
		return nil, invalid("%s is not the ARN of a schedule group.", arn)
	}
	return a.group(name)
}

func (s *Service) tagResource(a *account, in *struct {
	ResourceArn string
	Tags        []tag
}) (any, error) {
	g, err := a.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	after := maps.Clone(g.tags)
	for _, t := range in.Tags {
		after[t.Key] = t.Value
	}
	if len(after) > 50 {
		return nil, invalid("A schedule group has at most 50 tags.")
	}
	g.tags = after
	return struct{}{}, nil
}

func (s *Service) untagResource(a *account, in *struct {
	ResourceArn string
	TagKeys     []string `rest:"query"`
}) (any, error) {
	g, err := a.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(g.tags, key)
	}
	return struct{}{}, nil
}

func (s *Service) listTagsForResource(a *account, in *struct{ ResourceArn string }) (any, error) {
	g, err := a.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := struct{ Tags []tag }{[]tag{}}
	for _, key := range slices.Sorted(maps.Keys(g.tags)) {
		out.Tags = append(out.Tags, tag{key, g.tags[key]})
	}
	return out, nil
}
