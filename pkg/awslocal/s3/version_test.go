package s3_test

import (
	"fmt"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestVersions(t *testing.T) {
	f := start(t)
	f.put(t, "k", "before") // the null version
	f.versioning(t, types.BucketVersioningStatusEnabled)
	one, two := *f.put(t, "k", "one").VersionId, *f.put(t, "k", "two").VersionId
	for id, want := range map[string]string{"null": "before", one: "one", two: "two"} {
		body, out := f.get(t, &sdk.GetObjectInput{Key: ptr("k"), VersionId: &id})
		if body != want || *out.VersionId != id {
			t.Errorf("%s: got %q of %s", id, body, *out.VersionId)
		}
		// objects.go: HEAD answers for the requested version
		h := must[*sdk.HeadObjectOutput](t)(f.HeadObject(ctx, &sdk.HeadObjectInput{
			Bucket: ptr("bucket"), Key: ptr("k"), VersionId: &id,
		}))
		if *h.ContentLength != int64(len(want)) || *h.VersionId != id {
			t.Errorf("%s: head %d of %s", id, *h.ContentLength, *h.VersionId)
		}
	}

	d := must[*sdk.DeleteObjectOutput](t)(f.DeleteObject(ctx, &sdk.DeleteObjectInput{
		Bucket: ptr("bucket"), Key: ptr("k"),
	}))
	if !*d.DeleteMarker || d.VersionId == nil {
		t.Errorf("delete %+v", d)
	}
	_, err := f.GetObject(ctx, &sdk.GetObjectInput{Bucket: ptr("bucket"), Key: ptr("k")})
	wantCode(t, err, "NoSuchKey")
	resp, _ := f.raw(t, "GET", f.url+"/bucket/k", nil, nil)
	if resp.Header.Get("X-Amz-Delete-Marker") != "true" || resp.Header.Get("X-Amz-Version-Id") != *d.VersionId {
		t.Errorf("the marker is not shown: %v", resp.Header)
	}
	_, err = f.GetObject(ctx, &sdk.GetObjectInput{Bucket: ptr("bucket"), Key: ptr("k"), VersionId: d.VersionId})
	wantCode(t, err, "MethodNotAllowed")
	wantStatus(t, err, 405)
	_, err = f.GetObject(ctx, &sdk.GetObjectInput{Bucket: ptr("bucket"), Key: ptr("k"), VersionId: ptr("nope")})
	wantCode(t, err, "NoSuchVersion")

	// Deleting the marker restores the object: the version below is the newest again.
	u := must[*sdk.DeleteObjectOutput](t)(f.DeleteObject(ctx, &sdk.DeleteObjectInput{
		Bucket: ptr("bucket"), Key: ptr("k"), VersionId: d.VersionId,
	}))
	if !*u.DeleteMarker {
		t.Errorf("undelete %+v", u)
	}
	if body, _ := f.get(t, &sdk.GetObjectInput{Key: ptr("k")}); body != "two" {
		t.Errorf("after undelete: %q", body)
	}
	// store.go: the version written without versioning
	must[*sdk.DeleteObjectOutput](t)(f.DeleteObject(ctx, &sdk.DeleteObjectInput{
		Bucket: ptr("bucket"), Key: ptr("k"), VersionId: ptr("null"),
	}))
	_, err = f.GetObject(ctx, &sdk.GetObjectInput{Bucket: ptr("bucket"), Key: ptr("k"), VersionId: ptr("null")})
	wantCode(t, err, "NoSuchVersion")
	if body, _ := f.get(t, &sdk.GetObjectInput{Key: ptr("k")}); body != "two" {
		t.Errorf("after the null version went: %q", body)
	}

	_, err = f.DeleteBucket(ctx, &sdk.DeleteBucketInput{Bucket: ptr("bucket")})
	wantCode(t, err, "BucketNotEmpty")
}

func TestSuspendedVersioningKeepsVersions(t *testing.T) {
	f := start(t)
	f.versioning(t, types.BucketVersioningStatusEnabled)
	kept := f.put(t, "k", "kept").VersionId
	f.versioning(t, types.BucketVersioningStatusSuspended)
	for _, body := range []string{"a", "b"} { // one null version, replaced
		if p := f.put(t, "k", body); *p.VersionId != "null" {
			t.Errorf("version %s", *p.VersionId)
		}
	}
	l := must[*sdk.ListObjectVersionsOutput](t)(f.ListObjectVersions(ctx, &sdk.ListObjectVersionsInput{
		Bucket: ptr("bucket"),
	}))
	if len(l.Versions) != 2 || *l.Versions[0].VersionId != "null" || !*l.Versions[0].IsLatest ||
		*l.Versions[1].VersionId != *kept {
		t.Errorf("versions %+v", l.Versions)
	}
	d := must[*sdk.DeleteObjectOutput](t)(f.DeleteObject(ctx, &sdk.DeleteObjectInput{
		Bucket: ptr("bucket"), Key: ptr("k"),
	}))
	if !*d.DeleteMarker || *d.VersionId != "null" {
		t.Errorf("delete %+v", d)
	}
	if body, _ := f.get(t, &sdk.GetObjectInput{Key: ptr("k"), VersionId: kept}); body != "kept" {
		t.Errorf("got %q", body)
	}
	v := must[*sdk.GetBucketVersioningOutput](t)(f.GetBucketVersioning(ctx, &sdk.GetBucketVersioningInput{
		Bucket: ptr("bucket"),
	}))
	if v.Status != types.BucketVersioningStatusSuspended {
		t.Errorf("status %s", v.Status)
	}
}

// versionlisting.go: for any page size the pages together are the whole.
func TestListVersionsPages(t *testing.T) {
	f := start(t)
	f.versioning(t, types.BucketVersioningStatusEnabled)
	for i := range 3 {
		for _, key := range []string{"a", "b/1", "b/2", "c"} {
			f.put(t, key, fmt.Sprint(i))
		}
	}
	must[*sdk.DeleteObjectOutput](t)(f.DeleteObject(ctx, &sdk.DeleteObjectInput{Bucket: ptr("bucket"), Key: ptr("c")}))
	for delimiter, want := range map[string]string{"": "a*aab/1*b/1b/1b/2*b/2b/2ccc|c*", "/": "a*aaccc|c*|b/"} {
		for size := range int32(6) {
			in := &sdk.ListObjectVersionsInput{Bucket: ptr("bucket"), MaxKeys: ptr(size + 1)}
			if delimiter != "" {
				in.Delimiter = &delimiter
			}
			var versions, markers, prefixes strings.Builder
			latest := func(b *strings.Builder, key string, is bool) {
				b.WriteString(key)
				if is {
					b.WriteString("*")
				}
			}
			for pages := sdk.NewListObjectVersionsPaginator(f.Client, in); pages.HasMorePages(); {
				p := must[*sdk.ListObjectVersionsOutput](t)(pages.NextPage(ctx))
				for _, v := range p.Versions {
					latest(&versions, *v.Key, *v.IsLatest)
				}
				for _, v := range p.DeleteMarkers {
					latest(&markers, *v.Key, *v.IsLatest)
				}
				for _, c := range p.CommonPrefixes {
					prefixes.WriteString(*c.Prefix)
				}
			}
			got := versions.String() + "|" + markers.String()
			if prefixes.Len() > 0 {
				got += "|" + prefixes.String()
			}
			if got != want {
				t.Errorf("delimiter %q, pages of %d: got %s, want %s", delimiter, size+1, got, want)
			}
		}
	}
	_, err := f.ListObjectVersions(ctx, &sdk.ListObjectVersionsInput{Bucket: ptr("bucket"), VersionIdMarker: ptr("x")})
	wantCode(t, err, "InvalidArgument")
}

// deletes.go
func TestDeleteObjects(t *testing.T) {
	f := start(t)
	f.put(t, "plain", "x")
	remove := func(quiet bool, objects ...types.ObjectIdentifier) *sdk.DeleteObjectsOutput {
		return must[*sdk.DeleteObjectsOutput](t)(f.DeleteObjects(ctx, &sdk.DeleteObjectsInput{
			Bucket: ptr("bucket"), Delete: &types.Delete{Objects: objects, Quiet: &quiet},
		}))
	}
	out := remove(false, types.ObjectIdentifier{Key: ptr("plain")}, types.ObjectIdentifier{Key: ptr("never")})
	if len(out.Deleted) != 2 || len(out.Errors) != 0 || out.Deleted[0].DeleteMarker != nil {
		t.Errorf("%+v", out)
	}
	f.versioning(t, types.BucketVersioningStatusEnabled)
	id := f.put(t, "k", "x").VersionId
	out = remove(false, types.ObjectIdentifier{Key: ptr("k")}, types.ObjectIdentifier{Key: ptr("k"), VersionId: id})
	if d := out.Deleted[0]; !*d.DeleteMarker || d.DeleteMarkerVersionId == nil {
		t.Errorf("marker %+v", d)
	}
	if d := out.Deleted[1]; d.DeleteMarker != nil || *d.VersionId != *id {
		t.Errorf("version %+v", d)
	}
	if out = remove(true, types.ObjectIdentifier{Key: ptr("k")}); len(out.Deleted) != 0 {
		t.Errorf("quiet: %+v", out)
	}
	many := make([]types.ObjectIdentifier, 1001)
	for i := range many {
		many[i].Key = ptr("k")
	}
	_, err := f.DeleteObjects(ctx, &sdk.DeleteObjectsInput{Bucket: ptr("bucket"), Delete: &types.Delete{Objects: many}})
	wantCode(t, err, "MalformedXML")
}
