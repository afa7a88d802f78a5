package s3

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	minPart  = 5 << 20 // of every part but the last
	maxParts = 10000
)

// upload is a multipart upload in progress.
type upload struct {
	id, key string
	attributes
	sums  partSums
	begun time.Time
	parts map[int]*part
	raced bool // the object was deleted since the upload began
}

type part struct {
	number   int
	body     []byte
	etag     string
	modified time.Time
}

func (s *store) createUpload(bucketName, key string, a attributes, sums partSums) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.bucket(bucketName)
	if err != nil {
		return "", err
	}
	u := &upload{id: s.nextID(), key: key, attributes: a, sums: sums, begun: s.now(), parts: map[int]*part{}}
	b.uploads[u.id] = u
	return u.id, nil
}

// upload finds an upload. The lock is held.
func (s *store) upload(bucketName, key, id string) (*bucket, *upload, error) {
	b, err := s.bucket(bucketName)
	if err != nil {
		return nil, nil, err
	}
	u := b.uploads[id]
	if u == nil || u.key != key {
		return b, nil, noSuchUpload(id)
	}
	return b, u, nil
}

// putPart stores a part; the same number again replaces it.
func (s *store) putPart(bucketName, key, id string, number int, body []byte) (*part, error) {
	p := &part{number: number, body: body, etag: etagOf(body)}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, u, err := s.upload(bucketName, key, id)
	if err != nil {
		return nil, err
	}
	p.modified = s.now()
	u.parts[number] = p
	return p, nil
}

func (s *store) abortUpload(bucketName, key, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, _, err := s.upload(bucketName, key, id)
	if err == nil {
		delete(b.uploads, id)
	}
	return err
}

// listParts returns an upload's parts in order, and its storage class.
func (s *store) listParts(bucketName, key, id string) (parts []*part, class string, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, u, err := s.upload(bucketName, key, id)
	if err != nil {
		return nil, "", err
	}
	for _, n := range slices.Sorted(maps.Keys(u.parts)) {
		parts = append(parts, u.parts[n])
	}
	return parts, u.class, nil
}

// listUploads returns a bucket's uploads, by key and then by age.
func (s *store) listUploads(bucketName string) ([]*upload, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, err := s.bucket(bucketName)
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(b.uploads), func(x, y *upload) int {
		return strings.Compare(x.key+"\x00"+x.id, y.key+"\x00"+y.id)
	}), nil
}

// completedPart is a part in CompleteMultipartUpload.
type completedPart struct {
	PartNumber int
	ETag       string
}

// completeUpload joins the listed parts to an object.
func (s *store) completeUpload(bucketName, key, id string, listed []completedPart,
	c conditions) (v *version, shown string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, u, err := s.upload(bucketName, key, id)
	if err != nil {
		return nil, "", err
	}
	parts, err := u.choose(listed)
	if err != nil {
		return nil, "", err
	}
	if err := checkSize(parts, c.claims.Get("X-Amz-Mp-Object-Size")); err != nil {
		return nil, "", err
	}
	if c.ifNoneMatch && u.raced {
		return nil, "", &apiError{
			Code:      "ConditionalRequestConflict",
			Message:   "The conditional request cannot succeed due to a conflicting operation against this resource.",
			Condition: "If-None-Match", Key: key, status: 409,
		}
	}
	if err := c.check(key, b.current(key)); err != nil {
		return nil, "", err
	}
	v = &version{key: key, attributes: u.attributes}
	sums := md5.New()
	for _, p := range parts {
		v.body = append(v.body, p.body...)
		v.parts = append(v.parts, len(p.body))
		sum := md5.Sum(p.body)
		sums.Write(sum[:])
	}
	if v.checksum, err = u.sums.of(v.body, parts, c.claims); err != nil {
		return nil, "", err
	}
	v.etag = fmt.Sprintf("%s-%d", hex.EncodeToString(sums.Sum(nil)), len(parts))
	s.add(b, v)
	delete(b.uploads, id)
	return v, b.show(v.id), nil
}

// checkSize compares the size of the whole with what the client says it is, if it does.
func checkSize(parts []*part, want string) error {
	size := 0
	for _, p := range parts {
		size += len(p.body)
	}
	if want == "" || want == strconv.Itoa(size) {
		return nil
	}
	return invalidRequest(fmt.Sprintf("The provided 'x-amz-mp-object-size' header value %s does not match what was "+
		"computed: %d", want, size))
}

// choose checks the list that completes an upload and returns its parts.
func (u *upload) choose(listed []completedPart) ([]*part, error) {
	if len(listed) == 0 {
		return nil, malformedXML
	}
	var parts []*part
	for i, l := range listed {
		if i > 0 && l.PartNumber <= listed[i-1].PartNumber {
			return nil, &apiError{
				Code:    "InvalidPartOrder",
				Message: "The list of parts was not in ascending order. Parts must be ordered by part number.", UploadId: u.id,
			}
		}
		p := u.parts[l.PartNumber]
		if p == nil || !sameETag(l.ETag, p.etag) {
			return nil, &apiError{
				Code: "InvalidPart",
				Message: "One or more of the specified parts could not be found.  The part may not have been uploaded, or the " +
					"specified entity tag may not match the part's entity tag.", UploadId: u.id,
			}
		}
		parts = append(parts, p)
	}
	for _, p := range parts[:len(parts)-1] {
		if len(p.body) < minPart {
			return nil, &apiError{
				Code: "EntityTooSmall", Message: "Your proposed upload is smaller than the minimum allowed size",
			}
		}
	}
	return parts, nil
}
