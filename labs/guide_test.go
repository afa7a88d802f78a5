package labs

import (
	"path/filepath"
	"testing"

	"github.com/crashlab/crashlab/pkg/guidetest"
)

// The guide to a lab shows code of a lab.
func TestTheGuidesCodeIsTried(t *testing.T) {
	if blocks := guidetest.Tried(t, filepath.Join("..", "pkg", "lab", "README.md"), "..", "outbox/*.go"); blocks == 0 {
		t.Error("the guide shows no code")
	}
}
