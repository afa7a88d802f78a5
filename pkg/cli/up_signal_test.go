//go:build !faketime && unix

package cli

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// output is a buffer that one goroutine fills while another reads.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// value returns the value of a variable that up prints, once it has.
func (o *output) value(t *testing.T, name string) string {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		for line := range strings.Lines(o.String()) {
			if value, ok := strings.CutPrefix(line, "export "+name+"="); ok && strings.HasSuffix(line, "\n") {
				return strings.TrimSpace(value)
			}
		}
	}
	t.Fatalf("no %s in %q", name, o)
	return ""
}

// TestUpEndsWithinTwoSeconds interrupts the command while clients hold on to its stack.
func TestUpEndsWithinTwoSeconds(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		var out, errs output
		file := filepath.Join(t.TempDir(), "env")
		code := make(chan int, 1)
		go func() { code <- Main(nil, []string{"up", "--backend", "embedded", "--env-file", file}, &out, &errs) }()
		for name, sent := range map[string]string{
			"AWS_ENDPOINT_URL": "POST / HTTP/1.1\r\nHost", "KAFKA_BROKERS": "\x00\x00\x00", "REDIS_ADDR": "BLPOP k 0\r\n",
		} {
			addr := strings.TrimPrefix(out.value(t, name), "http://")
			for range 20 {
				conn, err := net.Dial("tcp", addr)
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				if _, err := conn.Write([]byte(sent)); err != nil {
					t.Fatal(err)
				}
			}
		}
		for !strings.Contains(errs.String(), "the stack is up") {
			time.Sleep(time.Millisecond)
		}
		env, err := os.ReadFile(file)
		if printed := strings.ReplaceAll(out.String(), "export ", ""); err != nil || string(env) != printed {
			t.Errorf("the file has %q, %v; printed is %q", env, err, printed)
		}
		if err := syscall.Kill(os.Getpid(), signal); err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-code:
			if got != ExitPass {
				t.Errorf("%v: exit code %d: %s", signal, got, &errs)
			}
		case <-time.After(2 * time.Second):
			t.Fatalf("%v: it still runs after 2 s", signal)
		}
	}
}
