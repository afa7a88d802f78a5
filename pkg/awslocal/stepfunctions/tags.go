package stepfunctions

import (
	"maps"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const maxTags = 50

type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// merged returns tags with others added.
func merged(tags map[string]string, more []tag, resource string) (map[string]string, error) {
	all := map[string]string{}
	maps.Copy(all, tags)
	for i, t := range more {
		if t.Key == "" || len(t.Key) > 128 || len(t.Value) > 256 {
			return nil, validation("1 validation error detected: Value at 'tags.%d.member' failed to satisfy constraint: "+
				"keys have 1 to 128 characters, values up to 256", i+1)
		}
		all[t.Key] = t.Value
	}
	if len(all) > maxTags {
		return nil, &api.Error{
			Code: "TooManyTags", Message: "You have exceeded the number of tags allowed for a resource: 50",
			Members: map[string]any{"resourceName": resource},
		}
	}
	return all, nil
}

// tagged finds the tags of a state machine or an activity.
func (a *account) tagged(arn string) (*map[string]string, error) {
	if arn == "" {
		return nil, missing("resourceArn")
	}
	if strings.Contains(arn, ":activity:") {
		name, err := a.resourceOf(arn, "resourceArn", "activity")
		if err != nil {
			return nil, err
		}
		if found := a.activities[name]; found != nil {
			return &found.tags, nil
		}
	} else {
		name, err := a.resourceOf(arn, "resourceArn", "stateMachine")
		if err != nil {
			return nil, err
		}
		if found := a.machines[name]; found != nil {
			return &found.tags, nil
		}
	}
	return nil, &api.Error{
		Code: "ResourceNotFound", Message: "Resource not found: '" + arn + "'", Members: map[string]any{"resourceName": arn},
	}
}

func (s *Service) tagResource(a *account, in *struct {
	ResourceArn string
	Tags        []tag
}) (any, error) {
	tags, err := a.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	all, err := merged(*tags, in.Tags, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	*tags = all
	return struct{}{}, nil
}

func (s *Service) untagResource(a *account, in *struct {
	ResourceArn string
	TagKeys     []string
}) (any, error) {
	tags, err := a.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	for _, k := range in.TagKeys {
		delete(*tags, k)
	}
	return struct{}{}, nil
}

func (s *Service) listTagsForResource(a *account, in *struct{ ResourceArn string }) (any, error) {
	tags, err := a.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := struct {
		Tags []tag `json:"tags"`
	}{[]tag{}}
	for _, k := range slices.Sorted(maps.Keys(*tags)) {
		out.Tags = append(out.Tags, tag{k, (*tags)[k]})
	}
	return out, nil
}
