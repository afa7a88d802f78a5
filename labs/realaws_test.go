//go:build !race

// It takes a minute of real time; for the race detector the tests of package cli go the same path with a toy.

package labs

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/cli"
	"github.com/crashlab/crashlab/pkg/stack/external/externaltest"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// The path to real AWS, against a stack that verifies signatures: everything that labs make has the run's prefix,
// and nothing is left.
func TestLabsOnRealAWS(t *testing.T) {
	if virtual.On {
		t.Skip("AWS goes by the clock on the wall")
	}
	st := externaltest.RealAWS(t)
	prefixes := make(chan string, 2)
	var labs sync.WaitGroup
	labs.Go(func() { prefixes <- onRealAWS(t, "dlq", "dlq") })
	labs.Go(func() { prefixes <- onRealAWS(t, "stream", "idempotent") })
	ended := make(chan struct{})
	go func() { labs.Wait(); close(ended) }()

	found := map[string]string{} // name → kind
	for running := true; running; {
		select {
		case <-ended:
			running = false
		case <-time.After(100 * time.Millisecond):
			things, _ := sweep.List(t.Context(), st, "") // what is deleted meanwhile fails it
			for _, thing := range things {
				found[thing.Name] = thing.Kind
			}
		}
	}
	of := [2]string{<-prefixes, <-prefixes}
	kinds := map[string]bool{}
	for name, kind := range found {
		kinds[kind] = true
		if !strings.HasPrefix(name, of[0]+"-") && !strings.HasPrefix(name, of[1]+"-") {
			t.Errorf("there was a %s %s, which clean does not find by %s", kind, name, of)
		}
	}
	for _, kind := range []string{"DynamoDB table", "SNS topic", "SQS queue", "Kinesis stream", "S3 bucket"} {
		if !kinds[kind] {
			t.Errorf("there was no %s: %v", kind, found)
		}
	}
	if left, err := sweep.List(context.Background(), st, ""); err != nil || left != nil {
		t.Errorf("left are %v, %v", left, err)
	}
}

var announced = regexp.MustCompile(`make about [1-9]\d* requests that AWS bills: \$0\.0\d\d[1-9] .*\nall names begin with (\S+),`)

// onRealAWS runs a design and returns the prefix that the run announced.
func onRealAWS(t *testing.T, lab, design string) string {
	var out, progress bytes.Buffer
	args := []string{"run", lab, "--real-aws", "--yes", "--short", "--design", design, "--seed", "1"}
	exit := cli.Main(Catalog, args, &out, &progress)
	if exit != cli.ExitPass && exit != cli.ExitUnknown { // a busy machine can't tell
		t.Errorf("%s: exit %d, %s %s", lab, exit, out.String(), progress.String())
	}
	said := announced.FindStringSubmatch(progress.String())
	if said == nil {
		t.Errorf("%s: no cost or no prefix: %s", lab, progress.String())
		return "no prefix"
	}
	return said[1]
}
