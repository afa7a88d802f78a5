//go:build !faketime

package containers

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

// provider returns testcontainers' provider for e. Testcontainers has its own ways to find an engine, and
// reads settings for the user's tests from the environment and the home folder: a registry prefix, another
// host, a reaper. It reads them while a provider is made, asks the engine for its identity without a
// deadline, and panics on some answers. So the provider is made without these settings, with a stub engine,
// and is given our connection afterwards.
func (e *Engine) provider() (*testcontainers.DockerProvider, error) {
	straw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("prepare testcontainers: %w", err)
	}
	server := &http.Server{Handler: http.HandlerFunc(strawEngine)}
	go func() { _ = server.Serve(straw) }() // it ends with Close
	defer func() { _ = server.Close() }()   // it is no longer used
	defer unset("TESTCONTAINERS_", "RYUK_", "DOCKER_", "HOME", "USERPROFILE")()
	network := testcontainers.Bridge
	if e.Podman {
		network = testcontainers.Podman
	}
	log.SetDefault(log.NewNoopLogger())
	set("DOCKER_HOST", "tcp://"+straw.Addr().String())
	// The watcher does the reaper's work: see doc.go.
	set("TESTCONTAINERS_RYUK_DISABLED", "true")
	p, err := testcontainers.NewDockerProvider(testcontainers.WithDefaultBridgeNetwork(network))
	if err != nil {
		return nil, fmt.Errorf("prepare testcontainers: %w", err)
	}
	p.SetClient(e.docker)
	return p, nil
}

// strawEngine answers every call with an empty object.
func strawEngine(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Api-Version", "1.41")
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte("{}")) // the client may be gone
}

// environment is locked while the process's environment is changed.
var environment sync.Mutex

// unset removes variables with these prefixes from the environment until restore is called.
func unset(prefixes ...string) (restore func()) {
	environment.Lock()
	was := map[string]string{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		for _, p := range prefixes {
			if strings.HasPrefix(name, p) {
				was[name] = value
				_ = os.Unsetenv(name) // fails only for an invalid name
			}
		}
	}
	return func() {
		for _, pair := range os.Environ() {
			name, _, _ := strings.Cut(pair, "=")
			for _, p := range prefixes {
				if strings.HasPrefix(name, p) {
					_ = os.Unsetenv(name)
				}
			}
		}
		for name, value := range was {
			set(name, value)
		}
		environment.Unlock()
	}
}

func set(name, value string) {
	_ = os.Setenv(name, value) // fails only for an invalid name
}
