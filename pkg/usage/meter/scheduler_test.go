package meter

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/usage"
)

func TestManagingSchedulesIsFree(t *testing.T) {
	w := newWorld(t)
	_, err := scheduler.NewFromConfig(w.config).ListSchedules(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, usage.Tally{Requests: 1}, sizeless(w.tally("scheduler", "ListSchedules", "")))
}
