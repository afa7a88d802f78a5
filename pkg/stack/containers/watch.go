package containers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// WatchCommand is the first argument that starts this program as a watcher. The command line hands the
// arguments after it to [Watch].
const WatchCommand = "__watch"

// watchEnv marks a watcher. A program that does not know WatchCommand would otherwise start another watcher,
// and so on.
const watchEnv = "CRASHLAB_WATCHER"

const (
	watching = "watching" // watcher to parent: I have begun
	finished = "finished" // parent to watcher: all is removed
	// watchBegin is how long a watcher may take to begin.
	watchBegin = 5 * time.Second
	// watchTries is how long a watcher tries to remove: the engine may carry out the killed run's last calls
	// late.
	watchTries = 8 * time.Second
	watchEvery = 500 * time.Millisecond
)

// watcher is the parent's end of a watcher.
type watcher struct {
	line io.WriteCloser
	done chan struct{} // closed when the watcher has exited
}

// watch starts a watcher for the objects of a run on an engine. The watcher learns of our death by the end of
// its standard input, which comes however we die.
func watch(ctx context.Context, run string, e *Engine) (*watcher, error) {
	if os.Getenv(watchEnv) != "" {
		return nil, errors.New("watch run: this program was started as a watcher and does not know " + WatchCommand)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("watch run: %w", err)
	}
	cmd := exec.Command(self, WatchCommand, run)
	cmd.Env = append(os.Environ(), watchEnv+"=1")
	if e.place.by == "" {
		// It must not find another engine if the first of several begins to answer.
		cmd.Env = append(cmd.Env, "DOCKER_HOST="+e.Host)
	}
	cmd.SysProcAttr = detached()
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("watch run: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("watch run: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("watch run: %w", err)
	}
	w := &watcher{line: in, done: make(chan struct{})}
	began := make(chan error, 1)
	go func() {
		defer close(w.done)
		line, err := bufio.NewReader(out).ReadString('\n')
		if err == nil && line != watching+"\n" {
			err = fmt.Errorf("the watcher says %q", line)
		}
		began <- err
		_ = cmd.Wait() // how a watcher ends no longer matters
	}()
	select {
	case err = <-began:
	case <-time.After(watchBegin):
		err = fmt.Errorf("it did not begin within %v", watchBegin)
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		_ = cmd.Process.Kill() // it may have ended
		return nil, fmt.Errorf("watch run: %w", errors.Join(err, in.Close()))
	}
	return w, nil
}

// end ends the watcher: at once if all is removed, else after it has removed the rest.
func (w *watcher) end(removed bool) error {
	if w == nil {
		return nil
	}
	if !removed {
		return w.line.Close()
	}
	_, err := io.WriteString(w.line, finished+"\n")
	<-w.done
	// The watcher's exit closed its end of the pipe for us.
	if closing := w.line.Close(); !errors.Is(closing, os.ErrClosed) {
		err = errors.Join(err, closing)
	}
	return err
}

// Watch is the main function of a watcher, started with [WatchCommand] and args. It waits until the run that
// args names has removed its objects or is dead, and removes them in the second case.
func Watch(args []string) error { return watchRun(args, os.Stdin, os.Stdout) }

func watchRun(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("watch: want the id of one run")
	}
	// What ends the parent from a keyboard or terminal must not end the watcher before its work is done.
	signal.Ignore(syscall.SIGINT, syscall.SIGHUP, syscall.SIGTERM)
	if _, err := fmt.Fprintln(out, watching); err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err == nil && line == finished+"\n" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), watchTries)
	defer cancel()
	for {
		last := removeRun(ctx, args[0])
		select {
		case <-time.After(watchEvery):
		case <-ctx.Done():
			return last
		}
	}
}

func removeRun(ctx context.Context, run string) error {
	e, err := Connect(ctx)
	if err != nil {
		return err
	}
	_, err = remove(ctx, e, filter(run), everything)
	return errors.Join(err, e.Close())
}
