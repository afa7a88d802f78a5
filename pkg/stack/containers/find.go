package containers

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/moby/moby/client"
)

// place is a possible address of an engine.
type place struct {
	host string // "unix:///var/run/docker.sock"
	by   string // what named it: "DOCKER_HOST", `the Docker context "x"`; empty if it was found
	tls  *certificates
}

// machine decides where an engine is looked for; tests replace it.
type machine struct {
	getenv func(string) string
	usual  string // the address of Docker's default socket
	run    string // "/run"
	home   string
	uid    int
}

func thisMachine() machine {
	home, _ := os.UserHomeDir() // without a home there are no sockets in it
	return machine{os.Getenv, client.DefaultDockerHost, "/run", home, os.Getuid()}
}

// places returns the possible addresses of an engine: first those that the docker command tries, in its
// order, then the sockets of other engines. An engine that the user named is the only one.
func (m machine) places() ([]place, error) {
	if host := m.getenv("DOCKER_HOST"); host != "" {
		return []place{{host: host, by: "DOCKER_HOST", tls: m.certificates(host)}}, nil
	}
	if p, err := m.context(); err != nil || p.host != "" {
		return []place{p}, err
	}
	all := []place{{host: m.usual}}
	for _, path := range m.sockets() {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			all = append(all, place{host: "unix://" + path})
		}
	}
	return all, nil
}

// sockets lists the usual sockets of engines, other than Docker's default one.
func (m machine) sockets() []string {
	runtimes := []string{filepath.Join(m.run, "user", strconv.Itoa(m.uid))}
	if dir := m.getenv("XDG_RUNTIME_DIR"); dir != "" {
		runtimes = []string{dir}
	}
	in := func(dirs []string, path string) (all []string) {
		for _, d := range dirs {
			if d != "" {
				all = append(all, filepath.Join(d, path))
			}
		}
		return all
	}
	home := []string{m.home}
	var all []string
	for _, s := range [][]string{
		in(runtimes, "docker.sock"),                                                // rootless Docker
		in(home, ".docker/run/docker.sock"),                                        // Docker Desktop, macOS
		in(home, ".docker/desktop/docker.sock"),                                    // Docker Desktop, Linux
		in(home, ".orbstack/run/docker.sock"),                                      // OrbStack
		in(home, ".rd/docker.sock"),                                                // Rancher Desktop
		in(home, ".colima/default/docker.sock"),                                    // Colima
		in(home, ".config/colima/default/docker.sock"),                             // Colima, where XDG is followed
		in(runtimes, "podman/podman.sock"),                                         // rootless Podman
		in([]string{m.run}, "podman/podman.sock"),                                  // Podman
		in([]string{m.getenv("TMPDIR")}, "podman/podman-machine-default-api.sock"), // Podman, macOS
		in(home, ".local/share/containers/podman/machine/podman.sock"),             // Podman, macOS, older
	} {
		all = append(all, s...)
	}
	return all
}
