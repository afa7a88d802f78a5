package virtual

import "syscall"

// apart gives the variant a process group of its own, so that Ctrl-C is the parent's alone, who tells it
// to end in good order. One that does not look at its lifeline, as a test does not, is killed with the
// thread that has started it.
func apart(looks bool) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if !looks {
		attr.Pdeathsig = syscall.SIGKILL
	}
	return attr
}
