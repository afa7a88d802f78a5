package awslocal

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// Work that nobody waits for is guarded too: a delivery whose target panics is one line in the log.
func TestAPanicInTheBackgroundEndsTheWorkAlone(t *testing.T) {
	core, logs := observer.New(zap.ErrorLevel)
	s, err := Start(Config{Log: zap.New(core)})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	done := make(chan struct{})
	s.guard("sns")("delivery", func() {
		defer close(done)
		panic("boom")
	})
	<-done
	require.Equal(t, []string{"internal error sns delivery"}, lines(logs))
}
