package guidetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The contributors' guide has only commands.
func TestContributing(t *testing.T) { Tried(t, "../../.github/CONTRIBUTING.md", "../..") }

// recorder keeps the failures of a test.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func TestSaysWhatIsNotThere(t *testing.T) {
	const source = "package a\n\nfunc f() {}\n"
	for text, want := range map[string]string{
		"```go\nfunc f() {}\n```\n":         "",
		"```go\nfunc g() {}\n```\n":         "func g()",
		"```go\nfunc f() {}\n":              "func f()",
		"[a](a.go), [b](a.go#L1)":           "",
		"[the web](https://example.com/b)":  "",
		"[a](b.go)":                         "b.go",
		"`scripts/lint` and `make lint`":    "",
		"`scripts/lynt`":                    "scripts/lynt",
		"```sh\nmake lynt\n```\n":           "make lynt",
		"what they make of it is their own": "",
	} {
		dir := t.TempDir()
		for name, content := range map[string]string{
			"a.go": source, "guide.md": text, "Makefile": "all:\n\nlint: ## lint\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.MkdirAll(filepath.Join(dir, "scripts", "lint"), 0o700); err != nil {
			t.Fatal(err)
		}
		r := &recorder{TB: t}
		Tried(r, filepath.Join(dir, "guide.md"), dir, filepath.Join(dir, "*.go"))
		if got := strings.Join(r.said, "; "); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
