package s3

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/tidwall/btree"
)

// store holds the buckets. One lock covers it all: a read that begins after a write was answered sees it, and
// a condition is checked and applied in one step.
type store struct {
	clock clockwork.Clock

	mu      sync.RWMutex
	buckets map[string]*bucket
	serial  int // of version and upload ids
}

type bucket struct {
	name       string
	region     string
	account    string // its owner's
	created    time.Time
	versioning string                        // "", "Enabled" or "Suspended"
	objects    btree.Map[string, []*version] // a key's versions, newest last; never empty
	uploads    map[string]*upload
}

// nullID is the id of a version written while versioning was off or suspended.
const nullID = "null"

// version is one version of an object. It is never changed once it is stored.
type version struct {
	key      string
	id       string
	modified time.Time
	marker   bool // a delete marker
	body     []byte
	etag     string // without quotes
	parts    []int  // sizes, of an object that was uploaded in parts
	attributes
}

func newStore(clock clockwork.Clock) *store {
	return &store{clock: clock, buckets: map[string]*bucket{}}
}

// now is the time as S3 keeps it: whole seconds.
func (s *store) now() time.Time { return s.clock.Now().UTC().Truncate(time.Second) }

func (s *store) bucket(name string) (*bucket, error) {
	if b := s.buckets[name]; b != nil {
		return b, nil
	}
	return nil, noSuchBucket(name)
}

// exists fails if there is no such bucket.
func (s *store) exists(name string) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, err := s.bucket(name)
	return err
}

// nextID makes an id that sorts by age and looks as opaque as AWS's.
func (s *store) nextID() string {
	s.serial++
	sum := md5.Sum(fmt.Appendf(nil, "%d", s.serial))
	return fmt.Sprintf("%012d%s", s.serial, hex.EncodeToString(sum[:10]))
}

// show is the version ID in answers: none for a bucket that never had versions.
func (b *bucket) show(id string) string {
	if b.versioning == "" {
		return ""
	}
	return id
}

// current returns the newest version of a key, which may be a delete marker; nil if none.
func (b *bucket) current(key string) *version {
	versions, _ := b.objects.Get(key)
	if len(versions) == 0 {
		return nil
	}
	return versions[len(versions)-1]
}

// find returns the version that a read names: id is empty for the newest. A missing one, or a delete marker
// in its place, is an error; the marker is also returned.
func (b *bucket) find(key, id string) (*version, error) {
	if id == "" {
		v := b.current(key)
		if v == nil || v.marker {
			return v, noSuchKey(key)
		}
		return v, nil
	}
	versions, _ := b.objects.Get(key)
	for _, v := range versions {
		if v.id == id {
			if v.marker {
				return v, &apiError{
					Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.",
					ResourceType: "DeleteMarker", status: 405,
				}
			}
			return v, nil
		}
	}
	return nil, noSuchVersion(key, id)
}

// look finds a version for a reader outside the lock.
func (s *store) look(bucketName, key, id string) (v *version, shown string, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, err := s.bucket(bucketName)
	if err != nil {
		return nil, "", err
	}
	v, err = b.find(key, id)
	if v != nil {
		shown = b.show(v.id)
	}
	return v, shown, err
}

// conditions are a write's conditions: the ETag that must exist, or that no object may exist.
type conditions struct {
	ifMatch     string
	ifNoneMatch bool
	claims      http.Header // what the client says of an upload's parts together: size and checksum
}

func (c conditions) check(key string, v *version) error {
	there := v != nil && !v.marker
	switch {
	case c.ifNoneMatch && there:
		return preconditionFailed("If-None-Match")
	case c.ifMatch != "" && !there:
		return noSuchKey(key)
	case c.ifMatch != "" && !sameETag(c.ifMatch, v.etag):
		return preconditionFailed("If-Match")
	}
	return nil
}

// put stores a version and returns its ID for the answer.
func (s *store) put(bucketName string, v *version, c conditions) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.bucket(bucketName)
	if err != nil {
		return "", err
	}
	if err := c.check(v.key, b.current(v.key)); err != nil {
		return "", err
	}
	s.add(b, v)
	return b.show(v.id), nil
}

// add makes v the newest version of its key: in addition to the others if versioning is on, else in place of
// the null version.
func (s *store) add(b *bucket, v *version) {
	v.modified = s.now()
	old, _ := b.objects.Get(v.key)
	kept := make([]*version, 0, len(old)+1) // a new slice: readers may hold the old one
	if b.versioning == "Enabled" {
		v.id = s.nextID()
		kept = append(kept, old...)
	} else {
		v.id = nullID
		for _, o := range old {
			if o.id != nullID {
				kept = append(kept, o)
			}
		}
	}
	b.objects.Set(v.key, append(kept, v))
}

// removal is the effect of a delete.
type removal struct {
	marker bool   // a delete marker was made, or one was deleted
	id     string // of the version that was made or deleted; empty without versioning
}

// mayRemove checks a delete's condition: the ETag of the newest version, or * for any object.
func mayRemove(key string, newest *version, ifMatch string) error {
	switch {
	case ifMatch == "":
		return nil
	case newest == nil:
		return noSuchKey(key)
	case newest.marker || ifMatch != "*" && !sameETag(ifMatch, newest.etag):
		return preconditionFailed("If-Match")
	}
	return nil
}

// remove deletes a version or, with an empty ID, the object: with versioning that adds a delete marker.
func (s *store) remove(bucketName, key, id, ifMatch string) (removal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.bucket(bucketName)
	if err != nil {
		return removal{}, err
	}
	if err := mayRemove(key, b.current(key), ifMatch); err != nil {
		return removal{}, err
	}
	for _, u := range b.uploads {
		u.raced = u.raced || u.key == key
	}
	if id == "" && b.versioning != "" {
		m := &version{key: key, marker: true}
		s.add(b, m)
		return removal{true, m.id}, nil
	}
	if id == "" {
		b.objects.Delete(key)
		return removal{}, nil
	}
	versions, _ := b.objects.Get(key)
	kept := make([]*version, 0, len(versions))
	gone := removal{id: b.show(id)}
	for _, v := range versions {
		if v.id == id {
			gone.marker = v.marker
			continue
		}
		kept = append(kept, v)
	}
	if len(kept) == 0 {
		b.objects.Delete(key)
	} else {
		b.objects.Set(key, kept)
	}
	return gone, nil
}

func etagOf(body []byte) string {
	sum := md5.Sum(body)
	return hex.EncodeToString(sum[:])
}
