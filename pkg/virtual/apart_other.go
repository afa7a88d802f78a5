//go:build !unix

package virtual

import "syscall"

func apart() *syscall.SysProcAttr { return nil }
