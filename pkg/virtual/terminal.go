package virtual

import (
	"fmt"
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// The variables that tell the variant its parent's terminals, by their columns.
const (
	stdoutEnv = "CRASHLAB_STDOUT_COLUMNS"
	stderrEnv = "CRASHLAB_STDERR_COLUMNS"
)

// Terminal returns the width in columns of the terminal that w writes to, and whether it is one. In virtual
// time that is the parent's terminal.
func Terminal(w io.Writer) (columns int, ok bool) {
	f, ok := w.(*os.File)
	if !ok {
		return 0, false
	}
	if On {
		columns, err := strconv.Atoi(os.Getenv(map[*os.File]string{os.Stdout: stdoutEnv, os.Stderr: stderrEnv}[f]))
		return columns, err == nil
	}
	if !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		columns = 0
	}
	return columns, true
}

// terminals returns the variables that describe these writers to the variant.
func terminals(stdout, stderr io.Writer) []string {
	var env []string
	for name, w := range map[string]io.Writer{stdoutEnv: stdout, stderrEnv: stderr} {
		if columns, ok := Terminal(w); ok {
			env = append(env, fmt.Sprintf("%s=%d", name, columns))
		}
	}
	return env
}
