//go:build !unix

package virtual

import "syscall"

func apart(bool) *syscall.SysProcAttr { return nil }
