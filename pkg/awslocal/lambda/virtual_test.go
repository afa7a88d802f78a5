//go:build faketime

package lambda_test

import (
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"
)

// An idle mapping reads each shard once a second; an hour of that is a tenth of a second's work.
func TestAnHourWithoutRecords(t *testing.T) {
	var r reader
	f := startAt(t, clockwork.NewRealClock(), handlers{"f": r.handle})
	l := f.log(t, 1)
	f.mapLog(t, l)
	time.Sleep(time.Hour)
	require.Empty(t, r.seen())
	l.put(t, "a")
	time.Sleep(2 * time.Second)
	require.Equal(t, "a", r.seen())
}
