package eventbridge

import (
	"maps"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

type tag struct{ Key, Value string }

// tagged finds the tags of a bus or a rule by its ARN.
func (a *account) tagged(arn string) (map[string]string, error) {
	_, resource, _ := strings.Cut(arn, "arn:aws:events:"+a.scope.Region+":"+a.scope.Account+":")
	kind, name, _ := strings.Cut(resource, "/")
	switch kind {
	case "event-bus":
		b, err := a.bus(name)
		if err != nil {
			return nil, err
		}
		return b.tags, nil
	case "rule":
		busName := "default"
		if on, rule, ok := strings.Cut(name, "/"); ok {
			busName, name = on, rule
		}
		r, err := a.rule(ruleRef{name, busName})
		if err != nil {
			return nil, err
		}
		return r.tags, nil
	}
	return nil, validation("Parameter ResourceARN is not valid.")
}

func (s *Service) tagResource(a *account, in *struct {
	ResourceARN string
	Tags        []tag
}) (any, error) {
	tags, err := a.tagged(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	after := maps.Clone(tags)
	for _, t := range in.Tags {
		after[t.Key] = t.Value
	}
	if len(after) > 50 {
		return nil, api.Errorf("LimitExceededException", "The maximum number of tags for a resource is 50.")
	}
	maps.Copy(tags, after)
	return nil, nil
}

func (s *Service) untagResource(a *account, in *struct {
	ResourceARN string
	TagKeys     []string
}) (any, error) {
	tags, err := a.tagged(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	for _, k := range in.TagKeys {
		delete(tags, k)
	}
	return nil, nil
}

func (s *Service) listTagsForResource(a *account, in *struct{ ResourceARN string }) (any, error) {
	tags, err := a.tagged(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	out := struct{ Tags []tag }{[]tag{}}
	for _, k := range sortedKeys(tags) {
		out.Tags = append(out.Tags, tag{k, tags[k]})
	}
	return out, nil
}
