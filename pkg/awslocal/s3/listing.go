package s3

import (
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const maxKeys = 1000

type contentShape struct {
	Key, LastModified, ETag string
	Size                    int
	StorageClass            string
	Owner                   *ownerShape
}

type ownerShape struct{ ID, DisplayName string }

type prefixShape struct{ Prefix string }

// listResult is the answer to both versions of the operation; each has fields of its own.
type listResult struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	Xmlns                 string   `xml:"xmlns,attr"`
	Name, Prefix          string
	Marker                *string `xml:",omitempty"`
	NextMarker            string  `xml:",omitempty"`
	StartAfter            string  `xml:",omitempty"`
	ContinuationToken     string  `xml:",omitempty"`
	NextContinuationToken string  `xml:",omitempty"`
	KeyCount              *int    `xml:",omitempty"`
	MaxKeys               int
	Delimiter             string `xml:",omitempty"`
	EncodingType          string `xml:",omitempty"`
	IsTruncated           bool
	Contents              []contentShape
	CommonPrefixes        []prefixShape
}

// list answers ListObjects and ListObjectsV2.
func (s *Service) list(w http.ResponseWriter, _ *http.Request, q request) error {
	limit, err := pageSize(q, "max-keys")
	if err != nil {
		return err
	}
	encode, err := encoder(q)
	if err != nil {
		return err
	}
	v2 := q.query.Get("list-type") == "2"
	after := q.query.Get("marker")
	token := q.query.Get("continuation-token")
	if v2 {
		if after = q.query.Get("start-after"); q.query.Has("continuation-token") {
			raw, err := base64.RawURLEncoding.DecodeString(token)
			if err != nil || token == "" {
				return invalidArgument("continuation-token", token, "The continuation token provided is incorrect")
			}
			after = string(raw)
		}
	}
	prefix, delimiter := q.query.Get("prefix"), q.query.Get("delimiter")
	page, err := s.store.page(q.bucket, prefix, delimiter, after, limit)
	if err != nil {
		return err
	}

	out := listResult{
		Xmlns: namespace, Name: q.bucket, Prefix: encode(prefix), Delimiter: encode(delimiter), MaxKeys: limit,
		EncodingType: q.query.Get("encoding-type"), IsTruncated: page.next != "",
	}
	for _, v := range page.versions {
		c := contentShape{
			Key: encode(v.key), LastModified: timestamp(v.modified), ETag: `"` + v.etag + `"`, Size: len(v.body),
			StorageClass: classOf(v.class),
		}
		if !v2 || q.query.Get("fetch-owner") == "true" {
			c.Owner = owner
		}
		out.Contents = append(out.Contents, c)
	}
	for _, p := range page.prefixes {
		out.CommonPrefixes = append(out.CommonPrefixes, prefixShape{encode(p)})
	}
	if v2 {
		count := len(page.versions) + len(page.prefixes)
		out.KeyCount, out.StartAfter, out.ContinuationToken = &count, encode(q.query.Get("start-after")), token
		if page.next != "" {
			out.NextContinuationToken = base64.RawURLEncoding.EncodeToString([]byte(page.next))
		}
	} else {
		marker := encode(after)
		out.Marker = &marker
		if delimiter != "" { // without one the last key serves as the marker
			out.NextMarker = encode(page.next)
		}
	}
	writeXML(w, out)
	return nil
}

var owner = &ownerShape{"75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a", "crashlab"}

// pageSize reads a listing's limit, which is 1,000 at most.
func pageSize(q request, name string) (int, error) {
	text := q.query.Get(name)
	if text == "" {
		return maxKeys, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, invalidArgument(name, text, "Provided "+name+" not an integer or within integer range")
	}
	return min(n, maxKeys), nil
}

// encoder returns how to write keys: they may contain what XML can't, so clients request URL encoding.
func encoder(q request) (func(string) string, error) {
	switch kind := q.query.Get("encoding-type"); kind {
	case "":
		return func(s string) string { return s }, nil
	case "url":
		return func(s string) string {
			return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/")
		}, nil
	default:
		return nil, invalidArgument("encoding-type", kind, "Invalid Encoding Method specified in Request")
	}
}

// keyPage is one page of a bucket's keys.
type keyPage struct {
	versions []*version
	prefixes []string
	next     string // the next page begins after it: a key or a common prefix; empty at the end
}

// page lists the keys and common prefixes after a key, or after a common prefix and all keys that it covers.
func (s *store) page(bucketName, prefix, delimiter, after string, limit int) (keyPage, error) {
	var p keyPage
	last := ""
	err := s.ascend(bucketName, prefix, after, func(key string, versions []*version) bool {
		v := versions[len(versions)-1]
		common := commonPrefix(key, prefix, delimiter)
		if v.marker || key <= after && common == "" || common != "" && (common == last || common <= after) {
			return true
		}
		if len(p.versions)+len(p.prefixes) == limit {
			p.next = last // empty for a page size of 0, which has no next page
			return false
		}
		if common != "" {
			p.prefixes = append(p.prefixes, common)
			last = common
		} else {
			p.versions = append(p.versions, v)
			last = key
		}
		return true
	})
	return p, err
}

// ascend visits a bucket's keys with a prefix in order, from a given one, until visit returns false. It holds
// the lock meanwhile: visit must not write to a client, which may be slow.
func (s *store) ascend(bucketName, prefix, from string, visit func(key string, versions []*version) bool) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, err := s.bucket(bucketName)
	if err != nil {
		return err
	}
	b.objects.Ascend(max(prefix, from), func(key string, versions []*version) bool {
		return strings.HasPrefix(key, prefix) && visit(key, versions)
	})
	return nil
}

// commonPrefix is the prefix that a key is rolled up into: its part up to the first delimiter after the
// prefix; empty without one.
func commonPrefix(key, prefix, delimiter string) string {
	if delimiter == "" {
		return ""
	}
	i := strings.Index(key[len(prefix):], delimiter)
	if i < 0 {
		return ""
	}
	return key[:len(prefix)+i+len(delimiter)]
}
