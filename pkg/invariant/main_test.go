package invariant

import (
	"testing"

	"go.uber.org/goleak"
)

// A search that was given up must not go on in the background.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
