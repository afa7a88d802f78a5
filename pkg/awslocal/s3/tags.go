package s3

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

const taggingHeader = "X-Amz-Tagging"

const (
	maxTags     = 10
	maxTagKey   = 128 // characters
	maxTagValue = 256
)

type tag struct{ Key, Value string }

// tagSet is the document of an object's tags.
type tagSet struct {
	XMLName xml.Name `xml:"Tagging"`
	Xmlns   string   `xml:"xmlns,attr"`
	TagSet  struct{ Tag []tag }
}

// parseTags reads tags in the form of a query.
func parseTags(header string) ([]tag, error) {
	var tags []tag
	for pair := range strings.SplitSeq(header, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, err1 := url.QueryUnescape(key)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil || slices.ContainsFunc(tags, func(t tag) bool { return t.Key == key }) {
			return nil, invalidArgument("x-amz-tagging", header, "The header 'x-amz-tagging' shall be encoded as UTF-8 then "+
				"URLEncoded URL query parameters without tag name duplicates.")
		}
		tags = append(tags, tag{key, value})
	}
	return tags, checkTags(tags)
}

func checkTags(tags []tag) error {
	if len(tags) > maxTags {
		return &apiError{Code: "BadRequest", Message: "Object tags cannot be greater than 10"}
	}
	seen := map[string]bool{}
	for _, t := range tags {
		invalid := ""
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > maxTagKey:
			invalid = "The TagKey you have provided is invalid"
		case utf8.RuneCountInString(t.Value) > maxTagValue:
			invalid = "The TagValue you have provided is invalid"
		case seen[t.Key]:
			invalid = "Cannot provide multiple Tags with the same key"
		}
		if invalid != "" {
			return &apiError{Code: "InvalidTag", Message: invalid}
		}
		seen[t.Key] = true
	}
	return nil
}

func (s *Service) objectTagging(w http.ResponseWriter, _ *http.Request, q request) error {
	v, shown, err := s.store.look(q.bucket, q.key, q.query.Get("versionId"))
	if err != nil {
		return err
	}
	setVersion(w, shown)
	out := tagSet{Xmlns: namespace}
	out.TagSet.Tag = v.tags
	writeXML(w, out)
	return nil
}

func (s *Service) setObjectTagging(w http.ResponseWriter, r *http.Request, q request) error {
	var in tagSet
	if err := readXML(w, r, &in); err != nil {
		return err
	}
	if err := checkTags(in.TagSet.Tag); err != nil {
		return err
	}
	return s.retag(w, q, in.TagSet.Tag, http.StatusOK)
}

func (s *Service) deleteObjectTagging(w http.ResponseWriter, _ *http.Request, q request) error {
	return s.retag(w, q, nil, http.StatusNoContent)
}

func (s *Service) retag(w http.ResponseWriter, q request, tags []tag, status int) error {
	shown, err := s.store.retag(q.bucket, q.key, q.query.Get("versionId"), tags)
	if err != nil {
		return err
	}
	setVersion(w, shown)
	w.WriteHeader(status)
	return nil
}

// retag replaces the tags of a version.
func (s *store) retag(bucketName, key, id string, tags []tag) (shown string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.bucket(bucketName)
	if err != nil {
		return "", err
	}
	v, err := b.find(key, id)
	if err != nil {
		return "", err
	}
	tagged := *v // readers may hold the old one
	tagged.tags = tags
	versions, _ := b.objects.Get(key)
	versions = slices.Clone(versions)
	versions[slices.Index(versions, v)] = &tagged
	b.objects.Set(key, versions)
	return b.show(v.id), nil
}
