package labs

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every planted bug of scripts/mutants still applies, and says what catches it or why nothing does.
func TestMutantsApply(t *testing.T) {
	if out, err := exec.Command("git", "rev-parse", "--show-prefix").Output(); err != nil || string(out) != "labs/\n" {
		t.Skip("git or its checkout is not here")
	}
	n := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".patch" || filepath.Base(filepath.Dir(path)) != "mutants" {
			return err
		}
		n++
		name, _ := filepath.Rel("..", path)
		text, err := os.ReadFile(path)
		if head, _, _ := strings.Cut(string(text), "\ndiff --git "); err != nil ||
			!strings.Contains(head, "\nCaught by: ") && !strings.Contains(head, "\nUncaught: ") {
			t.Errorf("%s: want a line Caught by or Uncaught before the diff: %v", name, err)
		}
		cmd := exec.Command("git", "apply", "--check", name)
		cmd.Dir = ".."
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s does not apply: %s", name, strings.TrimSpace(string(out)))
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Errorf("%d mutants: %v", n, err)
	}
}
