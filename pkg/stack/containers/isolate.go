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

// provider returns what creates containers on e. Testcontainers knows ways of its own to find an
// engine, and settings in the environment and in the user's home that are for the user's tests: a
// registry's prefix, another host, a reaper. It reads them while a provider is made, and asks an
// engine who it is, without a deadline; where it does not like an answer it panics. So it is made
// where there are none of them and with an engine of straw, and is given our connection after that.
func (e *Engine) provider() (*testcontainers.DockerProvider, error) {
	straw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("prepare testcontainers: %w", err)
	}
	server := &http.Server{Handler: http.HandlerFunc(strawEngine)}
	go func() { _ = server.Serve(straw) }() // it ends with Close
	defer func() { _ = server.Close() }()   // nobody uses it any more
	defer unset("TESTCONTAINERS_", "RYUK_", "DOCKER_", "HOME", "USERPROFILE")()
	network := testcontainers.Bridge
	if e.Podman {
		network = testcontainers.Podman
	}
	log.SetDefault(log.NewNoopLogger())
	set("DOCKER_HOST", "tcp://"+straw.Addr().String())
	// See doc.go: the watcher does the reaper's work.
	set("TESTCONTAINERS_RYUK_DISABLED", "true")
	p, err := testcontainers.NewDockerProvider(testcontainers.WithDefaultBridgeNetwork(network))
	if err != nil {
		return nil, fmt.Errorf("prepare testcontainers: %w", err)
	}
	p.SetClient(e.docker)
	return p, nil
}

// strawEngine is an engine that has nothing to tell.
func strawEngine(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Api-Version", "1.41")
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte("{}")) // who asked may be gone
}

// environment is held while the environment is another one than the user's.
var environment sync.Mutex

// unset takes variables that begin so out of the environment until restore is called.
func unset(prefixes ...string) (restore func()) {
	environment.Lock()
	was := map[string]string{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		for _, p := range prefixes {
			if strings.HasPrefix(name, p) {
				was[name] = value
				_ = os.Unsetenv(name) // fails only for a name that is none
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
	_ = os.Setenv(name, value) // fails only for a name that is none
}
