package containers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/crashlab/crashlab/pkg/stack"
)

// Engine is the Docker engine of this machine, or the one that DOCKER_HOST names.
type Engine struct {
	docker  *client.Client
	Host    string // "unix:///var/run/docker.sock"
	Version string // "28.2.2"
}

// Connect connects to the Docker engine. Where none answers before ctx ends, the error is a
// *[stack.UnavailableError] that says where it was looked for.
func Connect(ctx context.Context) (*Engine, error) {
	host := findHost(os.Getenv, exists)
	docker, err := client.New(client.FromEnv, client.WithHost(host))
	if err != nil {
		return nil, unreachable(host, err)
	}
	version, err := docker.ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return nil, errors.Join(unreachable(host, err), docker.Close())
	}
	prepare(host)
	return &Engine{docker: docker, Host: host, Version: version.Version}, nil
}

// Close ends the connection to the engine.
func (e *Engine) Close() error { return e.docker.Close() }

func unreachable(host string, err error) error {
	reason := "no Docker engine answers at " + host
	if errors.Is(err, os.ErrPermission) {
		reason = "the Docker engine at " + host + " may not be used by this user"
	}
	return &stack.UnavailableError{
		Backend: stack.Containers, Reason: reason,
		Advice: "start Docker (scripts/docker-up does on Debian), or use --backend embedded",
	}
}

// findHost is where Docker, Docker Desktop, OrbStack, Colima and rootless Docker put their socket.
func findHost(getenv func(string) string, exists func(string) bool) string {
	if host := getenv("DOCKER_HOST"); host != "" {
		return host
	}
	const usual = "/var/run/docker.sock"
	sockets := []string{usual}
	if dir := getenv("XDG_RUNTIME_DIR"); dir != "" {
		sockets = append(sockets, filepath.Join(dir, "docker.sock"))
	}
	if home := getenv("HOME"); home != "" {
		for _, s := range []string{".docker/run/docker.sock", ".orbstack/run/docker.sock", ".colima/default/docker.sock"} {
			sockets = append(sockets, filepath.Join(home, s))
		}
	}
	for _, s := range sockets {
		if exists(s) {
			return "unix://" + s
		}
	}
	return "unix://" + usual
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// prepare sets what testcontainers reads once from the environment, before it does so.
var prepare = func() func(host string) {
	var once sync.Once
	return func(host string) {
		once.Do(func() {
			log.SetDefault(log.NewNoopLogger())
			setDefault("DOCKER_HOST", host)
			// See doc.go: the watcher does the reaper's work.
			setDefault("TESTCONTAINERS_RYUK_DISABLED", "true")
			if strings.HasPrefix(host, "unix://") {
				// It takes a machine that has /.dockerenv for the inside of a container and
				// would dial the gateway, where nothing is published.
				setDefault("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
			}
		})
	}
}()

func setDefault(name, value string) {
	if os.Getenv(name) == "" {
		// Setenv fails only for a name that is none.
		_ = os.Setenv(name, value)
	}
}

// has says whether an image is present.
func (e *Engine) has(ctx context.Context, ref string) (bool, error) {
	_, err := e.docker.ImageInspect(ctx, ref)
	switch {
	case err == nil:
		return true, nil
	case errdefs.IsNotFound(err):
		return false, nil
	}
	return false, fmt.Errorf("look for image %s: %w", ref, err)
}
