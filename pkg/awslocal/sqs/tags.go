package sqs

import (
	"context"
	"maps"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

type tagsInput struct {
	QueueURL string            `json:"QueueUrl"`
	Tags     map[string]string `json:"Tags" query:"Tag,flat,key=Key,value=Value"`
	TagKeys  []string          `json:"TagKeys" query:"TagKey,flat"`
}

type tagsOutput struct {
	Tags map[string]string `json:"Tags,omitempty" query:"Tag,flat,key=Key,value=Value"`
}

func (s *Service) tagQueue(_ context.Context, r *api.Request) (any, error) {
	return s.withTags(r, func(q *queue, in tagsInput) any {
		if q.tags == nil {
			q.tags = map[string]string{}
		}
		maps.Copy(q.tags, in.Tags)
		return nil
	})
}

func (s *Service) untagQueue(_ context.Context, r *api.Request) (any, error) {
	return s.withTags(r, func(q *queue, in tagsInput) any {
		for _, key := range in.TagKeys {
			delete(q.tags, key)
		}
		return nil
	})
}

func (s *Service) listQueueTags(_ context.Context, r *api.Request) (any, error) {
	return s.withTags(r, func(q *queue, _ tagsInput) any {
		return &tagsOutput{Tags: maps.Clone(q.tags)}
	})
}

func (s *Service) withTags(r *api.Request, do func(q *queue, in tagsInput) any) (any, error) {
	var in tagsInput
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.find(r, in.QueueURL)
	if err != nil {
		return nil, err
	}
	return do(q, in), nil
}
