package cache

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/labtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Every design under every fault does what is predicted of it.
func TestPredictionsHold(t *testing.T) { labtest.Predictions(t, Lab) }

// Where one instance can't ask Redis and the other acknowledges writes, a reader may not join a load that began
// before it came.
func TestNothingIsStaleWhereOneInstanceHasNoCache(t *testing.T) {
	for _, c := range labtest.Schedule(t, Lab, "catalog-1→redis:cut@100ms..1500ms; race:switch@100ms..1500ms") {
		if c.Design != cacheAside.Name {
			labtest.Found(t, c, map[string]invariant.Status{staleness.Name: invariant.Holds})
		}
	}
}
