package scaffold

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

const catalog = `package labs

import (
	"github.com/crashlab/crashlab/labs/cache"
	"github.com/crashlab/crashlab/labs/stream"
	"github.com/crashlab/crashlab/pkg/lab"
)

// Catalog is every lab, by name.
var Catalog = []lab.Spec{
	cache.Lab,
	stream.Lab,
}
`

func TestTheCatalogStaysSorted(t *testing.T) {
	for name, before := range map[string]string{"archive": "cache", "demo": "stream", "zoo": ""} {
		listed, err := list(name, catalog)
		if err != nil {
			t.Fatal(err)
		}
		if want := "\t" + name + ".Lab,\n\t" + before; !strings.Contains(listed, want) && before != "" {
			t.Errorf("%s is not before %s:\n%s", name, before, listed)
		}
		if n := strings.Count(listed, name); n != 2 {
			t.Errorf("%s is there %d times, want twice:\n%s", name, n, listed)
		}
	}
}

func TestRefusesNames(t *testing.T) {
	for name, says := range map[string]string{
		"Demo": "lower-case", "a": "2 to 20", "hot-keys": "lower-case", "2pc": "begins with a letter",
		"../x": "lower-case", "func": "a meaning of its own", "lab": "a meaning of its own", "main": "a meaning of its own",
		"testdata": "a meaning of its own", "cache": "there is a lab cache",
	} {
		if _, err := Files(name, []byte(catalog)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", name, err, says)
		}
	}
}

func TestWritesNothingOverAFolder(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "labs", "demo"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "labs", "catalog.go"), []byte(catalog), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(root, "demo"); err == nil || !strings.Contains(err.Error(), "there is a folder labs/demo") {
		t.Errorf("a folder was written over: %v", err)
	}
	if now, _ := os.ReadFile(filepath.Join(root, "labs", "catalog.go")); string(now) != catalog {
		t.Error("the catalog was changed")
	}
	paths, err := Write(root, "other")
	if err != nil || len(paths) != 4 {
		t.Errorf("wrote %v, %v", paths, err)
	}
}

func TestLinesAreNotTooLong(t *testing.T) {
	files, err := Files("twentylettersfornams", []byte(catalog))
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range files {
		for n, line := range strings.Split(string(text), "\n") {
			if strings.HasSuffix(path, ".go") && utf8.RuneCountInString(line) > 120 {
				t.Errorf("%s:%d has more than 120 columns", path, n+1)
			}
		}
	}
}
