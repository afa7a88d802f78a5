package lambda_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
