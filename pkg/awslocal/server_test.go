package awslocal_test

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCallerIdentity(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	cfg := awstest.Config(t, s)
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, "000000000000", *out.Account)

	cfg.Credentials = credentials.NewStaticCredentialsProvider("111122223333", "test", "")
	out, err = sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, "111122223333", *out.Account, "a key of twelve digits names the account")
}

func TestStopRefusesAndRestartServesOnTheSamePort(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	client := sts.NewFromConfig(awstest.Config(t, s))
	url := s.URL()

	s.Stop()
	_, err := client.GetCallerIdentity(t.Context(), nil)
	require.Error(t, err)

	require.NoError(t, s.Restart())
	require.Equal(t, url, s.URL())
	_, err = client.GetCallerIdentity(t.Context(), nil)
	require.NoError(t, err)
}

func TestStallAcceptsAndDoesNotAnswerUntilResume(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	client := sts.NewFromConfig(awstest.Config(t, s))
	s.Stall()

	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err := client.GetCallerIdentity(ctx, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	done := make(chan error, 1)
	go func() {
		_, err := client.GetCallerIdentity(t.Context(), nil)
		done <- err
	}()
	s.Resume()
	require.NoError(t, <-done)
}

func TestCloseEndsAStalledRequest(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	s.Stall()
	arrived := make(chan struct{})
	// A client that expects a 100 gets it when the server begins to read the body.
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(arrived) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL(),
		strings.NewReader("Action=GetCallerIdentity&Version=2011-06-15"))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Expect", "100-continue")
	transport := &http.Transport{ExpectContinueTimeout: time.Minute}
	done := make(chan error, 1)
	go func() {
		resp, err := transport.RoundTrip(req)
		if err == nil {
			err = resp.Body.Close()
		}
		done <- err
	}()
	select {
	case <-arrived:
	case err := <-done:
		t.Fatalf("the request ended before it arrived: %v", err)
	}
	require.NoError(t, s.Close())
	require.Error(t, <-done)
	require.NoError(t, s.Close())
}
