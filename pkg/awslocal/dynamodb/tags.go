package dynamodb

import (
	"slices"
	"strings"
)

type tag struct{ Key, Value string }

func setTags(tags map[string]string, add []tag) {
	for _, t := range add {
		tags[t.Key] = t.Value
	}
}

type tagsInput struct {
	ResourceArn *string
	Tags        []tag
	TagKeys     []string
}

type tagsOutput struct{ Tags []tag }

// tagged finds the table of a ResourceArn.
func (s *Service) tagged(at home, in *tagsInput) (*table, error) {
	if in.ResourceArn == nil {
		return nil, validationError("Invalid TableArn")
	}
	if !strings.HasPrefix(*in.ResourceArn, "arn:aws:dynamodb:") || nameOf(*in.ResourceArn) == "" {
		return nil, validationError("Invalid TableArn: Invalid ResourceArn provided as input %s", *in.ResourceArn)
	}
	t := s.find(at, *in.ResourceArn)
	if t == nil {
		return nil, serviceError("ResourceNotFoundException", "Requested resource not found: ResourcArn: %s not found",
			*in.ResourceArn)
	}
	return t, nil
}

func (s *Service) tagResource(at home, in *tagsInput) (any, error) {
	t, err := s.tagged(at, in)
	if err != nil {
		return nil, err
	}
	if len(in.Tags) == 0 {
		return nil, validationError("Atleast one Tag needs to be provided as Input.")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	setTags(t.tags, in.Tags)
	return nil, nil
}

func (s *Service) untagResource(at home, in *tagsInput) (any, error) {
	t, err := s.tagged(at, in)
	if err != nil {
		return nil, err
	}
	if len(in.TagKeys) == 0 {
		return nil, validationError("Atleast one Tag Key needs to be provided as Input.")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range in.TagKeys {
		delete(t.tags, key)
	}
	return nil, nil
}

func (s *Service) listTagsOfResource(at home, in *tagsInput) (any, error) {
	t, err := s.tagged(at, in)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	out := &tagsOutput{Tags: []tag{}}
	for key, value := range t.tags {
		out.Tags = append(out.Tags, tag{key, value})
	}
	slices.SortFunc(out.Tags, func(a, b tag) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}
