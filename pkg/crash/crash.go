package crash

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// Code is the exit code of a process that panicked: it could not run.
const Code = 3

// Guard is deferred in a goroutine that runs other packages' code, a lab's or a backend's. On a panic it
// writes the report and one line, and ends the process. What the process leaves behind is cleaned up as after
// a kill.
func Guard() {
	if p := recover(); p != nil {
		fmt.Fprintln(os.Stderr, Report(p))
		os.Exit(Code)
	}
}

// Rest covers panics in unguarded goroutines, those of libraries. They end the process by SIGABRT, which the
// shell reports as 134, instead of exit code 2.
func Rest() { debug.SetTraceback("crash") }

// Report writes a report of a panic, with the stack of the calling goroutine, and returns the line that
// announces it.
func Report(panicked any) string {
	line := "crashlab: internal error: " + strings.Join(strings.Fields(fmt.Sprint(panicked)), " ")
	name, err := write(panicked, debug.Stack())
	if err != nil {
		return fmt.Sprintf("%s; its report could not be written: %v", line, err)
	}
	return line + "; report in " + name
}

func write(panicked any, stack []byte) (name string, err error) {
	f, err := os.CreateTemp("", "crashlab-panic-*.txt")
	if err != nil {
		return "", err
	}
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				version += " " + s.Value
			}
		}
	}
	_, err = fmt.Fprintf(f,
		"panic      %v\nat         %s\ncrashlab   %s\nmachine    %s/%s, %d CPUs, %s\narguments  %q\n\n%s",
		panicked, time.Now().Format(time.RFC3339), version, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(),
		os.Args[1:], stack)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return f.Name(), err
}
