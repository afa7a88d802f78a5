package s3_test

import (
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func (f fixture) deleteIf(key, etag string) error {
	_, err := f.DeleteObject(ctx, &sdk.DeleteObjectInput{Bucket: ptr("bucket"), Key: &key, IfMatch: &etag})
	return err
}

func TestConditionalDelete(t *testing.T) {
	f := start(t)
	etag := *f.put(t, "k", "x").ETag
	err := f.deleteIf("k", `"00"`)
	wantCode(t, err, "PreconditionFailed")
	wantStatus(t, err, 412)
	if body, _ := f.get(t, &sdk.GetObjectInput{Key: ptr("k")}); body != "x" {
		t.Errorf("the object is now %q", body)
	}
	if err := f.deleteIf("k", etag); err != nil {
		t.Error(err)
	}
	err = f.deleteIf("k", etag)
	wantCode(t, err, "NoSuchKey")
	wantStatus(t, err, 404)
	wantCode(t, f.deleteIf("k", "*"), "NoSuchKey")
	f.put(t, "k", "x")
	if err := f.deleteIf("k", "*"); err != nil {
		t.Error(err)
	}
}

// The condition is on the newest version.
func TestConditionalDeleteWithVersions(t *testing.T) {
	f := start(t)
	f.versioning(t, types.BucketVersioningStatusEnabled)
	old, newest := f.put(t, "k", "old"), f.put(t, "k", "new")
	wantCode(t, f.deleteIf("k", *old.ETag), "PreconditionFailed")
	if err := f.deleteIf("k", *newest.ETag); err != nil {
		t.Error(err)
	}
	wantCode(t, f.deleteIf("k", *newest.ETag), "PreconditionFailed") // a delete marker has no ETag
	wantCode(t, f.deleteIf("k", "*"), "PreconditionFailed")
	if body, _ := f.get(t, &sdk.GetObjectInput{Key: ptr("k"), VersionId: old.VersionId}); body != "old" {
		t.Errorf("got %q", body)
	}
}

// Of many that delete the same object, one does.
func TestConditionalDeleteHasOneWinner(t *testing.T) {
	f := start(t)
	etag := *f.put(t, "k", "x").ETag
	results := make(chan error, 16)
	for range cap(results) {
		go func() { results <- f.deleteIf("k", etag) }()
	}
	won := 0
	for range cap(results) {
		if err := <-results; err == nil {
			won++
		} else {
			wantCode(t, err, "NoSuchKey")
		}
	}
	if won != 1 {
		t.Errorf("%d deleted it", won)
	}
}

func TestConditionalDeletesOfMany(t *testing.T) {
	f := start(t)
	a, b := f.put(t, "a", "1").ETag, f.put(t, "b", "2").ETag
	out := must[*sdk.DeleteObjectsOutput](t)(f.DeleteObjects(ctx, &sdk.DeleteObjectsInput{
		Bucket: ptr("bucket"), Delete: &types.Delete{Objects: []types.ObjectIdentifier{
			{Key: ptr("a"), ETag: a}, {Key: ptr("b"), ETag: a}, {Key: ptr("none"), ETag: b}, {Key: ptr("never")},
		}},
	}))
	var got []string
	for _, d := range out.Deleted {
		got = append(got, *d.Key)
	}
	for _, e := range out.Errors {
		got = append(got, *e.Key+" "+*e.Code)
	}
	if s := strings.Join(got, ", "); s != "a, never, b PreconditionFailed, none NoSuchKey" {
		t.Errorf("got %s", s)
	}
	if body, _ := f.get(t, &sdk.GetObjectInput{Key: ptr("b")}); body != "2" {
		t.Errorf("b is %q", body)
	}
	_, err := f.DeleteObjects(ctx, &sdk.DeleteObjectsInput{
		Bucket: ptr("bucket"), Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: ptr("b"), Size: ptr(int64(1))}}},
	})
	wantCode(t, err, "NotImplemented")
}
