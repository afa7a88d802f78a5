package containers

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/moby/moby/client"
)

// place is where an engine may be.
type place struct {
	host string // "unix:///var/run/docker.sock"
	by   string // who named it: "DOCKER_HOST", `the Docker context "x"`; empty where it was found
	tls  *certificates
}

// machine is what decides where an engine is looked for; tests have another one.
type machine struct {
	getenv func(string) string
	usual  string // the address of Docker's usual socket
	run    string // "/run"
	home   string
	uid    int
}

func thisMachine() machine {
	home, _ := os.UserHomeDir() // without one nothing is there
	return machine{os.Getenv, client.DefaultDockerHost, "/run", home, os.Getuid()}
}

// places returns where an engine may be, in the order in which docker's own command looks, and
// after that where other engines put their sockets. Where one is named there is no other.
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

// sockets is where engines put theirs, other than Docker's usual one.
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
