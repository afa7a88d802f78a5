package scaffold

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
		"Demo": "lower-case", "a": "2 to 20", "hot-keys": "lower-case", "func": "lower-case", "cache": "there is a lab cache",
		"../x": "lower-case",
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
	if _, err := Write(root, "demo"); err == nil {
		t.Error("a folder was written over")
	}
	if now, _ := os.ReadFile(filepath.Join(root, "labs", "catalog.go")); string(now) != catalog {
		t.Error("the catalog was changed")
	}
	paths, err := Write(root, "other")
	if err != nil || len(paths) != 4 {
		t.Errorf("wrote %v, %v", paths, err)
	}
}
