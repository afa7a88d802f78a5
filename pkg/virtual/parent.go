package virtual

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"time"
)

// lifelineEnv is set if the lifeline exists.
const lifelineEnv = "CRASHLAB_LIFELINE"

// grace is how long the variant may take to end once it was told to; tests shorten it.
var grace = patience

const patience = 5 * time.Second

// Run runs a variant with these arguments, copies its output without frames, and returns its exit code. When
// ctx ends, the variant is told to end, and killed if it does not. It ends when this process does, however
// that ends. The error says that it could not be started, or that it was killed.
func Run(ctx context.Context, program string, args []string, stdout, stderr io.Writer) (code int, err error) {
	return start(ctx, program, args, true, stdout, stderr)
}

// RunTest is [Run] for a test built in virtual time, which does not call [Enter].
func RunTest(ctx context.Context, program string, args []string, stdout, stderr io.Writer) (code int, err error) {
	return start(ctx, program, args, false, stdout, stderr)
}

// start starts a program in virtual time. enters reports whether it calls Enter: the variant does, a test
// does not.
func start(ctx context.Context, program string, args []string, enters bool,
	stdout, stderr io.Writer) (code int, err error) {
	theirs, ours, err := os.Pipe()
	if err != nil {
		return 0, fmt.Errorf("start %s: %w", program, err)
	}
	cut := sync.OnceFunc(func() { _ = ours.Close() })
	defer cut()
	cmd := exec.Command(program, args...)
	cmd.ExtraFiles = []*os.File{theirs} // file descriptor 3, the lifeline
	cmd.Env = slices.Concat(os.Environ(), []string{lifelineEnv + "=1", "GOMAXPROCS=1"}, terminals(stdout, stderr))
	if enters {
		cmd.Env = append(cmd.Env, "GOGC=off") // see [Enter]
	}
	cmd.SysProcAttr = apart(enters)
	runtime.LockOSThread() // see apart
	defer runtime.UnlockOSThread()
	out, bad := unframed(stdout), unframed(stderr)
	cmd.Stdout, cmd.Stderr = out.in, bad.in
	err = cmd.Start()
	_ = theirs.Close()
	if err != nil {
		return 0, errors.Join(fmt.Errorf("start %s: %w", program, err), out.end(), bad.end())
	}
	ended := make(chan struct{})
	var killer sync.WaitGroup
	defer killer.Wait()
	defer close(ended)
	killer.Go(func() {
		select {
		case <-ended:
			return
		case <-ctx.Done():
			cut()
		}
		select {
		case <-ended:
		case <-time.After(grace):
			_ = cmd.Process.Kill() // fails only if the variant has ended
		}
	})
	err = cmd.Wait()
	var exit *exec.ExitError
	switch copied := errors.Join(out.end(), bad.end()); {
	case errors.As(err, &exit) && exit.Exited():
		return exit.ExitCode(), copied
	case err != nil && ctx.Err() != nil:
		return 0, ctx.Err()
	case err != nil:
		return 0, errors.Join(fmt.Errorf("%s: %w", program, err), copied)
	default:
		return 0, copied
	}
}

// unframing is a writer that removes frames.
type unframing struct {
	in   *io.PipeWriter
	done chan error
}

func unframed(to io.Writer) *unframing {
	from, in := io.Pipe()
	u := &unframing{in: in, done: make(chan error, 1)}
	go func() {
		err := Unframe(to, from, nil)
		_ = from.CloseWithError(err)
		u.done <- err
	}()
	return u
}

func (u *unframing) end() error {
	_ = u.in.Close()
	return <-u.done
}
