package kinesis

import (
	"sort"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const maxTags = 50

type tag struct{ Key, Value string }

// checkTags returns an error if a stream with the tags have can't also take the tags add.
func checkTags(have, add map[string]string) error {
	n := len(have)
	for k, v := range add {
		if _, ok := have[k]; !ok {
			n++
		}
		switch {
		case k == "" || len([]rune(k)) > 128:
			return validation(k, "tags",
				"satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or "+
					"equal to 1]")
		case len([]rune(v)) > 256:
			return validation(v, "tags",
				"satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or "+
					"equal to 0]")
		case strings.HasPrefix(k, "aws:"):
			return invalidArgument("Tag keys starting with 'aws:' are reserved for internal use.")
		}
	}
	if n > maxTags {
		return invalidArgument("Failed to add tags to stream because a given stream cannot have more than %d tags "+
			"associated with it.", maxTags)
	}
	return nil
}

func (s *Service) addTags(r *api.Request, to ref, tags map[string]string) (any, error) {
	st, err := s.lock(r, to)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	if err := checkTags(st.tags, tags); err != nil {
		return nil, err
	}
	for k, v := range tags {
		st.tags[k] = v
	}
	return nil, nil
}

func (s *Service) removeTags(r *api.Request, from ref, keys []string) (any, error) {
	st, err := s.lock(r, from)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	for _, k := range keys {
		delete(st.tags, k)
	}
	return nil, nil
}

// tagList returns the tags of a stream in the order of their keys, after a given key.
func (s *Service) tagList(r *api.Request, of ref, after string, limit int) (tags []tag, more bool, err error) {
	st, err := s.lock(r, of)
	if err != nil {
		return nil, false, err
	}
	defer st.mu.Unlock()
	tags = []tag{}
	for k, v := range st.tags {
		if k > after {
			tags = append(tags, tag{k, v})
		}
	}
	sort.Slice(tags, func(i, j int) bool { return tags[i].Key < tags[j].Key })
	if len(tags) > limit {
		return tags[:limit], true, nil
	}
	return tags, false, nil
}

func (s *Service) addTagsToStream(r *api.Request, in *struct {
	ref
	Tags map[string]string
}) (any, error) {
	return s.addTags(r, in.ref, in.Tags)
}

func (s *Service) removeTagsFromStream(r *api.Request, in *struct {
	ref
	TagKeys []string
}) (any, error) {
	return s.removeTags(r, in.ref, in.TagKeys)
}

func (s *Service) listTagsForStream(r *api.Request, in *struct {
	ref
	ExclusiveStartTagKey string
	Limit                *int
}) (any, error) {
	limit, err := pageSize(in.Limit, maxTags)
	if err != nil {
		return nil, err
	}
	tags, more, err := s.tagList(r, in.ref, in.ExclusiveStartTagKey, limit)
	if err != nil {
		return nil, err
	}
	return struct {
		Tags        []tag
		HasMoreTags bool
	}{tags, more}, nil
}

func (s *Service) tagResource(r *api.Request, in *struct {
	ResourceARN string
	Tags        map[string]string
}) (any, error) {
	return s.addTags(r, ref{StreamARN: in.ResourceARN}, in.Tags)
}

func (s *Service) untagResource(r *api.Request, in *struct {
	ResourceARN string
	TagKeys     []string
}) (any, error) {
	return s.removeTags(r, ref{StreamARN: in.ResourceARN}, in.TagKeys)
}

func (s *Service) listTagsForResource(r *api.Request, in *struct{ ResourceARN string }) (any, error) {
	tags, _, err := s.tagList(r, ref{StreamARN: in.ResourceARN}, "", maxTags)
	if err != nil {
		return nil, err
	}
	return struct{ Tags []tag }{tags}, nil
}
