package virtual

import "syscall"

// apart puts the variant into its own process group. So Ctrl-C reaches only the parent, which tells the
// variant to end in good order. A program that does not watch its lifeline, such as a test, is killed
// together with the thread that started it.
func apart(looks bool) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if !looks {
		attr.Pdeathsig = syscall.SIGKILL
	}
	return attr
}
