package conformance

import (
	"strings"
	"testing"
)

// says fails the case unless err is an error reply with this prefix, for example "WRONGTYPE".
func says(t *testing.T, err error, prefix string) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), prefix) {
		t.Fatalf("got %v, want %s…", err, prefix)
	}
}
