package lambda_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/lambda"
)

func TestAnEventIsTriedThreeTimes(t *testing.T) {
	g := newGate()
	f := start(t, handlers{"f": g.handle})
	f.send(t, "f", `{"n":1}`)
	fail := func() {
		t.Helper()
		require.Equal(t, `{"n":1}`, g.enter(t))
		g.leave <- errors.New("no")
		f.await(t, 1)
	}
	fail()
	require.NoError(t, f.clock.BlockUntilContext(t.Context(), 2)) // the retry, and the environment's end
	f.clock.Advance(time.Minute - time.Nanosecond)
	require.Empty(t, g.entered)
	f.clock.Advance(time.Nanosecond)
	fail()
	require.NoError(t, f.clock.BlockUntilContext(t.Context(), 2))
	f.clock.Advance(2 * time.Minute)
	fail()
	require.Equal(t, f.reports[0].RequestID, f.reports[2].RequestID)
	f.clock.Advance(6 * time.Hour)
	require.Empty(t, g.entered)
}

// Events that wait take up room, until they are done.
func TestTooManyEventsWait(t *testing.T) {
	g := newGate()
	f := start(t, handlers{"f": g.handle}, func(c *lambda.Config) { c.EventBytes = 2 << 20 })
	payload := []byte(`"` + strings.Repeat("x", 900<<10) + `"`)
	send := func() error {
		_, err := f.Invoke(t.Context(), &sdk.InvokeInput{
			FunctionName: aws.String("f"), Payload: payload, InvocationType: types.InvocationTypeEvent,
		}, func(o *sdk.Options) { o.RetryMaxAttempts = 1 })
		return err
	}
	require.NoError(t, send())
	require.NoError(t, send())
	wantError(t, send(), "TooManyRequestsException", "holds 2 MB of asynchronous events at most")
	g.enter(t)
	g.leave <- errors.New("no") // it waits for its retry
	f.await(t, 1)
	wantError(t, send(), "TooManyRequestsException", "Rate Exceeded.")
	g.enter(t)
	g.leave <- nil
	require.Eventually(t, func() bool { return send() == nil }, 10*time.Second, time.Millisecond)
}
