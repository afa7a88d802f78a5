// Command crashlab runs the labs: go run ./labs/crashlab run dlq.
package main

import (
	"os"
	"runtime/debug"

	"github.com/crashlab/crashlab/labs"
	"github.com/crashlab/crashlab/pkg/cli"
)

// collectAt is by how many percent the heap grows between two collections. A run is a matter of seconds
// and holds ten or twenty megabytes: at Go's own 100 it collects some twenty times a second, which takes a
// tenth of the processor from what it measures. Users who have set GOGC know better.
const collectAt = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	os.Exit(cli.Main(labs.Catalog, os.Args[1:], os.Stdout, os.Stderr))
}
