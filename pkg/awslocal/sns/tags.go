package sns

import (
	"context"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

type tagsInput struct {
	ResourceArn string   `json:"ResourceArn"`
	Tags        []tag    `json:"Tags"`
	TagKeys     []string `json:"TagKeys"`
}

type tagsOutput struct {
	Tags []tag `json:"Tags"`
}

// empty is the answer of operations that have an output without members.
type empty struct{}

func (s *Service) tagResource(_ context.Context, r *api.Request) (any, error) {
	return s.withTags(r, func(t *topic, in tagsInput) any {
		for _, tag := range in.Tags {
			t.tags[tag.Key] = tag.Value
		}
		return &empty{}
	})
}

func (s *Service) untagResource(_ context.Context, r *api.Request) (any, error) {
	return s.withTags(r, func(t *topic, in tagsInput) any {
		for _, key := range in.TagKeys {
			delete(t.tags, key)
		}
		return &empty{}
	})
}

func (s *Service) listTagsForResource(_ context.Context, r *api.Request) (any, error) {
	return s.withTags(r, func(t *topic, _ tagsInput) any {
		out := &tagsOutput{}
		for _, key := range slices.Sorted(maps.Keys(t.tags)) {
			out.Tags = append(out.Tags, tag{Key: key, Value: t.tags[key]})
		}
		return out
	})
}

func (s *Service) withTags(r *api.Request, do func(t *topic, in tagsInput) any) (any, error) {
	var in tagsInput
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.topics[in.ResourceArn]
	if t == nil {
		return nil, errNoResource()
	}
	return do(t, in), nil
}
