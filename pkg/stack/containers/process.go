package containers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// process is a container as a [stack.Process].
type process struct {
	engine *Engine
	id     string
	name   string
	addr   string // its published address; empty if that is known to be reachable
	ready  readiness
	cpu    limits[cpuLimit]
	memory limits[memoryLimit]
}

func (p *process) state(ctx context.Context) (*container.State, error) {
	r, err := p.engine.docker.ContainerInspect(ctx, p.id, client.ContainerInspectOptions{})
	if err != nil {
		return nil, fmt.Errorf("inspect %s: %w", p.name, err)
	}
	return r.Container.State, nil
}

func (p *process) Kill(ctx context.Context) error {
	_, err := p.engine.docker.ContainerKill(ctx, p.id, client.ContainerKillOptions{Signal: "KILL"})
	// Killing a container that does not run is a conflict: it is already dead.
	if err != nil && !errdefs.IsConflict(err) {
		return fmt.Errorf("kill %s: %w", p.name, err)
	}
	return p.until(ctx, "dead", func(s *container.State) bool { return !s.Running })
}

func (p *process) Start(ctx context.Context) error {
	if _, err := p.engine.docker.ContainerStart(ctx, p.id, client.ContainerStartOptions{}); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	return p.awaitReady(ctx)
}

func (p *process) Pause(ctx context.Context) error {
	s, err := p.state(ctx)
	if err != nil || s.Paused {
		return err
	}
	if _, err := p.engine.docker.ContainerPause(ctx, p.id, client.ContainerPauseOptions{}); err != nil {
		return fmt.Errorf("pause %s: %w", p.name, err)
	}
	return nil
}

func (p *process) Resume(ctx context.Context) error {
	s, err := p.state(ctx)
	if err != nil || !s.Paused {
		return err
	}
	if _, err := p.engine.docker.ContainerUnpause(ctx, p.id, client.ContainerUnpauseOptions{}); err != nil {
		return fmt.Errorf("resume %s: %w", p.name, err)
	}
	return p.awaitReady(ctx)
}

// until waits for a state of the container.
func (p *process) until(ctx context.Context, what string, cond func(*container.State) bool) error {
	for {
		s, err := p.state(ctx)
		if err != nil {
			return err
		}
		if cond(s) {
			return nil
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("wait for %s to be %s: %w", p.name, what, ctx.Err())
		}
	}
}

// lastWords returns the container's last line of output.
func (p *process) lastWords(ctx context.Context) string {
	const tail = 20
	logs, err := p.engine.docker.ContainerLogs(ctx, p.id, client.ContainerLogsOptions{
		ShowStdout: true, ShowStderr: true, Tail: fmt.Sprint(tail),
	})
	if err != nil {
		return fmt.Sprintf("its log can't be read (%v)", err)
	}
	var text strings.Builder
	_, err = stdcopy.StdCopy(&text, &text, logs)
	if err = errors.Join(err, logs.Close()); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Sprintf("its log can't be read (%v)", err)
	}
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return last
	}
	return "it wrote nothing"
}
