//go:build unix && !linux

package virtual

import "syscall"

// apart gives the variant a process group of its own, so that Ctrl-C is the parent's alone, who tells it
// to end in good order.
func apart(bool) *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
