package sns

import (
	"maps"
	"slices"
)

type tagsInput struct {
	ResourceArn string   `json:"ResourceArn"`
	Tags        []tag    `json:"Tags"`
	TagKeys     []string `json:"TagKeys"`
}

type tagsOutput struct {
	Tags []tag `json:"Tags"`
}

// empty is the output without members.
type empty struct{}

func (s *Service) tagResource(t *topic, in *tagsInput) (any, error) {
	for _, tag := range in.Tags {
		t.tags[tag.Key] = tag.Value
	}
	return &empty{}, nil
}

func (s *Service) untagResource(t *topic, in *tagsInput) (any, error) {
	for _, key := range in.TagKeys {
		delete(t.tags, key)
	}
	return &empty{}, nil
}

func (s *Service) listTagsForResource(t *topic, _ *tagsInput) (any, error) {
	out := &tagsOutput{}
	for _, key := range slices.Sorted(maps.Keys(t.tags)) {
		out.Tags = append(out.Tags, tag{Key: key, Value: t.tags[key]})
	}
	return out, nil
}
