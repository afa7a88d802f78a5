package virtual

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A variant names its program in its build information.
func TestOwner(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	build := func(name string, flags ...string) string {
		path := filepath.Join(dir, name)
		if out, err := exec.Command("go",
			append(append([]string{"build", "-o", path}, flags...), source)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return path
	}
	for path, want := range map[string]string{
		build("variant", "-ldflags", stampFlag+"0a1b2c3d-99"): "0a1b2c3d-99",
		build("another"):                  "",
		source:                            "",
		filepath.Join(dir, "not-there-1"): "",
	} {
		if got := owner(path); got != want {
			t.Errorf("%s belongs to %q, want %q", filepath.Base(path), got, want)
		}
	}
}

func TestAStampDistinguishesBuilds(t *testing.T) {
	dir := t.TempDir()
	stamps := map[string]bool{}
	for name, text := range map[string]string{"a": "program", "b": "Program", "c": "program!"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := stampOf(path)
		if err != nil {
			t.Fatal(err)
		}
		stamps[s] = true
	}
	if len(stamps) != 3 {
		t.Errorf("three files have the stamps %v", stamps)
	}
}

func TestTheCacheKeepsTheNewest(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	for i, n := range []string{"c", "a", "d", "b", "e"} {
		path := filepath.Join(dir, name+"-"+n)
		if err := os.WriteFile(path, nil, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	prune(dir)
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	for i := range left {
		left[i] = strings.TrimPrefix(filepath.Base(left[i]), name+"-")
	}
	if got := strings.Join(left, ""); got != "bde" {
		t.Errorf("left are %s, want the three newest: b, d, e", got)
	}
}
