package s3_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// tags returns an object's tags in the form of a query.
func (f fixture) tags(t testing.TB, key string, id *string) string {
	t.Helper()
	out := must[*sdk.GetObjectTaggingOutput](t)(f.GetObjectTagging(ctx, &sdk.GetObjectTaggingInput{
		Bucket: ptr("bucket"), Key: &key, VersionId: id,
	}))
	got := url.Values{}
	for _, tag := range out.TagSet {
		got.Add(*tag.Key, *tag.Value)
	}
	return got.Encode()
}

func (f fixture) tag(key string, tags ...types.Tag) error {
	_, err := f.PutObjectTagging(ctx, &sdk.PutObjectTaggingInput{
		Bucket: ptr("bucket"), Key: &key, Tagging: &types.Tagging{TagSet: tags},
	})
	return err
}

func TestTags(t *testing.T) {
	f := start(t)
	must[*sdk.PutObjectOutput](t)(f.PutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: ptr("k"), Body: strings.NewReader("x"), Tagging: ptr("a=1&b+c=%C3%BC&empty"),
	}))
	if got := f.tags(t, "k", nil); got != "a=1&b+c=%C3%BC&empty=" {
		t.Errorf("got %s", got)
	}
	_, out := f.get(t, &sdk.GetObjectInput{Key: ptr("k")})
	if *out.TagCount != 3 {
		t.Errorf("count %d", *out.TagCount)
	}
	if err := f.tag("k", types.Tag{Key: ptr("z"), Value: ptr("<&>")}); err != nil {
		t.Error(err)
	}
	if got := f.tags(t, "k", nil); got != "z=%3C%26%3E" {
		t.Errorf("got %s", got)
	}
	body, after := f.get(t, &sdk.GetObjectInput{Key: ptr("k")})
	if body != "x" || !after.LastModified.Equal(*out.LastModified) {
		t.Errorf("the object became %q", body)
	}
	must[*sdk.DeleteObjectTaggingOutput](t)(f.DeleteObjectTagging(ctx, &sdk.DeleteObjectTaggingInput{
		Bucket: ptr("bucket"), Key: ptr("k"),
	}))
	if got := f.tags(t, "k", nil); got != "" {
		t.Errorf("got %s", got)
	}
	if _, out := f.get(t, &sdk.GetObjectInput{Key: ptr("k")}); out.TagCount != nil {
		t.Errorf("count %d", *out.TagCount)
	}
	if _, body := f.raw(t, "GET", f.url+"/bucket/k?tagging", nil, nil); !strings.Contains(body, "<TagSet></TagSet>") {
		t.Errorf("no set: %s", body)
	}
}

func TestInvalidTags(t *testing.T) {
	f := start(t)
	f.put(t, "k", "x")
	tag := func(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }
	var many []types.Tag
	for i := range 11 {
		many = append(many, tag(fmt.Sprint(i), ""))
	}
	wantCode(t, f.tag("k", many...), "BadRequest")
	if err := f.tag("k", many[:10]...); err != nil {
		t.Error(err)
	}
	wantCode(t, f.tag("k", tag("a", "1"), tag("a", "2")), "InvalidTag")
	wantCode(t, f.tag("k", tag(strings.Repeat("ä", 129), "")), "InvalidTag")
	wantCode(t, f.tag("k", tag("a", strings.Repeat("ä", 257))), "InvalidTag")
	if err := f.tag("k", tag(strings.Repeat("ä", 128), strings.Repeat("ä", 256))); err != nil {
		t.Error(err)
	}
	wantCode(t, f.tag("none", tag("a", "1")), "NoSuchKey")
	_, body := f.raw(t, "PUT", f.url+"/bucket/k?tagging", nil, []byte("<Tagging>"))
	if !strings.Contains(body, "MalformedXML") {
		t.Error(body)
	}
}

func TestTagsOfVersionsCopiesAndUploads(t *testing.T) {
	f := start(t)
	f.versioning(t, types.BucketVersioningStatusEnabled)
	one, two := f.put(t, "k", "one").VersionId, f.put(t, "k", "two").VersionId
	must[*sdk.PutObjectTaggingOutput](t)(f.PutObjectTagging(ctx, &sdk.PutObjectTaggingInput{
		Bucket: ptr("bucket"), Key: ptr("k"), VersionId: one,
		Tagging: &types.Tagging{TagSet: []types.Tag{{Key: ptr("n"), Value: ptr("1")}}},
	}))
	if got := f.tags(t, "k", one) + "|" + f.tags(t, "k", two) + "|" + f.tags(t, "k", nil); got != "n=1||" {
		t.Errorf("got %s", got)
	}
	copied := func(in sdk.CopyObjectInput) string {
		in.Bucket, in.Key, in.CopySource = ptr("bucket"), ptr("copy"), ptr("bucket/k?versionId="+*one)
		must[*sdk.CopyObjectOutput](t)(f.CopyObject(ctx, &in))
		return f.tags(t, "copy", nil)
	}
	if got := copied(sdk.CopyObjectInput{}); got != "n=1" {
		t.Errorf("copy: %s", got)
	}
	if got := copied(sdk.CopyObjectInput{TaggingDirective: "REPLACE", Tagging: ptr("m=2")}); got != "m=2" {
		t.Errorf("replaced: %s", got)
	}
	if got := copied(sdk.CopyObjectInput{TaggingDirective: "COPY", Tagging: ptr("m=2")}); got != "n=1" {
		t.Errorf("not replaced: %s", got)
	}
	id := must[*sdk.CreateMultipartUploadOutput](t)(f.CreateMultipartUpload(ctx, &sdk.CreateMultipartUploadInput{
		Bucket: ptr("bucket"), Key: ptr("joined"), Tagging: ptr("a=1"),
	})).UploadId
	if _, err := f.complete("joined", id, f.part(t, "joined", id, 1, []byte("x"))); err != nil {
		t.Fatal(err)
	}
	if got := f.tags(t, "joined", nil); got != "a=1" {
		t.Errorf("upload: %s", got)
	}
	must[*sdk.DeleteObjectOutput](t)(f.DeleteObject(ctx, &sdk.DeleteObjectInput{Bucket: ptr("bucket"), Key: ptr("k")}))
	wantCode(t, f.tag("k", types.Tag{Key: ptr("a"), Value: ptr("1")}), "NoSuchKey")
	must[*sdk.GetObjectTaggingOutput](t)(f.GetObjectTagging(ctx, &sdk.GetObjectTaggingInput{
		Bucket: ptr("bucket"), Key: ptr("k"), VersionId: one,
	}))
}
