package autoscale

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/labtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Every design under every fault does what is predicted of it.
func TestPredictionsHold(t *testing.T) { labtest.Predictions(t, Lab) }
