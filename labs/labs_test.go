package labs

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/interview"
	"github.com/crashlab/crashlab/pkg/lab"
)

const module = "github.com/crashlab/crashlab/"

func TestCatalog(t *testing.T) {
	if !slices.IsSortedFunc(Catalog, func(a, b lab.Spec) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the catalog is not sorted by name")
	}
	for _, l := range Catalog {
		if err := l.Validate(); err != nil {
			t.Error(err)
		}
	}
}

// The interview of a lab needs sections of its README.
func TestInterviews(t *testing.T) {
	for _, l := range Catalog {
		if _, err := interview.Frame(l); err != nil {
			t.Error(err)
		}
	}
}

// bottom is the packages that all else stands on.
var bottom = []string{"pkg/draw", "pkg/history", "pkg/invariant", "pkg/nearest", "pkg/unit"}

// Dependencies point one way: labs to pkg; no lab knows another; those at the bottom know each other alone.
func TestDependencies(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(filepath.Dir(path))[len("../"):]
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if part, ours := strings.CutPrefix(imported, module+"pkg/"); ours && slices.Contains(bottom, folder) &&
				!strings.HasSuffix(path, "_test.go") && !slices.Contains(bottom, "pkg/"+part) {
				t.Errorf("%s imports %s, which stands above it", path, part)
			}
			other, isLab := strings.CutPrefix(imported, module+"labs/")
			if !isLab {
				continue
			}
			if strings.HasPrefix(folder, "pkg/") {
				t.Errorf("%s imports lab %s", path, other)
			}
			if from, inLab := strings.CutPrefix(folder, "labs/"); inLab && from != other {
				t.Errorf("%s imports another lab, %s", path, other)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
