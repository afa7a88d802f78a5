// Package guidetest checks the guides beside the code: the code they show is compiled and tested, and the
// files, make targets and scripts they name exist. It does not check their claims.
package guidetest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	links   = regexp.MustCompile(`\]\(([^)#:, ]+)(#[^)]*)?\)`)
	scripts = regexp.MustCompile("(?m)(?:^|[ `])(scripts/[a-z0-9-]+)")
	targets = regexp.MustCompile("(?m)(?:^|`)make ([a-z0-9]+)")
)

// Tried fails if the guide shows Go code that is in none of the sources, or names a missing file, script or
// make target. Sources are patterns of [filepath.Glob]. root is the path to the root of the source. It
// returns the guide's number of Go blocks.
func Tried(t testing.TB, guide, root string, sources ...string) (blocks int) {
	t.Helper()
	text := read(t, guide)
	var tried strings.Builder
	for _, pattern := range sources {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no file is called that, %v", pattern, err)
		}
		for _, f := range files {
			tried.WriteString(read(t, f))
		}
	}
	var prose strings.Builder
	for n, block := range strings.Split(text, "```go\n") {
		code, after, closed := strings.Cut(block, "```")
		if n == 0 {
			prose.WriteString(block)
			continue
		}
		if !closed || !strings.Contains(tried.String(), code) {
			t.Errorf("%s shows what is in none of %q:\n%s", guide, sources, code)
		}
		prose.WriteString(after)
		blocks++
	}
	named(t, guide, root, prose.String())
	return blocks
}

// named fails if the text of a guide names something that does not exist.
func named(t testing.TB, guide, root, text string) {
	t.Helper()
	for _, m := range links.FindAllStringSubmatch(text, -1) {
		there(t, guide, filepath.Join(filepath.Dir(guide), m[1]))
	}
	for _, m := range scripts.FindAllStringSubmatch(text, -1) {
		there(t, guide, filepath.Join(root, m[1]))
	}
	makefile := read(t, filepath.Join(root, "Makefile"))
	for _, m := range targets.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(makefile, "\n"+m[1]+":") {
			t.Errorf("%s names make %s, and there is no such target", guide, m[1])
		}
	}
}

func there(t testing.TB, guide, path string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Errorf("%s: %v", guide, err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
