//go:build unix && !linux

package virtual

import "syscall"

// apart puts the variant into its own process group. So Ctrl-C reaches only the parent, which tells the
// variant to end in good order.
func apart(bool) *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
