package virtual

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCanary checks that virtual time works with the installed Go.
func TestCanary(t *testing.T) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	path, err := Overlay(strings.TrimSpace(string(out)), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		edited := list.Replace[filepath.Join(strings.TrimSpace(string(out)), "src", e.file)]
		if text, err := os.ReadFile(edited); err != nil || !strings.Contains(string(text), e.new) {
			t.Errorf("%s is not edited: %v", e.file, err)
		}
	}
}

func TestAnotherRuntimeIsRefusedInOneLine(t *testing.T) {
	root := t.TempDir()
	for _, e := range edits {
		path := filepath.Join(root, "src", filepath.FromSlash(e.file))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("package other\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Overlay(root, t.TempDir())
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "Go 1.26") ||
		!strings.Contains(err.Error(), "--time real") {
		t.Errorf("got %v", err)
	}
}
