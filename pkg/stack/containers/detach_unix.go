//go:build unix

package containers

import "syscall"

// detached starts a watcher in a session of its own, out of reach of signals from the keyboard.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
