package virtual

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain is also the program that the tests run instead of a variant.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || !strings.HasPrefix(os.Args[1], "be-") {
		goleak.VerifyTestMain(m)
		return
	}
	fmt.Print(frame(1, "out\n"))
	fmt.Fprint(os.Stderr, frame(2, "processors "+os.Getenv("GOMAXPROCS")+"\n"))
	switch os.Args[1] {
	case "be-quick":
		os.Exit(2)
	case "be-told":
		for !cut() {
		}
		fmt.Print(frame(3, "told\n"))
		os.Exit(130)
	case "be-deaf":
		time.Sleep(time.Hour)
	}
}

func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRun(t *testing.T) {
	var out, errs bytes.Buffer
	code, err := Run(t.Context(), self(t), []string{"be-quick"}, &out, &errs)
	if code != 2 || err != nil || out.String() != "out\n" || errs.String() != "processors 1\n" {
		t.Errorf("exit %d, %v, out %q, err %q", code, err, out.String(), errs.String())
	}
}

// writes signals its first write.
type writes struct {
	text  string
	first func()
}

func (w *writes) Write(b []byte) (int, error) {
	w.first()
	w.text += string(b)
	return len(b), nil
}

func TestRunTellsTheVariantToEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := writes{first: cancel}
	code, err := Run(ctx, self(t), []string{"be-told"}, &out, &bytes.Buffer{})
	if code != 130 || err != nil || out.text != "out\ntold\n" {
		t.Errorf("exit %d, %v, %q", code, err, out.text)
	}
}

func TestRunKillsAVariantThatDoesNotEnd(t *testing.T) {
	grace = 50 * time.Millisecond
	defer func() { grace = patience }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := Run(ctx, self(t), []string{"be-deaf"}, &writes{first: cancel}, &bytes.Buffer{}); !errors.Is(err,
		context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestRunOfAMissingProgram(t *testing.T) {
	if _, err := Run(t.Context(), t.TempDir()+"/nothing", nil, &bytes.Buffer{}, &bytes.Buffer{}); err == nil ||
		strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

func TestAWriterThatFailsEndsTheRun(t *testing.T) {
	full := errors.New("no space left")
	_, err := Run(t.Context(), self(t), []string{"be-quick"}, failing{full}, &bytes.Buffer{})
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
