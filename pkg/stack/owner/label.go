package owner

import (
	"os"
	"strconv"
	"strings"
)

// Self names this process so that it can be told whether it still runs: host, process id and when
// that process started, since an id alone can be given to another one.
func Self() string {
	host, _ := os.Hostname() // an empty one only makes strangers of two such machines
	started, err := startOf(os.Getpid())
	if err != nil {
		started = 0
	}
	return host + " " + strconv.Itoa(os.Getpid()) + " " + strconv.FormatInt(started, 10)
}

// Liveness is what can be known of an owner.
type Liveness int

// An owner has ended, runs, or is where it can't be looked at: on another machine.
const (
	Dead Liveness = iota
	Live
	Elsewhere
)

// Of says whether the process that a label of [Self] names still runs.
func Of(label string) Liveness {
	fields := strings.Split(label, " ")
	if len(fields) != 3 {
		return Dead // not written by a version that can be alive
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

// Describe is a label of [Self] for a reader: "process 4711 on box".
func Describe(label string) string {
	fields := strings.Split(label, " ")
	if len(fields) != 3 {
		return "an unknown process"
	}
	return "process " + fields[1] + " on " + fields[0]
}
