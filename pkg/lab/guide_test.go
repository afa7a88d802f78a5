package lab_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/guidetest"
)

// Every Go name in the glossary is declared.
func TestTheGlossarysNamesAreDeclared(t *testing.T) {
	guidetest.Tried(t, "GLOSSARY.md", "../..", "*.go")
	glossary, err := os.ReadFile("GLOSSARY.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile("`([A-Za-z]+)\\.([A-Z][A-Za-z]+)`").FindAllStringSubmatch(string(glossary), -1)
	if len(names) < 20 {
		t.Errorf("%d names", len(names))
	}
	for _, n := range names {
		folder := filepath.Join("..", n[1])
		if strings.ToLower(n[1]) != n[1] { // a type of this package
			folder = "."
		}
		declared := regexp.MustCompile(`(?m)^(type |const |var |func |func \([a-z]+ \*?` + n[1] + `\) |\t)` + n[2] + `\b`)
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range files {
			code, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			found = found || declared.Match(code) && !strings.HasSuffix(f, "_test.go")
		}
		if !found {
			t.Errorf("%s.%s is not declared in %s", n[1], n[2], folder)
		}
	}
}
