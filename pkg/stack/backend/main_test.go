package backend

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/stack/containers"
)

// The test binary also serves as the watcher of the containers that it starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == containers.WatchCommand {
		if err := containers.Watch(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}
