package owner

import (
	"os"
	"strconv"
	"strings"
)

// Self names this process so that others can tell whether it still runs: host, process ID and the time of its
// start, since an ID can be reused.
func Self() string {
	host, _ := os.Hostname() // an empty one only makes such machines look different
	started, err := startOf(os.Getpid())
	if err != nil {
		started = 0
	}
	return host + " " + strconv.Itoa(os.Getpid()) + " " + strconv.FormatInt(started, 10)
}

// Liveness is what is known about an owner.
type Liveness int

// An owner has ended, runs, or can't be checked because it is on another machine.
const (
	Dead Liveness = iota
	Live
	Elsewhere
)

// Of reports whether the process of a label of [Self] still runs.
func Of(label string) Liveness {
	fields := strings.Split(label, " ")
	if len(fields) != 3 {
		return Dead // not a label of any version that can be alive
	}
	if host, _ := os.Hostname(); fields[0] != host {
		return Elsewhere
	}
	pid, err := strconv.Atoi(fields[1])
	if err != nil {
		return Dead
	}
	started, err := startOf(pid)
	if err != nil || strconv.FormatInt(started, 10) != fields[2] {
		return Dead
	}
	return Live
}

// Describe turns a label of [Self] into words: "process 4711 on box".
func Describe(label string) string {
	fields := strings.Split(label, " ")
	if len(fields) != 3 {
		return "an unknown process"
	}
	return "process " + fields[1] + " on " + fields[0]
}
