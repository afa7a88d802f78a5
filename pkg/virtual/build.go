package virtual

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// Build builds the variant of this program to path, or into the user's cache if path is empty, and returns
// its path. It needs Go and this program's source: in the working folder's module, or in the version that it
// was installed with. tell receives its progress. The error says what is missing and how to get it.
func Build(ctx context.Context, path string, tell func(string)) (string, error) {
	fail := func(err error) (string, error) { return "", fmt.Errorf("build %s: %w", name, err) }
	if !supported {
		return fail(fmt.Errorf("virtual time is not had on %s", runtime.GOOS))
	}
	mine, err := stamp()
	if err != nil {
		return fail(err)
	}
	dir, err := cache()
	if err != nil {
		return fail(err)
	}
	if path == "" {
		path = filepath.Join(dir, name+"-"+mine)
		defer prune(dir)
	}
	if owner(path) == mine {
		return path, nil // the same program has the same variant
	}
	tell("looking for Go and the source")
	g, err := findGo(ctx)
	if err != nil {
		return fail(err)
	}
	overlay, err := g.overlay()
	if err != nil {
		return fail(err)
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fail(err)
	}
	tmp, err := os.MkdirTemp(folder, ".build-*") // beside its place, so that it can be moved there
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(tmp)
	args := []string{"-v", "-tags", "faketime", "-overlay", overlay, "-ldflags", stampFlag + mine}
	if err := g.build(ctx, tmp, args, tell); err != nil {
		return fail(err)
	}
	made, err := filepath.Glob(filepath.Join(tmp, "*"))
	if err != nil || len(made) != 1 {
		return fail(errors.Join(err, fmt.Errorf("go made %d programs", len(made))))
	}
	if err := os.Rename(made[0], path); err != nil {
		return fail(err)
	}
	return path, nil
}

// kept is how many variants the cache holds; each is some 50 MB.
const kept = 3

// prune removes the oldest variants from the cache. What can't be removed stays.
func prune(dir string) {
	variants, _ := filepath.Glob(filepath.Join(dir, name+"-*")) // fails only for an invalid pattern
	slices.SortFunc(variants, func(a, b string) int { return built(b).Compare(built(a)) })
	for _, old := range variants[min(kept, len(variants)):] {
		_ = os.Remove(old)
	}
}

func built(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// OverlayHere returns the path of the -overlay file for go build -tags faketime with the installed Go.
func OverlayHere(ctx context.Context) (string, error) {
	g, err := findGo(ctx)
	if err != nil {
		return "", err
	}
	return g.overlay()
}

// golang is the installed Go, and where it finds this program's source.
type golang struct {
	version string // "go1.26.8"
	root    string
	source  string // the package, in the working folder's module; or with a version
	remote  bool   // it has a version
}

// findGo finds Go and this program's source.
func findGo(ctx context.Context) (golang, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return golang{}, errors.New("go is not here; install it from https://go.dev/dl, or use --time real")
	}
	out, err := exec.CommandContext(ctx, "go", "env", "GOVERSION", "GOROOT", "GOCACHE").Output()
	if err != nil {
		return golang{}, fmt.Errorf("ask go for its environment: %w", err)
	}
	env := strings.Split(string(out), "\n")
	g := golang{version: env[0], root: env[1]}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return g, errors.New("this crashlab does not know what it was built from; build it with go build")
	}
	g.source = info.Path
	dir, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", info.Main.Path).Output()
	if folder := strings.TrimSpace(string(dir)); err == nil && folder != "" {
		return g, unchanged(folder, env[2])
	}
	if g.remote = strings.HasPrefix(info.Main.Version, "v") && !strings.Contains(info.Main.Version, "+"); !g.remote {
		return g, fmt.Errorf("the source is not here; run crashlab virtual in the folder of %s that this crashlab was "+
			"built in", info.Main.Path)
	}
	g.source += "@" + info.Main.Version
	return g, nil
}

// unchanged fails if a source file is newer than this program, which then was built from another state. A
// program of go run always matches the source, however old go's copy of it.
func unchanged(folder, goCache string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if strings.HasPrefix(self, goCache) || strings.Contains(self, "go-build") {
		return nil
	}
	info, err := os.Stat(self)
	if err != nil {
		return err
	}
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != folder:
			return fs.SkipDir
		case filepath.Ext(path) != ".go":
			return nil
		}
		file, err := d.Info()
		if err == nil && file.ModTime().After(info.ModTime().Add(time.Second)) {
			err = fmt.Errorf("%s is newer than this crashlab; build it anew first, as with make build", path)
		}
		return err
	})
}

// overlay writes the edited files of this Go to the user's cache.
func (g golang) overlay() (string, error) {
	dir, err := cache()
	if err != nil {
		return "", err
	}
	return Overlay(g.root, filepath.Join(dir, g.version))
}

// build makes go build the source into a folder, and tells how many packages it has compiled.
func (g golang) build(ctx context.Context, folder string, flags []string, tell func(string)) error {
	args := append([]string{"build", "-o", folder + string(filepath.Separator)}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, g.source)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // cgo waits in system calls
	if g.remote {
		cmd.Args = append(append([]string{"go", "install"}, flags...), g.source)
		cmd.Env = append(cmd.Env, "GOBIN="+folder)
	}
	lines, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	compiled, last := 0, ""
	for s := bufio.NewScanner(lines); s.Scan(); compiled++ {
		last = s.Text()
		tell(fmt.Sprintf("compiling for virtual time: %d packages (the first time some 600, in a few minutes)", compiled))
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("go says: %s", last)
	}
	return nil
}
