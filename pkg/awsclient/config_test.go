package awsclient

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/crashlab/crashlab/pkg/stack"
)

// recorder answers every request with a non-retryable error, and keeps the last request.
type recorder struct{ last *http.Request }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.last = req
	return &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

// call makes a call to an endpoint and returns the request that was sent, nil for none.
func call(t *testing.T, e stack.Endpoint) (*http.Request, error) {
	t.Helper()
	var sent recorder
	_, err := sts.NewFromConfig(Config(t.Context(), e, &sent)).GetCallerIdentity(t.Context(), nil)
	return sent.last, err
}

// user gives the SDK the files of a user with a profile and nothing in the environment.
func user(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
		"AWS_ENDPOINT_URL",
	} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join("testdata", "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join("testdata", "none"))
}

func TestRequestsToAnEmulatorAreSignedWithItsKeys(t *testing.T) {
	user(t)
	r, _ := call(t, stack.Endpoint{
		URL: "http://127.0.0.1:4566", Region: "eu-west-1", AccessKey: "theirs", SecretKey: "secret",
	})
	if r.URL.Host != "127.0.0.1:4566" || !strings.Contains(r.Header.Get("Authorization"), "Credential=theirs/") ||
		!strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/sts/") {
		t.Errorf("to %s, signed %q", r.URL.Host, r.Header.Get("Authorization"))
	}
}

func TestRealAWSIsTheSDKsOwnResolution(t *testing.T) {
	user(t)
	for region, want := range map[string]string{"": "ap-south-1", "eu-west-1": "eu-west-1"} {
		r, _ := call(t, stack.Endpoint{Region: region})
		if r.URL.Host != "sts."+want+".amazonaws.com" ||
			!strings.Contains(r.Header.Get("Authorization"), "Credential=profile/") {
			t.Errorf("region %q: to %s, signed %q", region, r.URL.Host, r.Header.Get("Authorization"))
		}
	}
}

func TestUnreadableFilesFailTheCalls(t *testing.T) {
	user(t)
	t.Setenv("AWS_PROFILE", "nobody")
	if r, err := call(t, stack.Endpoint{Region: "eu-west-1"}); r != nil || err == nil ||
		!strings.Contains(err.Error(), "load AWS configuration") {
		t.Errorf("sent %v, %v", r, err)
	}
}

func TestClientsFollowNoRedirects(t *testing.T) {
	client := Config(t.Context(), stack.Endpoint{URL: "http://127.0.0.1:4566"}, redirecting{}).HTTPClient
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:4566/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil || resp.StatusCode != http.StatusMovedPermanently {
		t.Fatalf("%v, %v", resp, err)
	}
	_ = resp.Body.Close()
}

type redirecting struct{}

func (redirecting) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusMovedPermanently, Header: http.Header{"Location": {"/elsewhere"}}, Body: http.NoBody,
		Request: r,
	}, nil
}
