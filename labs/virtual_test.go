package labs

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// command returns the crashlab that make build has built, with its variant beside it.
func command(t *testing.T) string {
	t.Helper()
	path := os.Getenv("CRASHLAB_BIN")
	if path == "" {
		t.Skip("CRASHLAB_BIN does not name what make build has built")
	}
	return path
}

// crashlab runs the command and returns its exit code and all that it wrote.
func crashlab(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(command(t), args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// The same seed gives the same bytes: on the terminal, as JSON, and in the artifacts; another seed others.
func TestCommandGivesTheSameBytes(t *testing.T) {
	for _, l := range Catalog {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			everything := func(seed string) string {
				dir := t.TempDir()
				args := []string{"run", l.Name, "--time", "virtual", "--short", "--seed", seed}
				code, out, errs := crashlab(t, append(args, "--artifacts", dir)...)
				jsonCode, json, _ := crashlab(t, append(args, "--json")...)
				if code != 0 || jsonCode != 0 || !strings.Contains(json, `"time": "virtual"`) {
					t.Fatalf("exit %d and %d\n%s%s", code, jsonCode, out, errs)
				}
				all := out + errs + json
				files, _ := filepath.Glob(filepath.Join(dir, "*"))
				for _, f := range files {
					data, err := os.ReadFile(f)
					if err != nil {
						t.Fatal(err)
					}
					all += filepath.Base(f) + string(data)
				}
				if len(files) != len(l.Designs) {
					t.Fatalf("%d artifacts of %d designs", len(files), len(l.Designs))
				}
				return all
			}
			first := everything("7")
			if first != everything("7") {
				t.Error("two runs of one seed differ")
			}
			if first == everything("8") {
				t.Error("another seed gives the same bytes")
			}
		})
	}
}

// Numbers that a README quotes are the same each time: by default those of virtual time, where that is here.
func TestCommandGivesTheSameNumbers(t *testing.T) {
	args := []string{"explain", "dlq", "--numbers", "--design", "dlq"}
	code, first, errs := crashlab(t, args...)
	if code != 0 || !strings.Contains(first, "embedded, virtual time") {
		t.Fatalf("exit %d\n%s%s", code, first, errs)
	}
	if _, again, _ := crashlab(t, append(args, "--time", "virtual")...); again != first {
		t.Errorf("two measurements differ:\n%s\n%s", first, again)
	}
	code, realTime, errs := crashlab(t, append(args, "--time", "real")...)
	if code != 0 || !strings.Contains(realTime, "embedded, real time") {
		t.Errorf("exit %d\n%s%s", code, realTime, errs)
	}
}

func TestCommandSmoke(t *testing.T) {
	code, out, errs := crashlab(t, "smoke", "--time", "virtual", "--short", "--seed", "7")
	if code != 0 || strings.Count(out, "pass") != len(Catalog) {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}

func TestCommandHunt(t *testing.T) {
	code, out, errs := crashlab(t, "hunt", "cache", "--seeds", "2", "--json")
	if code != 0 || !strings.Contains(out, `"runs"`) {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}

func TestCommandRefuses(t *testing.T) {
	alone := filepath.Join(t.TempDir(), "crashlab")
	data, err := os.ReadFile(command(t))
	if err == nil {
		err = os.WriteFile(alone, data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		program, path string
		args, says    string
	}{
		{command(t), "", "run dlq --time virtual --backend containers", "--time virtual: the containers backend"},
		{command(t), "", "smoke --time virtual --backend external", "--time virtual: the external backend"},
		{command(t), "", "run dlq --time virtual --keep", "leave out --keep"},
		{command(t), "", "run dlq --time unreal", "did you mean real?"},
		{alone, "", "run dlq --time virtual", "crashlab virtual builds it"},
		{alone, "", "explain dlq --numbers --time virtual", "crashlab virtual builds it"},
		{alone, "", "hunt dlq", "crashlab virtual builds it"},
		{alone, t.TempDir(), "virtual", "go is not here"},
	} {
		cmd := exec.Command(c.program, strings.Fields(c.args)...)
		cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+t.TempDir(), "HOME="+t.TempDir())
		if c.path != "" {
			cmd.Env = append(cmd.Env, "PATH="+c.path)
		}
		out, _ := cmd.CombinedOutput()
		text := strings.TrimSpace(string(out))
		if seed, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(seed, "seed ") {
			text = rest
		}
		if cmd.ProcessState.ExitCode() != 3 || strings.Contains(text, "\n") || !strings.Contains(text, c.says) {
			t.Errorf("%s: exit %d, %q; want 3 and one line with %q", c.args, cmd.ProcessState.ExitCode(), out, c.says)
		}
	}
}

// Ctrl-C is the parent's, who has the variant end in good order; where the parent is killed, the variant
// ends by itself. Either way no process and no file is left.
func TestCommandEndsItsVariant(t *testing.T) {
	for signal, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 130, syscall.SIGKILL: -1} {
		dir := t.TempDir()
		cmd := exec.Command(command(t), "run", "dlq", "--time", "virtual", "--duration", "24h", "--rate", "1", "--artifacts",
			dir, "--junit", filepath.Join(dir, "junit.xml"))
		cmd.Env = append(os.Environ(), "CRASHLAB_TEST="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		within(t, 30*time.Second, "the variant opens its report", func() bool { return files(dir) > 0 && variants(dir) > 0 })
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // the exit code tells
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Errorf("after %v: exit %d, want %d", signal, got, code)
		}
		within(t, 30*time.Second, "the variant ends", func() bool { return variants(dir) == 0 })
		if n := files(dir); n != 0 {
			t.Errorf("after %v: %d files are left", signal, n)
		}
	}
}

func files(dir string) int {
	entries, _ := os.ReadDir(dir)
	return len(entries)
}

// variants counts the processes that bear this test's mark and are not the command itself.
func variants(mark string) int {
	n := 0
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environs {
		env, err := os.ReadFile(path)
		if err == nil && bytes.Contains(env, []byte("CRASHLAB_TEST="+mark)) &&
			bytes.Contains(env, []byte("CRASHLAB_LIFELINE=")) {
			n++
		}
	}
	return n
}

func within(t *testing.T, limit time.Duration, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !cond(); {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, limit)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
