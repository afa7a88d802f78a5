package s3_test

import (
	"net/http"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// buckets.go
func TestBuckets(t *testing.T) {
	f := start(t)
	// again, in us-east-1
	must[*sdk.CreateBucketOutput](t)(f.CreateBucket(ctx, &sdk.CreateBucketInput{Bucket: ptr("bucket")}))
	abroad := &sdk.CreateBucketInput{
		Bucket: ptr("abroad"), CreateBucketConfiguration: &types.CreateBucketConfiguration{
			LocationConstraint: types.BucketLocationConstraintEuWest1,
		},
	}
	must[*sdk.CreateBucketOutput](t)(f.CreateBucket(ctx, abroad))
	_, err := f.CreateBucket(ctx, abroad)
	wantCode(t, err, "BucketAlreadyOwnedByYou")
	wantStatus(t, err, 409)
	_, err = f.CreateBucket(ctx, &sdk.CreateBucketInput{Bucket: ptr("Upper")})
	wantCode(t, err, "InvalidBucketName")

	l := must[*sdk.GetBucketLocationOutput](t)(f.GetBucketLocation(ctx, &sdk.GetBucketLocationInput{
		Bucket: ptr("abroad"),
	}))
	if l.LocationConstraint != "eu-west-1" {
		t.Errorf("location %q", l.LocationConstraint)
	}
	h := must[*sdk.HeadBucketOutput](t)(f.HeadBucket(ctx, &sdk.HeadBucketInput{Bucket: ptr("abroad")}))
	if *h.BucketRegion != "eu-west-1" {
		t.Errorf("region %s", *h.BucketRegion)
	}
	_, err = f.HeadBucket(ctx, &sdk.HeadBucketInput{Bucket: ptr("nowhere")})
	wantCode(t, err, "NotFound")

	all := must[*sdk.ListBucketsOutput](t)(f.ListBuckets(ctx, &sdk.ListBucketsInput{}))
	if len(all.Buckets) != 2 || *all.Buckets[0].Name != "abroad" || !all.Buckets[0].CreationDate.Equal(epoch) {
		t.Errorf("buckets %+v", all.Buckets)
	}

	f.put(t, "k", "x")
	_, err = f.DeleteBucket(ctx, &sdk.DeleteBucketInput{Bucket: ptr("bucket")})
	wantCode(t, err, "BucketNotEmpty")
	wantStatus(t, err, 409)
	must[*sdk.DeleteObjectOutput](t)(f.DeleteObject(ctx, &sdk.DeleteObjectInput{Bucket: ptr("bucket"), Key: ptr("k")}))
	must[*sdk.DeleteBucketOutput](t)(f.DeleteBucket(ctx, &sdk.DeleteBucketInput{Bucket: ptr("bucket")}))
	_, err = f.DeleteBucket(ctx, &sdk.DeleteBucketInput{Bucket: ptr("bucket")})
	wantCode(t, err, "NoSuchBucket")
	_, err = f.ListObjectsV2(ctx, &sdk.ListObjectsV2Input{Bucket: ptr("bucket")})
	wantCode(t, err, "NoSuchBucket")
}

func TestVersioningThatWasNeverSetHasNoStatus(t *testing.T) {
	f := start(t)
	if _, body := f.raw(t, "GET", f.url+"/bucket?versioning", nil, nil); strings.Contains(body, "Status") ||
		!strings.Contains(body, "<VersioningConfiguration") {
		t.Errorf("got %s", body)
	}
	for content, want := range map[string]string{
		"<Status>Maybe</Status>": "MalformedXML",
		"":                       "IllegalVersioningConfigurationException",
		"<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>": "NotImplemented",
		"<": "MalformedXML",
	} {
		document := "<VersioningConfiguration>" + content + "</VersioningConfiguration>"
		if _, body := f.raw(t, "PUT", f.url+"/bucket?versioning", nil, []byte(document)); !strings.Contains(body, want) {
			t.Errorf("%s: got %s, want %s", document, body, want)
		}
	}
	f.versioning(t, types.BucketVersioningStatusEnabled)
	_, body := f.raw(t, "GET", f.url+"/bucket?versioning", nil, nil)
	if !strings.Contains(body, "<Status>Enabled</Status>") {
		t.Errorf("got %s", body)
	}
}

func TestPagesOfBuckets(t *testing.T) {
	f := start(t)
	for _, name := range []string{"x-1", "x-2", "x-3"} {
		must[*sdk.CreateBucketOutput](t)(f.CreateBucket(ctx, &sdk.CreateBucketInput{Bucket: &name}))
	}
	for size, want := range map[int32]string{1: "x-1|x-2|x-3", 2: "x-1 x-2|x-3", 3: "x-1 x-2 x-3"} {
		var pages []string
		in := &sdk.ListBucketsInput{MaxBuckets: &size, Prefix: ptr("x-")}
		for p := sdk.NewListBucketsPaginator(f.Client, in); p.HasMorePages(); {
			var names []string
			for _, b := range must[*sdk.ListBucketsOutput](t)(p.NextPage(ctx)).Buckets {
				names = append(names, *b.Name)
			}
			pages = append(pages, strings.Join(names, " "))
		}
		if got := strings.Join(pages, "|"); got != want {
			t.Errorf("pages of %d: %s, want %s", size, got, want)
		}
	}
	_, err := f.ListBuckets(ctx, &sdk.ListBucketsInput{MaxBuckets: ptr[int32](10001)})
	wantCode(t, err, "InvalidArgument")
	if out := must[*sdk.ListBucketsOutput](t)(f.ListBuckets(ctx, &sdk.ListBucketsInput{
		BucketRegion: ptr("eu-west-1"),
	})); len(out.Buckets) != 0 {
		t.Errorf("%+v", out.Buckets)
	}
}

func TestBucketNames(t *testing.T) {
	f := start(t)
	for name, want := range map[string]int{
		"abc": 200, "a-b.c1": 200, strings.Repeat("a", 63): 200, "ab": 400, strings.Repeat("a", 64): 400, "-ab": 400,
		"ab-": 400, "a..b": 400, "a.-b": 400, "A-bucket": 400, "under_score": 400, "192.168.5.4": 400, "xn--bucket": 400,
		"bucket-s3alias": 400,
	} {
		if resp, _ := f.raw(t, "PUT", f.url+"/"+name, nil, nil); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", name, resp.StatusCode, want)
		}
	}
}

func TestMethodsThatAreNotAllowed(t *testing.T) {
	f := start(t)
	for _, request := range []string{
		"PATCH /bucket/k", "POST /bucket/k", "PUT /", "DELETE /bucket?versioning", "GET /bucket?delete",
	} {
		method, path, _ := strings.Cut(request, " ")
		resp, body := f.raw(t, method, f.url+path, nil, nil)
		if resp.StatusCode != 405 || !strings.Contains(body, "<Code>MethodNotAllowed</Code>") {
			t.Errorf("%s: %d %s", request, resp.StatusCode, body)
		}
	}
	_, err := f.PutObject(ctx, &sdk.PutObjectInput{Bucket: ptr("bucket"), Key: ptr(strings.Repeat("k", 1025))})
	wantCode(t, err, "KeyTooLongError")
	if resp, body := f.raw(t, "GET", f.url+"/bucket/%ae", nil, nil); resp.StatusCode != 400 ||
		!strings.Contains(body, "InvalidURI") {
		t.Errorf("a key that is not UTF-8: %s", body)
	}
}

// request.go
func TestVirtualHost(t *testing.T) {
	f := start(t)
	for _, host := range []string{
		"bucket.localhost:4566", "bucket.127.0.0.1:80", "bucket.s3.localhost.localstack.cloud:4566",
		"bucket.s3.eu-west-1.amazonaws.com", "bucket.s3.amazonaws.com",
	} {
		resp, body := f.raw(t, "PUT", f.url+"/a%2Fb/c", http.Header{"Host": {host}}, []byte(host))
		if resp.StatusCode != 200 {
			t.Errorf("%s: put %d %s", host, resp.StatusCode, body)
		}
		if got, _ := f.get(t, &sdk.GetObjectInput{Key: ptr("a/b/c")}); got != host {
			t.Errorf("%s: got %q", host, got)
		}
		_, listed := f.raw(t, "GET", f.url+"/?list-type=2", http.Header{"Host": {host}}, nil)
		if !strings.Contains(listed, "<Key>a/b/c</Key>") {
			t.Errorf("%s: listed %s", host, listed)
		}
	}
	for _, host := range []string{
		"localhost:4566", "127.0.0.1:4566", "s3.localhost.localstack.cloud:4566", "s3.eu-west-1.amazonaws.com",
	} {
		if resp, _ := f.raw(t, "GET", f.url+"/bucket/a/b/c", http.Header{"Host": {host}}, nil); resp.StatusCode != 200 {
			t.Errorf("path style on %s: %d", host, resp.StatusCode)
		}
	}
}
