//go:build !race

// It takes two minutes of real time; for the race detector the tests of package cli go the same path with a toy.

package labs

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/cli"
	"github.com/crashlab/crashlab/pkg/stack/external/externaltest"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// The path to real AWS, against a stack that verifies signatures: everything that a lab makes has the run's prefix,
// and nothing is left.
func TestLabsOnRealAWS(t *testing.T) {
	if virtual.On {
		t.Skip("AWS goes by the clock on the wall")
	}
	for _, c := range []struct{ lab, design, kinds string }{
		{"dlq", "dlq", "DynamoDB table, SNS topic, SQS queue"}, {"stream", "idempotent", "Kinesis stream, S3 bucket"},
	} {
		st := externaltest.RealAWS(t)
		found := map[string]string{} // name → kind
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			for ctx.Err() == nil {
				things, _ := sweep.List(ctx, st, "") // it fails at the end
				for _, thing := range things {
					found[thing.Name] = thing.Kind
				}
				time.Sleep(100 * time.Millisecond)
			}
		}()
		var out, progress bytes.Buffer
		exit := cli.Main(Catalog, []string{
			"run", c.lab, "--real-aws", "--yes", "--short", "--design", c.design, "--seed", "1",
		}, &out, &progress)
		stop()
		<-done
		if exit != cli.ExitPass && exit != cli.ExitUnknown { // a busy machine can't tell
			t.Fatalf("%s: exit %d, %s %s", c.lab, exit, out.String(), progress.String())
		}
		said := regexp.MustCompile(`make about [1-9]\d* requests that AWS bills: \$0\.0\d\d[1-9] .*\nall names begin with (\S+),`).
			FindStringSubmatch(progress.String())
		if said == nil {
			t.Fatalf("%s: no cost or no prefix: %s", c.lab, progress.String())
		}
		kinds := map[string]bool{}
		for name, kind := range found {
			kinds[kind] = true
			if !strings.HasPrefix(name, said[1]+"-") {
				t.Errorf("%s made %s %s, which clean does not find by %s", c.lab, kind, name, said[1])
			}
		}
		for kind := range strings.SplitSeq(c.kinds, ", ") {
			if !kinds[kind] {
				t.Errorf("%s made no %s: %v", c.lab, kind, found)
			}
		}
		if left, err := sweep.List(t.Context(), st, ""); err != nil || left != nil {
			t.Errorf("%s left %v, %v", c.lab, left, err)
		}
	}
}
