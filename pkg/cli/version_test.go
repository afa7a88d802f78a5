package cli

import (
	"bytes"
	"regexp"
	"testing"
)

func TestVersion(t *testing.T) {
	var out, errs bytes.Buffer
	if exit := Main(nil, []string{"version"}, &out, &errs); exit != ExitPass ||
		!regexp.MustCompile(`^crashlab \S.*, go\S+ \w+/\w+; virtual time is .+\n$`).MatchString(out.String()) {
		t.Errorf("exit %d: %q, %q", exit, out.String(), errs.String())
	}
}
