package s3_test

import (
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

var keys = []string{"/lead", "a", "b//double", "b/1", "b/2", "b/c/3", "b2", "d/", "d/x", "e f+ü"}

// all pages through both versions of the operation and returns keys and prefixes.
func (f fixture) all(t *testing.T, v2 bool, size int32, prefix, delimiter, after string) string {
	t.Helper()
	var got []string
	add := func(contents []types.Object, prefixes []types.CommonPrefix) {
		if n := len(contents) + len(prefixes); n > int(size) {
			t.Errorf("%d on a page of %d", n, size)
		}
		for _, c := range contents {
			got = append(got, *c.Key)
		}
		for _, p := range prefixes {
			got = append(got, "("+*p.Prefix+")")
		}
	}
	if v2 {
		in := &sdk.ListObjectsV2Input{
			Bucket: ptr("bucket"), MaxKeys: &size, Prefix: &prefix, Delimiter: &delimiter, StartAfter: &after,
		}
		for pages := sdk.NewListObjectsV2Paginator(f.Client, in); pages.HasMorePages(); {
			p := must[*sdk.ListObjectsV2Output](t)(pages.NextPage(ctx))
			if int(*p.KeyCount) != len(p.Contents)+len(p.CommonPrefixes) {
				t.Errorf("KeyCount %d", *p.KeyCount)
			}
			add(p.Contents, p.CommonPrefixes)
		}
		return strings.Join(got, " ")
	}
	for marker := after; ; {
		p := must[*sdk.ListObjectsOutput](t)(f.ListObjects(ctx, &sdk.ListObjectsInput{
			Bucket: ptr("bucket"), MaxKeys: &size, Prefix: &prefix, Delimiter: &delimiter, Marker: &marker,
		}))
		add(p.Contents, p.CommonPrefixes)
		if !*p.IsTruncated {
			return strings.Join(got, " ")
		}
		if p.NextMarker != nil {
			marker = *p.NextMarker
		} else {
			marker = *p.Contents[len(p.Contents)-1].Key
		}
	}
}

// listing.go: for any page size the pages together are the whole, and nothing is listed twice.
func TestListing(t *testing.T) {
	f := start(t)
	for _, k := range keys {
		f.put(t, k, "x")
	}
	for _, tc := range []struct{ prefix, delimiter, after, want string }{
		{"", "", "", strings.Join(keys, " ")},
		{"", "/", "", "(/) a (b/) b2 (d/) e f+ü"},
		{"b/", "/", "", "(b//) b/1 b/2 (b/c/)"},
		{"b", "/", "", "(b/) b2"},
		{"d/", "/", "", "d/ d/x"},
		{"b/", "", "", "b//double b/1 b/2 b/c/3"},
		{"", "/", "b/", "b2 (d/) e f+ü"},
		{"", "", "b/2", "b/c/3 b2 d/ d/x e f+ü"},
		{"b/", "/", "a", "(b//) b/1 b/2 (b/c/)"},
		{"zzz", "", "", ""},
	} {
		for size := range int32(7) {
			for _, v2 := range []bool{true, false} {
				got, want := strings.Fields(f.all(t, v2, size+1, tc.prefix, tc.delimiter, tc.after)), strings.Fields(tc.want)
				// Contents and prefixes of a page are separate lists; as sets they must be equal.
				if !sameSet(got, want) {
					t.Errorf("%+v, pages of %d, v2 %v: got %v", tc, size+1, v2, got)
				}
			}
		}
	}
}

func sameSet(a, b []string) bool {
	count := map[string]int{}
	for _, x := range a {
		count[x]++
	}
	for _, x := range b {
		count[x]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestListingDetails(t *testing.T) {
	f := start(t)
	f.put(t, "a b", "hello")
	none := must[*sdk.ListObjectsV2Output](t)(f.ListObjectsV2(ctx, &sdk.ListObjectsV2Input{
		Bucket: ptr("bucket"), MaxKeys: ptr[int32](0),
	}))
	if *none.KeyCount != 0 || *none.IsTruncated || len(none.Contents) != 0 {
		t.Errorf("max-keys=0: %+v", none)
	}
	l := must[*sdk.ListObjectsV2Output](t)(f.ListObjectsV2(ctx, &sdk.ListObjectsV2Input{
		Bucket: ptr("bucket"), EncodingType: types.EncodingTypeUrl, FetchOwner: ptr(true),
	}))
	if c := l.Contents[0]; *c.Key != "a+b" || *c.Size != 5 || *c.ETag != `"5d41402abc4b2a76b9719d911017c592"` ||
		!c.LastModified.Equal(epoch) || c.StorageClass != "STANDARD" || c.Owner == nil {
		t.Errorf("%+v", c)
	}
	_, err := f.ListObjectsV2(ctx, &sdk.ListObjectsV2Input{Bucket: ptr("bucket"), ContinuationToken: ptr("!")})
	wantCode(t, err, "InvalidArgument")
	_, err = f.ListObjectsV2(ctx, &sdk.ListObjectsV2Input{Bucket: ptr("bucket"), EncodingType: "morse"})
	wantCode(t, err, "InvalidArgument")
}
