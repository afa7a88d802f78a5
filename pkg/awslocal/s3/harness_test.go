package s3_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ctx   = context.Background()
	epoch = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
)

func ptr[T any](v T) *T { return &v }

type fixture struct {
	*sdk.Client
	url   string
	http  *http.Client
	clock *clockwork.FakeClock
}

// start serves S3 with a bucket "b". Except for path style, the client has its default settings, including
// checksums.
func start(t testing.TB) fixture {
	t.Helper()
	clock := clockwork.NewFakeClockAt(epoch)
	server := awstest.Start(t, awslocal.Config{Clock: clock})
	cfg := awstest.Config(t, server)
	f := fixture{url: server.URL(), http: cfg.HTTPClient.(*http.Client), clock: clock}
	f.Client = sdk.NewFromConfig(cfg, func(o *sdk.Options) {
		o.UsePathStyle = true
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenSupported
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenSupported
	})
	must[*sdk.CreateBucketOutput](t)(f.CreateBucket(ctx, &sdk.CreateBucketInput{Bucket: ptr("bucket")}))
	return f
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

// wantStatus checks the HTTP status of an error.
func wantStatus(t testing.TB, err error, status int) {
	t.Helper()
	var e interface{ HTTPStatusCode() int }
	if !errors.As(err, &e) || e.HTTPStatusCode() != status {
		t.Errorf("got %v, want status %d", err, status)
	}
}

func (f fixture) put(t testing.TB, key, body string) *sdk.PutObjectOutput {
	t.Helper()
	return must[*sdk.PutObjectOutput](t)(f.PutObject(ctx, &sdk.PutObjectInput{
		Bucket: ptr("bucket"), Key: &key, Body: strings.NewReader(body),
	}))
}

// get reads an object whole.
func (f fixture) get(t testing.TB, in *sdk.GetObjectInput) (string, *sdk.GetObjectOutput) {
	t.Helper()
	in.Bucket = ptr("bucket")
	out := must[*sdk.GetObjectOutput](t)(f.GetObject(ctx, in))
	body := must[[]byte](t)(io.ReadAll(out.Body))
	if err := out.Body.Close(); err != nil {
		t.Error(err)
	}
	return string(body), out
}

func (f fixture) versioning(t testing.TB, status types.BucketVersioningStatus) {
	t.Helper()
	must[*sdk.PutBucketVersioningOutput](t)(f.PutBucketVersioning(ctx, &sdk.PutBucketVersioningInput{
		Bucket: ptr("bucket"), VersioningConfiguration: &types.VersioningConfiguration{Status: status},
	}))
}

// raw sends a handmade request, for what the SDK won't do.
func (f fixture) raw(t testing.TB, method, target string, header http.Header, body []byte) (*http.Response, string) {
	t.Helper()
	r := must[*http.Request](t)(http.NewRequest(method, target, bytes.NewReader(body)))
	for k, v := range header {
		r.Header[k] = v
		if k == "Host" {
			r.Host = v[0]
		}
	}
	resp := must[*http.Response](t)(f.http.Do(r))
	defer func() { _ = resp.Body.Close() }()
	return resp, string(must[[]byte](t)(io.ReadAll(resp.Body)))
}
