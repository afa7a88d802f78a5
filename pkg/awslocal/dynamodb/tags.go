package dynamodb

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

type tag struct{ Key, Value string }

type tagInput struct {
	Key   string
	Value *string
}

// The limits of tags.
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

func (c *constraints) tags(tags []tagInput) {
	for i, t := range tags {
		path := fmt.Sprintf("tags.%d.member.", i+1)
		c.text(path+"key", &t.Key, 1, maxTagKey)
		c.notNull(path+"value", t.Value != nil)
		c.text(path+"value", t.Value, 0, maxTagValue)
	}
}

// checkTags checks what tags may be made of, and how many a table may have together with those it has.
func checkTags(has map[string]string, add []tagInput) error {
	wrong := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) && !strings.ContainsRune("+-=._:/@", r)
	}
	count := len(has)
	for _, t := range add {
		if strings.ContainsFunc(t.Key, wrong) || strings.ContainsFunc(*t.Value, wrong) {
			return invalidParameters("Tag keys and values can only contain letters, spaces, numbers and + - = . _ : / @")
		}
		if _, found := has[t.Key]; !found {
			count++
		}
	}
	if count > maxTags {
		return invalidParameters("Too many tags: a table can have %d", maxTags)
	}
	return nil
}

func setTags(tags map[string]string, add []tagInput) {
	for _, t := range add {
		tags[t.Key] = *t.Value
	}
}

type tagsInput struct {
	ResourceArn *string
	Tags        []tagInput
	TagKeys     []string
}

type tagsOutput struct{ Tags []tag }

// tagged finds the table of a ResourceArn.
func (s *Service) tagged(at home, in *tagsInput) (*table, error) {
	if in.ResourceArn == nil {
		return nil, validationError("Invalid TableArn")
	}
	switch arn := *in.ResourceArn; {
	case !strings.HasPrefix(arn, "arn:"):
		return nil, invalidParameters("ARNs must start with 'arn:': %s", arn)
	case strings.Contains(arn, "/index/"):
		return nil, invalidParameters("Invalid resource arn provided, only table or stream is accepted. Provided resource "+
			"arn: %s", arn)
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
	var c constraints
	c.tags(in.Tags)
	if err := c.err(); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := checkTags(t.tags, in.Tags); err != nil {
		return nil, err
	}
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
