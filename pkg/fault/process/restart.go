package process

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// Restart kills a process and starts it again after Down, like a deploy or a crash under a supervisor.
type Restart struct {
	Process string        // dependency, node or instance; "kafka" means all its nodes
	Down    time.Duration // between the two; 0 restarts it at once
}

// Kind returns the catalog's entry.
func (Restart) Kind() fault.Kind {
	return fault.Kind{Name: "restart", Needs: "process", Says: "killed and started again",
		Example: "kafka-1:restart=500ms@2s..6s", Target: "Process", Value: "Down"}
}

// OnProcess returns the process's name.
func (f Restart) OnProcess() string { return f.Process }

func (f Restart) Requested() string {
	return fmt.Sprintf("%s: restarted, %s down", f.Process, say.Time(f.Down))
}

func (f Restart) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	o, err := injectProcess(ctx, s, f.Process, "restart",
		func(ctx context.Context, name string) error { return s.Processes[name].Kill(ctx) },
		func(ctx context.Context, name string) error { return s.Processes[name].Start(ctx) })
	if err != nil {
		return nil, err
	}
	killed := time.Now()
	r := &restarting{
		onProcess: o, gone: len(o.names) - o.answering(ctx), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go r.bringBack(killed, f.Down)
	return r, nil
}

// restarting is an active Restart.
type restarting struct {
	*onProcess
	gone int // processes that did not answer after the kill

	once sync.Once
	stop chan struct{} // closed by Revert
	done chan struct{} // closed when the processes are started, or Revert takes over

	down time.Duration // time until they answered again; read after done
	err  error         // of the start; read after done
}

// startTimeout is how long a process may take to start.
const startTimeout = time.Minute

func (r *restarting) bringBack(killed time.Time, down time.Duration) {
	defer close(r.done)
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	timer := time.NewTimer(time.Until(killed.Add(down)))
	defer timer.Stop()
	select {
	case <-timer.C:
		r.err = r.onProcess.Revert(ctx)
		r.down = time.Since(killed)
	case <-r.stop:
	}
}

// Measure reports that the processes were gone and are back.
func (r *restarting) Measure(ctx context.Context) (fault.Measurement, error) {
	select {
	case <-r.done:
	default:
		return fault.Measurement{Text: fmt.Sprintf("%d of %d stopped answering, not back yet", r.gone, len(r.names))}, nil
	}
	if r.err != nil {
		return fault.Measurement{}, r.err
	}
	back := r.answering(ctx)
	return fault.Measurement{
		Acted: r.alive > 0 && r.gone == len(r.names) && back == len(r.names),
		Text:  fmt.Sprintf("%d of %d stopped answering, %d back after %s", r.gone, len(r.names), back, say.Time(r.down)),
	}, nil
}

// Revert makes sure that the processes run. It starts them at once if Down has not passed.
func (r *restarting) Revert(ctx context.Context) error {
	r.once.Do(func() { close(r.stop) })
	select {
	case <-r.done:
	case <-ctx.Done():
		return fmt.Errorf("restart: %w", ctx.Err())
	}
	return r.onProcess.Revert(ctx)
}
