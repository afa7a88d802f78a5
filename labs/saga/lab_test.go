package saga

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/labtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPredictions(t *testing.T) { labtest.Predictions(t, Lab) }
