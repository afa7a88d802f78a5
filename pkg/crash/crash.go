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

// Guard is deferred in a goroutine that runs others' code, a lab's or a backend's. Where that panics
// it writes the report and its line, and ends the process. What is left behind is then for those to
// remove who do so after a kill.
func Guard() {
	if p := recover(); p != nil {
		fmt.Fprintln(os.Stderr, Report(p))
		os.Exit(Code)
	}
}

// Rest sees to the panics that nobody guards against, those of libraries' goroutines: they end the
// process by SIGABRT, which the shell knows as 134, and not with 2.
func Rest() { debug.SetTraceback("crash") }

// Report writes a report of a panic, with the stack of the goroutine that calls, and returns the line
// that tells of it.
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
