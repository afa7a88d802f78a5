package cli

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

// shared is a buffer that a wait writes to while the test reads.
type shared struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

func TestAWaitThatLastsIsToldWhereItCantBeDrawn(t *testing.T) {
	first, again := waitFirst, waitAgain
	t.Cleanup(func() { waitFirst, waitAgain = first, again })
	waitFirst, waitAgain = 20*time.Millisecond, 20*time.Millisecond
	var out shared
	w := (&app{err: &out}).waiting()
	w.say("waiting for redis")
	until(t, func() bool { return strings.HasPrefix(out.String(), "waiting for redis …\n") })
	w.say("waiting for kafka-1")
	until(t, func() bool { return strings.Contains(out.String(), "waiting for kafka-1 …\n") })
	w.end()

	waitFirst = time.Hour
	var quick bytes.Buffer
	w = (&app{err: &quick}).waiting()
	w.say("waiting for redis")
	w.end()
	if quick.Len() != 0 {
		t.Errorf("a short wait says %q", quick.String())
	}
}

func until(t *testing.T, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come about")
		}
	}
}

func TestAPanicIsOneLineAndNoVerdict(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var out, errs bytes.Buffer
	l := (&toy{}).spec()
	l.Picture = func(history.History, int) string { panic("a lab's own") }
	args := []string{"run", "toy", "--backend", "embedded", "--seed", "7", "--duration", "1s"}
	exit := Main([]lab.Spec{l}, args, &out, &errs)
	said, repeatable := strings.CutPrefix(errs.String(), "seed 7\n")
	if exit != ExitCouldNotRun || !repeatable || strings.Count(said, "\n") != 1 ||
		!strings.HasPrefix(said, "crashlab: internal error: ") || !strings.Contains(said, "; report in ") {
		t.Errorf("exit %d, said %q", exit, errs.String())
	}
}
