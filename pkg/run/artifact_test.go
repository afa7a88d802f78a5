package run

import (
	"path/filepath"
	"strings"
	"testing"
)

// A case under a schedule also has a file, whatever the schedule's characters and length.
func TestArtifactIsAFileName(t *testing.T) {
	name := func(fault string) string {
		return Artifact(&Result{Lab: "dlq", Seed: 42}, Case{Design: "no-dlq", Fault: Injection{Name: fault}})
	}
	if got := name("poison"); got != "dlq-poison-42-no-dlq.jsonl" {
		t.Error(got)
	}
	seen := map[string]bool{}
	long := strings.Repeat("billing-1→aws/sqs/SendMessage:error=x,probability=0.2@2s..5s; ", 9)
	for _, fault := range []string{"aws/sqs:error@1s..2s", "aws_sqs:error@1s..2s", "../..", long, long + long} {
		got := name(fault)
		if got != filepath.Base(got) || strings.ContainsAny(got, "/\\:; ") || len(got) > 120 || seen[got] {
			t.Errorf("%q", got)
		}
		seen[got] = true
	}
}
