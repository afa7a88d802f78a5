package crash

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The test binary is also the command that panics in a goroutine.
func TestMain(m *testing.M) {
	switch os.Getenv("CRASH_TEST") {
	case "guarded":
		Rest()
		go func() {
			defer Guard()
			panic(errors.New("two\nlines"))
		}()
		select {}
	case "unguarded":
		Rest()
		go func() { panic("boom") }()
		select {}
	}
	os.Exit(m.Run())
}

func TestAPanicIsOneLineAndAReport(t *testing.T) {
	stdout, stderr, code := crashed(t, "guarded")
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	line, report, ok := strings.Cut(lines[0], "; report in ")
	if code != Code || stdout != "" || len(lines) != 1 || !ok || line != "crashlab: internal error: two lines" {
		t.Fatalf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"two\nlines", "arguments  [\"an argument\"]", "crash_test.go", "machine "} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the report does not say %q:\n%s", want, text)
		}
	}
}

func TestAnUnguardedPanicIsNoVerdict(t *testing.T) {
	_, stderr, code := crashed(t, "unguarded")
	if code >= 0 || !strings.Contains(stderr, "panic: boom") {
		t.Errorf("exit %d, stderr %q, want the end by a signal", code, stderr)
	}
}

// crashed returns the output and the exit code of a process that panics; code is -1 if a signal ended it.
func crashed(t *testing.T, how string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "an argument")
	dir := t.TempDir() // of the report, and of a core if the system writes one
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CRASH_TEST="+how, "TMPDIR="+dir)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); !errors.As(err, &exit) {
		t.Fatalf("it ended with %v", err)
	}
	return out.String(), errs.String(), exit.ExitCode()
}
