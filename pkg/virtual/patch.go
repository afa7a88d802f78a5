package virtual

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// edit is a change to a file of the Go distribution, in the variant alone.
type edit struct {
	file     string // below GOROOT/src
	old, new string // old stands there exactly so many times
	times    int    // 0 means once
}

// edits make a program's course follow from its input. Each is small, and TestCanary holds them against
// the Go that is here.
var edits = []edit{
	// One generator with a known beginning, in place of one a thread with a beginning from the system:
	// which thread a goroutine runs on is the machine's choice.
	{"runtime/rand.go", "	globalRand.state.Init(*seed)\n	clear(seed[:])\n",
		"	*seed = [32]byte{'c', 'r', 'a', 's', 'h', 'l', 'a', 'b'}\n	globalRand.state.Init(*seed)\n	everyones.Init(*seed)\n" +
			"	clear(seed[:])\n", 0},
	{"runtime/rand.go", "	c := &mp.chacha8\n	for {\n", "	c := &everyones\n	for {\n", 0},
	{"runtime/rand.go", "	mp.cheaprand = rand()\n", "	mp.cheaprand = bootstrapRand()\n", 0},
	{"runtime/rand.go", "var readRandomFailed bool\n", "var readRandomFailed bool\n\nvar everyones chacha8rand.State\n",
		0},
	// Two cheaper draws, a thread's own, are of consequence: a select's among ready channels, and the one
	// by which a conversion to an interface gets a cache, now and then, whose memory moves all that follows:
	// a map whose keys are pointers has another order then.
	{"runtime/select.go", "j := cheaprandn(uint32(norder + 1))", "j := randn(uint32(norder + 1))", 0},
	{"runtime/iface.go", "if cheaprand()&1023 != 0 {", "if rand()&1023 != 0 {", 2},
	{"runtime/iface.go", "if cheaprand()&uint32(oldC.Mask) != 0 {", "if uint32(rand())&uint32(oldC.Mask) != 0 {", 2},
	// crypto/rand as well: the jitter of the AWS SDK's retries, UUIDs.
	{"crypto/internal/sysrand/rand.go", "func Read(b []byte) {\n",
		"//go:linkname runtimeRand runtime.rand\nfunc runtimeRand() uint64\n\nfunc Read(b []byte) {\n	for i := range b {\n" +
			"		b[i] = byte(runtimeRand())\n	}\n	return\n", 0},
	// No thread that takes the processor from a goroutine whose system call takes long.
	{"runtime/proc.go", "const haveSysmon = GOARCH != \"wasm\"", "const haveSysmon = false", 0},
	// No look at every goroutine whenever all of them wait and the clock moves on: it finds that they wait, at
	// a tenth of the processor.
	{"runtime/proc.go", "	grunning := 0\n	forEachG(", "	grunning := 1\n	_ = (func(*g))(", 0},
}

// Overlay writes the edited files below dir, and the list of them that go build -overlay takes. It
// returns the list's path. The error names the Go and the file where an edit does not fit.
func Overlay(goroot, dir string) (string, error) {
	texts := map[string]string{}
	for _, e := range edits {
		path := filepath.Join(goroot, "src", filepath.FromSlash(e.file))
		text, ok := texts[path]
		if !ok {
			data, err := os.ReadFile(path)
			if err != nil {
				return "", fmt.Errorf("read Go's own source: %w", err)
			}
			text = string(data)
		}
		if strings.Count(text, e.old) != max(e.times, 1) {
			return "", fmt.Errorf("virtual time knows the runtime of Go 1.26, and in %s another one is in %s; use --time real",
				path, filepath.Base(e.file))
		}
		texts[path] = strings.ReplaceAll(text, e.old, e.new)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	list := struct{ Replace map[string]string }{map[string]string{}}
	for path, text := range texts {
		edited := filepath.Join(dir, strings.ReplaceAll(path[len(goroot)+1:], string(filepath.Separator), "-"))
		if err := write(edited, []byte(text)); err != nil {
			return "", err
		}
		list.Replace[path] = edited
	}
	data, err := json.Marshal(list)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, write(path, data)
}

// write writes a file unless it is there with that content: others may be reading it.
func write(path string, data []byte) error {
	if was, err := os.ReadFile(path); err == nil && string(was) == string(data) {
		return nil
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	return err
}
