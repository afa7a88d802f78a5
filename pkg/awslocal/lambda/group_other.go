//go:build !unix

package lambda

import "os/exec"

// group does nothing: there are no groups of processes.
func group(*exec.Cmd) {}

// kill ends a process. It may be gone.
func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
