//go:build unix

package containers

import "syscall"

// detached puts a watcher out of its parent's session, which signals from the keyboard go to.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
