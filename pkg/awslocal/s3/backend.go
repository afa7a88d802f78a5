package s3

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/johannesboyne/gofakes3"
)

// backend lets gofakes3 work on the store. Listing, copying and other operations are answered by a layer and
// never reach it. gofakes3's interface requires them, so they return an error.
type backend struct{ *store }

var errAnsweredByLayer = gofakes3.ErrorMessage(gofakes3.ErrNotImplemented, "answered before it comes to the backend")

// core turns an error of the store into one that gofakes3 answers with the right status.
func core(err error) error {
	var e *apiError
	if errors.As(err, &e) {
		return gofakes3.ErrorMessage(gofakes3.ErrorCode(e.Code), e.Message)
	}
	return err
}

func (b backend) ListBuckets() ([]gofakes3.BucketInfo, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var list []gofakes3.BucketInfo
	for _, name := range slices.Sorted(maps.Keys(b.buckets)) {
		list = append(list, gofakes3.BucketInfo{Name: name, CreationDate: gofakes3.NewContentTime(b.buckets[name].created)})
	}
	return list, nil
}

func (b backend) BucketExists(name string) (bool, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.buckets[name] != nil, nil
}

func (b backend) DeleteBucket(name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	bk, err := b.bucket(name)
	if err != nil {
		return core(err)
	}
	if bk.objects.Len() > 0 {
		message := "The bucket you tried to delete is not empty"
		if bk.versioning != "" {
			message += ". You must delete all versions in the bucket."
		}
		return gofakes3.ErrorMessage(gofakes3.ErrBucketNotEmpty, message)
	}
	delete(b.buckets, name)
	return nil
}

// GetObjectVersion is the only way to read: the ID is a pin's, see reads.go.
func (b backend) GetObjectVersion(_, key string, id gofakes3.VersionID,
	r *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	p, ok := b.pins.Load(string(id))
	if !ok {
		return nil, errAnsweredByLayer
	}
	v := p.(pin).version
	size := int64(len(v.body))
	rng, err := r.Range(size)
	if err != nil {
		return nil, err
	}
	body := v.body
	if rng != nil {
		body = body[rng.Start : rng.Start+rng.Length]
	}
	meta := maps.Clone(v.meta)
	meta["Last-Modified"] = v.modified.Format(http.TimeFormat)
	meta[heldETag] = `"` + v.etag + `"`
	return &gofakes3.Object{
		Name: key, Metadata: meta, Size: size, Range: rng, VersionID: gofakes3.VersionID(p.(pin).shown),
		Contents: io.NopCloser(bytes.NewReader(body)),
	}, nil
}

func (b backend) PutObject(bucket, key string, meta map[string]string, input io.Reader, size int64,
	c *gofakes3.PutConditions) (result gofakes3.PutObjectResult, err error) {
	body := make([]byte, size)
	if _, err := io.ReadFull(input, body); err != nil {
		return result, gofakes3.ErrIncompleteBody
	}
	// One more read reaches the end, where gofakes3's reader checks Content-MD5.
	if _, err := input.Read(make([]byte, 1)); err != io.EOF {
		return result, err
	}
	v := &version{key: key, body: body, meta: meta}
	if summer, ok := input.(interface{ Sum([]byte) []byte }); ok {
		v.etag = hex.EncodeToString(summer.Sum(nil)) // gofakes3 has hashed it on the way
	} else {
		v.etag = etagOf(body)
	}
	delete(meta, "Last-Modified")
	var write conditions
	if c != nil {
		write.ifNoneMatch = c.IfNoneMatch != nil
		if c.IfMatch != nil {
			write.ifMatch = *c.IfMatch
		}
	}
	shown, err := b.put(bucket, v, write)
	result.VersionID = gofakes3.VersionID(shown)
	return result, core(err)
}

func (b backend) DeleteObject(bucket, key string) (gofakes3.ObjectDeleteResult, error) {
	return b.DeleteObjectVersion(bucket, key, "")
}

func (b backend) DeleteObjectVersion(bucket, key string, id gofakes3.VersionID) (gofakes3.ObjectDeleteResult, error) {
	gone, err := b.remove(bucket, key, strings.TrimPrefix(string(id), quotedNull))
	return gofakes3.ObjectDeleteResult{IsDeleteMarker: gone.marker, VersionID: gofakes3.VersionID(gone.id)}, core(err)
}

func (b backend) VersioningConfiguration(name string) (c gofakes3.VersioningConfiguration, err error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	bk, err := b.bucket(name)
	if err != nil {
		return c, core(err)
	}
	c.Status = gofakes3.VersioningStatus(bk.versioning)
	return c, nil
}

func (b backend) SetVersioningConfiguration(name string, c gofakes3.VersioningConfiguration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	bk, err := b.bucket(name)
	if err != nil {
		return core(err)
	}
	if c.Status == gofakes3.VersioningNone {
		return gofakes3.ErrorMessage(gofakes3.ErrIllegalVersioningConfiguration, "The Versioning element must be specified")
	}
	bk.versioning = string(c.Status)
	return nil
}

func (b backend) CreateMultipartUpload(bucket, key string, meta map[string]string) (gofakes3.UploadID, error) {
	delete(meta, "Last-Modified")
	id, err := b.createUpload(bucket, key, meta)
	return gofakes3.UploadID(id), core(err)
}

func (b backend) AbortMultipartUpload(bucket, key string, id gofakes3.UploadID) error {
	return core(b.abortUpload(bucket, key, string(id)))
}

// What follows is answered by layers.

func (backend) CreateBucket(string) error      { return errAnsweredByLayer }
func (backend) ForceDeleteBucket(string) error { return errAnsweredByLayer }

func (backend) GetObject(string, string, *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	return nil, errAnsweredByLayer
}

func (backend) HeadObject(string, string) (*gofakes3.Object, error) { return nil, errAnsweredByLayer }

func (backend) HeadObjectVersion(string, string, gofakes3.VersionID) (*gofakes3.Object, error) {
	return nil, errAnsweredByLayer
}

func (backend) ListBucket(string, *gofakes3.Prefix, gofakes3.ListBucketPage) (*gofakes3.ObjectList, error) {
	return nil, errAnsweredByLayer
}

func (backend) ListBucketVersions(string, *gofakes3.Prefix,
	*gofakes3.ListBucketVersionsPage) (*gofakes3.ListBucketVersionsResult, error) {
	return nil, errAnsweredByLayer
}

func (backend) CopyObject(string, string, string, string, map[string]string) (r gofakes3.CopyObjectResult, err error) {
	return r, errAnsweredByLayer
}

func (backend) DeleteMulti(string, ...string) (r gofakes3.MultiDeleteResult, err error) {
	return r, errAnsweredByLayer
}

func (backend) DeleteMultiVersions(string, ...gofakes3.ObjectID) (r gofakes3.MultiDeleteResult, err error) {
	return r, errAnsweredByLayer
}

func (backend) UploadPart(string, string, gofakes3.UploadID, int, int64, io.Reader) (string, error) {
	return "", errAnsweredByLayer
}

func (backend) ListMultipartUploads(string, *gofakes3.UploadListMarker, gofakes3.Prefix,
	int64) (*gofakes3.ListMultipartUploadsResult, error) {
	return nil, errAnsweredByLayer
}

func (backend) ListParts(string, string, gofakes3.UploadID, int,
	int64) (*gofakes3.ListMultipartUploadPartsResult, error) {
	return nil, errAnsweredByLayer
}

func (backend) CompleteMultipartUpload(string, string, gofakes3.UploadID,
	*gofakes3.CompleteMultipartUploadRequest) (gofakes3.VersionID, string, error) {
	return "", "", errAnsweredByLayer
}

var (
	_ gofakes3.Backend          = backend{}
	_ gofakes3.VersionedBackend = backend{}
	_ gofakes3.MultipartBackend = backend{}
)
