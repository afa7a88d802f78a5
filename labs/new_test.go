package labs

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/scaffold"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// What crashlab new writes is a lab: it passes its own test, and the catalog with it its own.
func TestANewLabPassesItsTest(t *testing.T) {
	if virtual.On {
		t.Skip("it has Go compile, which is judged in real time")
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	root, err := scaffold.Root(here)
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := os.ReadFile(filepath.Join(root, "labs", "catalog.go"))
	if err != nil {
		t.Fatal(err)
	}
	const name = "scaffolded" // nobody's
	files, err := scaffold.Files(name, catalog)
	if err != nil {
		t.Fatal(err)
	}
	dir, replace := t.TempDir(), map[string]string{}
	for path, text := range files {
		at := filepath.Join(dir, strings.ReplaceAll(path, string(filepath.Separator), "_"))
		if err := os.WriteFile(at, text, 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, path)] = at
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(at, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	// A folder that is an overlay's alone can be compiled, and not tested in.
	for _, of := range []string{"./labs", "./labs/" + name} {
		program := filepath.Join(dir, "a.test")
		for _, cmd := range []*exec.Cmd{
			exec.Command("go", "test", "-c", "-vet", "off", "-overlay", at, "-o", program, of),
			exec.Command(program, "-test.run", "Predictions|Catalog"),
		} {
			cmd.Dir = root
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", cmd, err, out)
			}
		}
	}
}
