package lambda

import (
	"maps"
	"strings"
)

// maxTags is how many tags a resource may have.
const maxTags = 50

// tagged finds the tags of a function or a mapping by its ARN.
func (a *account) tagged(arn string) (map[string]string, error) {
	if _, uuid, ok := strings.Cut(arn, ":event-source-mapping:"); ok {
		m, err := a.mapping(uuid)
		if err != nil {
			return nil, err
		}
		return m.tags, nil
	}
	if !strings.HasPrefix(arn, "arn:") {
		return nil, invalid("%s is not a valid ARN of a function", arn)
	}
	f, _, err := a.find(ref{FunctionName: arn})
	if err != nil {
		return nil, err
	}
	return f.tags, nil
}

func (s *Service) tagResource(a *account, in *struct {
	Resource string
	Tags     map[string]string
}) (any, error) {
	tags, err := a.tagged(in.Resource)
	if err != nil {
		return nil, err
	}
	after := maps.Clone(tags)
	maps.Copy(after, in.Tags)
	if len(after) > maxTags {
		return nil, invalid("The number of tags exceeds the maximum of %d.", maxTags)
	}
	maps.Copy(tags, in.Tags)
	return nil, nil
}

func (s *Service) untagResource(a *account, in *struct {
	Resource string
	TagKeys  []string `rest:"query=tagKeys"`
}) (any, error) {
	tags, err := a.tagged(in.Resource)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(tags, key)
	}
	return nil, nil
}

func (s *Service) listTags(a *account, in *struct{ Resource string }) (any, error) {
	tags, err := a.tagged(in.Resource)
	if err != nil {
		return nil, err
	}
	return struct{ Tags map[string]string }{maps.Clone(tags)}, nil
}
