// Command crashlab runs the labs: go run ./labs run dlq.
package main

import (
	"os"

	"github.com/crashlab/crashlab/pkg/cli"
)

func main() { os.Exit(cli.Main(catalog, os.Args[1:], os.Stdout, os.Stderr)) }
