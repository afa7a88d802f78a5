package scaffold

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

//go:embed template
var templates embed.FS

// Names says what a lab can be called.
const Names = "a lab's name begins with a letter and is 2 to 20 lower-case letters and digits"

// taken lists names with another meaning: folders that Go skips or treats specially, and the catalog's import of
// package lab.
var taken = []string{"internal", "lab", "main", "testdata", "vendor"}

// Files returns the files of a new lab of that name, by their path from the source's root, including
// labs/catalog.go with the new lab.
func Files(name string, catalog []byte) (map[string][]byte, error) {
	if !regexp.MustCompile(`^[a-z][a-z0-9]{1,19}$`).MatchString(name) {
		return nil, fmt.Errorf("%q: %s, such as hotkeys", name, Names)
	}
	if token.IsKeyword(name) || slices.Contains(taken, name) {
		return nil, fmt.Errorf("%q has a meaning of its own in Go; choose another name", name)
	}
	files := map[string][]byte{}
	for _, file := range []string{"lab.go", "lab_test.go", "README.md"} {
		text, err := render(file, name)
		if err != nil {
			return nil, err
		}
		files[filepath.Join("labs", name, file)] = text
	}
	listed, err := list(name, string(catalog))
	files[filepath.Join("labs", "catalog.go")] = []byte(listed)
	return files, err
}

func render(file, name string) ([]byte, error) {
	t, err := template.ParseFS(templates, "template/"+file+".tmpl")
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := t.Execute(&text, struct{ Name string }{name}); err != nil {
		return nil, err
	}
	if strings.HasSuffix(file, ".go") {
		return format.Source(text.Bytes())
	}
	return text.Bytes(), nil
}

// list adds the lab's import and its line to the catalog, each where it belongs by name.
func list(name, catalog string) (string, error) {
	const base = `	"github.com/crashlab/crashlab/`
	for _, line := range []struct{ text, like string }{
		{base + `labs/` + name + `"`, base + "labs/"},
		{"\t" + name + ".Lab,", "\t"},
	} {
		lines := strings.Split(catalog, "\n")
		var of []int // the lines of its kind
		for n, l := range lines {
			if strings.HasPrefix(l, line.like) && strings.HasSuffix(l, line.text[len(line.text)-1:]) &&
				(line.like != "\t" || strings.HasSuffix(l, ".Lab,")) {
				of = append(of, n)
			}
		}
		if len(of) == 0 {
			return "", errors.New("labs/catalog.go lists no labs")
		}
		if slices.Contains(lines, line.text) {
			return "", fmt.Errorf("there is a lab %s; choose another name", name)
		}
		at := of[len(of)-1] + 1
		for _, n := range of {
			if lines[n] > line.text {
				at = n
				break
			}
		}
		catalog = strings.Join(slices.Insert(lines, at, line.text), "\n")
	}
	return catalog, nil
}

// Write writes a new lab of that name into the source at root, and returns the paths of the written files. It
// writes nothing if a lab or folder of that name exists.
func Write(root, name string) ([]string, error) {
	catalog, err := os.ReadFile(filepath.Join(root, "labs", "catalog.go"))
	if err != nil {
		return nil, err
	}
	files, err := Files(name, catalog)
	if err != nil {
		return nil, err
	}
	err = os.Mkdir(filepath.Join(root, "labs", name), 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("there is a folder labs/%s; choose another name", name)
	} else if err != nil {
		return nil, err
	}
	var paths []string
	for path, text := range files {
		if err := os.WriteFile(filepath.Join(root, path), text, 0o644); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths, nil
}

// Root returns the root of crashlab's source around dir.
func Root(dir string) (string, error) {
	for at := dir; ; at = filepath.Dir(at) {
		mod, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil && bytes.HasPrefix(mod, []byte("module github.com/crashlab/crashlab\n")) {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", errors.New("a lab is written into crashlab's source, and this is not in it; run it in a clone")
		}
	}
}
