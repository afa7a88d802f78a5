package sqs

import "maps"

type tagsInput struct {
	queueInput
	Tags    map[string]string `json:"Tags" query:"Tag,flat,key=Key,value=Value"`
	TagKeys []string          `json:"TagKeys" query:"TagKey,flat"`
}

type tagsOutput struct {
	Tags map[string]string `json:"Tags,omitempty" query:"Tag,flat,key=Key,value=Value"`
}

func (s *Service) tagQueue(q *queue, in *tagsInput) (any, error) {
	if q.tags == nil {
		q.tags = map[string]string{}
	}
	maps.Copy(q.tags, in.Tags)
	return nil, nil
}

func (s *Service) untagQueue(q *queue, in *tagsInput) (any, error) {
	for _, key := range in.TagKeys {
		delete(q.tags, key)
	}
	return nil, nil
}

func (s *Service) listQueueTags(q *queue, _ *queueInput) (any, error) {
	return &tagsOutput{Tags: maps.Clone(q.tags)}, nil
}
