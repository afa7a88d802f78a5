//go:build !faketime

package owner

import (
	"os"
	"slices"

	ps "github.com/shirou/gopsutil/v4/process"
)

// startOf returns when a process started, in milliseconds since 1970. A zombie, which in many containers no
// parent waits for, counts as ended.
func startOf(pid int) (int64, error) {
	p, err := ps.NewProcess(int32(pid))
	if err != nil {
		return 0, err
	}
	if state, err := p.Status(); err == nil && slices.Contains(state, ps.Zombie) {
		return 0, os.ErrProcessDone
	}
	return p.CreateTime()
}
