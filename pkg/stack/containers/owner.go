package containers

import (
	"os"
	"strconv"
	"strings"

	ps "github.com/shirou/gopsutil/v4/process"
)

// owner names a process so that it can be told whether it still runs: its id alone can be given
// to another one.
func owner() string {
	host, _ := os.Hostname() // an empty one only makes strangers of two such machines
	started, err := startOf(os.Getpid())
	if err != nil {
		started = 0
	}
	return host + " " + strconv.Itoa(os.Getpid()) + " " + strconv.FormatInt(started, 10)
}

// startOf returns when a process started, in the system's own count.
func startOf(pid int) (int64, error) {
	p, err := ps.NewProcess(int32(pid))
	if err != nil {
		return 0, err
	}
	return p.CreateTime()
}

// liveness is what can be known of an object's owner.
type liveness int

const (
	dead    liveness = iota // it has ended
	live                    // it runs
	unknown                 // it is on another machine
)

// livenessOf reads a label that owner wrote.
func livenessOf(label string) liveness {
	fields := strings.Split(label, " ")
	if len(fields) != 3 {
		return dead // not written by a version that can be alive
	}
	if host, _ := os.Hostname(); fields[0] != host {
		return unknown
	}
	pid, err := strconv.Atoi(fields[1])
	if err != nil {
		return dead
	}
	started, err := startOf(pid)
	if err != nil || strconv.FormatInt(started, 10) != fields[2] {
		return dead
	}
	return live
}
