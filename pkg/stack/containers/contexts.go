package containers

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/docker/go-connections/tlsconfig"

	"github.com/crashlab/crashlab/pkg/nearest"
	"github.com/crashlab/crashlab/pkg/stack"
)

// certificates is what an engine behind TLS requires.
type certificates struct {
	dir    string // of ca.pem, cert.pem and key.pem, as far as they exist
	verify bool   // check the engine's certificate
}

// certificates returns what Docker's variables say about TLS, or nil.
func (m machine) certificates(host string) *certificates {
	dir, verify := m.getenv("DOCKER_CERT_PATH"), m.getenv("DOCKER_TLS_VERIFY") != ""
	if !strings.HasPrefix(host, "tcp:") || dir == "" && !verify && m.getenv("DOCKER_TLS") == "" {
		return nil
	}
	if dir == "" {
		dir = m.dockerDir()
	}
	return &certificates{dir, verify}
}

func (c *certificates) config() (*tls.Config, error) {
	file := func(name string) string {
		if path := filepath.Join(c.dir, name); isFile(path) {
			return path
		}
		return ""
	}
	return tlsconfig.Client(tlsconfig.Options{
		CAFile: file("ca.pem"), CertFile: file("cert.pem"), KeyFile: file("key.pem"),
		InsecureSkipVerify: !c.verify, ExclusiveRootPools: true,
	})
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// dockerDir is the folder of the docker command's settings.
func (m machine) dockerDir() string {
	if dir := m.getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	return filepath.Join(m.home, ".docker")
}

// context returns the engine of Docker's current context, or an empty place for the default context.
func (m machine) context() (place, error) {
	name, by := m.getenv("DOCKER_CONTEXT"), "DOCKER_CONTEXT"
	if name == "" {
		by = "config.json"
		var config struct{ CurrentContext string }
		// Without the file, or with one that the docker command could not read either, the default context is
		// the current one.
		_ = readJSON(filepath.Join(m.dockerDir(), "config.json"), &config)
		name = config.CurrentContext
	}
	if name == "" || name == "default" {
		return place{}, nil
	}
	contexts := filepath.Join(m.dockerDir(), "contexts")
	id := fmt.Sprintf("%x", sha256.Sum256([]byte(name)))
	var meta struct {
		Name      string
		Endpoints struct {
			Docker struct {
				Host          string
				SkipTLSVerify bool
			} `json:"docker"`
		}
	}
	if err := readJSON(filepath.Join(contexts, "meta", id, "meta.json"), &meta); err != nil ||
		meta.Endpoints.Docker.Host == "" {
		return place{}, &stack.UnavailableError{
			Backend: stack.Containers,
			Reason:  fmt.Sprintf("the Docker context %q, which %s names, tells no engine", name, by),
			Advice:  contextAdvice(name, contexts),
		}
	}
	p := place{host: meta.Endpoints.Docker.Host, by: fmt.Sprintf("the Docker context %q", name)}
	if dir := filepath.Join(contexts, "tls", id, "docker"); isFile(filepath.Join(dir, "ca.pem")) ||
		isFile(filepath.Join(dir, "cert.pem")) {
		p.tls = &certificates{dir, !meta.Endpoints.Docker.SkipTLSVerify}
	}
	return p, nil
}

// contextAdvice lists the existing contexts.
func contextAdvice(name, contexts string) string {
	files, _ := filepath.Glob(filepath.Join(contexts, "meta", "*", "meta.json"))
	names := []string{"default"}
	for _, f := range files {
		var meta struct{ Name string }
		if readJSON(f, &meta) == nil && meta.Name != name {
			names = append(names, meta.Name)
		}
	}
	return nearest.Suggest(name, names) + "; choose with docker context use"
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
