package containers

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/moby/client"
)

// elsewhere is a machine whose files are all in one folder.
func elsewhere(t *testing.T, env map[string]string) machine {
	t.Helper()
	root := short(t)
	return machine{
		getenv: func(name string) string { return env[name] },
		usual:  "unix://" + filepath.Join(root, "docker.sock"), run: filepath.Join(root, "run"),
		home: filepath.Join(root, "home"), uid: 7,
	}
}

// named is an engine that returns its name as its version.
func named(name string) fake {
	return fake{"/version": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"Version":%q}`, name) }}
}

func TestTheFirstThatAnswersIsTaken(t *testing.T) {
	const dead, hangs = "dead", "hangs"
	for _, tc := range []struct {
		name    string
		sockets map[string]string // by path: dead, hangs or a name
		want    string
	}{
		{"the usual one first", map[string]string{"docker.sock": "docker", "run/user/7/docker.sock": "rootless"}, "docker"},
		{"rootless before Docker Desktop",
			map[string]string{"run/user/7/docker.sock": "rootless", "home/.docker/run/docker.sock": "desktop"}, "rootless"},
		{"Docker Desktop",
			map[string]string{"home/.docker/desktop/docker.sock": "desktop", "home/.rd/docker.sock": "rancher"}, "desktop"},
		{"OrbStack", map[string]string{"home/.orbstack/run/docker.sock": "orbstack"}, "orbstack"},
		{"Rancher Desktop before Colima",
			map[string]string{"home/.colima/default/docker.sock": "colima", "home/.rd/docker.sock": "rancher"}, "rancher"},
		{"Podman last", map[string]string{"run/podman/podman.sock": "podman", "home/.colima/default/docker.sock": "colima"},
			"colima"},
		{"Podman, where it is alone", map[string]string{"run/podman/podman.sock": "podman"}, "podman"},
		{"a dead one hides no live one", map[string]string{"docker.sock": dead, "run/user/7/docker.sock": "rootless"},
			"rootless"},
		{"nor does one that hangs",
			map[string]string{"docker.sock": hangs, "home/.rd/docker.sock": dead, "run/podman/podman.sock": "podman"}, "podman"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if strings.Contains(fmt.Sprint(tc.sockets), hangs) {
				hurry(t, connectWait)
			}
			m := elsewhere(t, nil)
			for path, what := range tc.sockets {
				path = filepath.Join(filepath.Dir(m.run), path)
				switch what {
				case dead:
					must(t, os.MkdirAll(filepath.Dir(path), 0o700))
					l, err := net.Listen("unix", path)
					must(t, err)
					l.(*net.UnixListener).SetUnlinkOnClose(false)
					must(t, l.Close())
				case hangs:
					serveAt(t, path, fake{"": hang})
				default:
					serveAt(t, path, named(what))
				}
			}
			e, err := m.connect(t.Context())
			must(t, err)
			must(t, e.Close())
			if e.Version != tc.want {
				t.Errorf("connected to %s, want %s", e.Version, tc.want)
			}
		})
	}
}

func TestTheErrorListsEveryPlace(t *testing.T) {
	m := elsewhere(t, nil)
	serveAt(t, filepath.Join(m.run, "user/7/docker.sock"), fake{"": status(http.StatusInternalServerError, "no disk")})
	_, err := m.connect(t.Context())
	for _, want := range []string{m.usual + " is not there", "user/7/docker.sock fails: no disk"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

func TestAnEngineIsNamedAsByDocker(t *testing.T) {
	for _, tc := range []struct {
		name    string
		env     map[string]string
		current string   // in config.json
		has     []string // contexts
		want    string   // host and what named it, or the error
	}{
		{"DOCKER_HOST before all", map[string]string{"DOCKER_HOST": "unix:///h", "DOCKER_CONTEXT": "box"}, "box",
			[]string{"box"}, "unix:///h DOCKER_HOST"},
		{"DOCKER_CONTEXT before the current one", map[string]string{"DOCKER_CONTEXT": "box"}, "vm", []string{"box", "vm"},
			`unix:///box the Docker context "box"`},
		{"the current context", nil, "vm", []string{"vm"}, `unix:///vm the Docker context "vm"`},
		{"the default context", map[string]string{"DOCKER_CONTEXT": "default"}, "vm", []string{"vm"}, "usual"},
		{"none", nil, "", nil, "usual"},
		{"a missing context", nil, "colma", []string{"colima"},
			`the Docker context "colma", which config.json names, tells no engine; did you mean colima?`},
		{"and by its variable", map[string]string{"DOCKER_CONTEXT": "box"}, "", nil,
			`the Docker context "box", which DOCKER_CONTEXT names, tells no engine`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := elsewhere(t, tc.env)
			must(t, os.MkdirAll(m.dockerDir(), 0o700))
			must(t,
				os.WriteFile(filepath.Join(m.dockerDir(), "config.json"), []byte(fmt.Sprintf(`{"currentContext":%q}`, tc.current)),
					0o600))
			for _, name := range tc.has {
				addContext(t, m, name, "unix:///"+name)
			}
			places, err := m.places()
			got := fmt.Sprint(err)
			if err == nil {
				got = strings.TrimSpace(strings.ReplaceAll(places[0].host, m.usual, "usual") + " " + places[0].by)
			}
			if !strings.Contains(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// addContext does what docker context create does, and returns the folder for its certificates.
func addContext(t *testing.T, m machine, name, host string) string {
	t.Helper()
	id := fmt.Sprintf("%x", sha256.Sum256([]byte(name)))
	dir := filepath.Join(m.dockerDir(), "contexts", "meta", id)
	must(t, os.MkdirAll(dir, 0o700))
	meta, err := json.Marshal(map[string]any{
		"Name": name, "Endpoints": map[string]any{"docker": map[string]any{"Host": host, "SkipTLSVerify": true}},
	})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "meta.json"), meta, 0o600))
	return filepath.Join(m.dockerDir(), "contexts", "tls", id, "docker")
}

func TestAContextBringsItsCertificates(t *testing.T) {
	m := elsewhere(t, map[string]string{"DOCKER_CONTEXT": "box"})
	dir := addContext(t, m, "box", behindTLS(t))
	if _, err := m.connect(t.Context()); err == nil ||
		!strings.Contains(err.Error(), `(the Docker context "box") speaks TLS alone`) {
		t.Errorf("without certificates: %v", err)
	}
	must(t, os.MkdirAll(dir, 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "ca.pem"), nil, 0o600))
	e, err := m.connect(t.Context()) // which does not verify
	must(t, err)
	must(t, e.Close())
	if note := e.Note(); !strings.Contains(note, `named by the Docker context "box"`) {
		t.Errorf("note %q", note)
	}
}

func TestPermissionDeniedHasItsFix(t *testing.T) {
	p := place{host: "unix:///var/run/docker.sock"}
	denied := &callError{err: &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EACCES)}}
	err := unavailable([]refusal{p.refusal(&callError{err: syscall.ENOENT}), p.refusal(denied)})
	const want = "refuses this user: permission denied; join the group docker with sudo usermod -aG docker $USER"
	if !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not say %q", err, want)
	}
	if _, absent := Absent(err); absent {
		t.Error("an engine that refuses us is taken for none")
	}
}

func TestAnotherMachinesEngineIsNoUse(t *testing.T) {
	for host, here := range map[string]bool{
		client.DefaultDockerHost: true, "tcp://127.0.0.1:2375": true, "tcp://localhost:2375": true,
		"tcp://192.0.2.1:2375": false,
	} {
		err := (&Engine{Host: host}).local(t.Context())
		if (err == nil) != here {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestPodmanIsRecognizedWithItsLimits(t *testing.T) {
	podman := fake{
		"/version": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"Version":"4.3.1","Components":[{"Name":"Podman Engine"}]}`)
		},
		"/update": status(http.StatusNotFound, "Not Found"),
	}
	t.Setenv("DOCKER_HOST", at(t, podman))
	e, err := Connect(t.Context())
	must(t, err)
	defer func() { must(t, e.Close()) }()
	if note := e.Note(); !e.Podman || !strings.HasPrefix(note, "Podman 4.3.1 at ") ||
		!strings.Contains(note, "without the faults slow and memory") {
		t.Errorf("note %q", note)
	}
	p := &process{engine: e}
	if _, err := p.LimitCPU(t.Context(), time.Millisecond, 100*time.Millisecond); err == nil ||
		!strings.Contains(err.Error(), "the API of Podman 4.3.1 can't change the limits") {
		t.Errorf("CPU: %v", err)
	}
	if _, err := p.LimitMemory(t.Context(), 1<<20); err == nil || !strings.Contains(err.Error(), "Podman") {
		t.Errorf("memory: %v", err)
	}
}
