package awslocal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// broken is a service that returns or panics as the test wants.
type broken func() (any, error)

func (b broken) Call(context.Context, *api.Request) (any, error) { return b() }

func TestErrorsFromWithin(t *testing.T) {
	for name, service := range map[string]broken{
		"an error": func() (any, error) { return nil, errors.New("boom") },
		"a panic":  func() (any, error) { panic("boom") },
	} {
		t.Run(name, func(t *testing.T) {
			core, logs := observer.New(zap.ErrorLevel)
			s, err := Start(Config{Log: zap.New(core)})
			require.NoError(t, err)
			s.byName["sns"].rpc = service
			resp, err := http.Post(s.URL(), "application/x-www-form-urlencoded",
				strings.NewReader("Action=ListTopics&Version=2010-03-31"))
			require.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			http.DefaultClient.CloseIdleConnections()
			require.NoError(t, s.Close())
			require.Equal(t, http.StatusInternalServerError, resp.StatusCode)
			require.Contains(t, string(body), "<Code>InternalFailure</Code>")
			require.NotZero(t, logs.Len())
		})
	}
}
