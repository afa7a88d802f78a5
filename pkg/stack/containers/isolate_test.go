package containers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/stack/owner"
)

const isolatedCommand = "__isolated"

// isolated creates a container in any environment, which it must not change.
func isolated() error {
	was := os.Environ()
	e, err := Connect(context.Background())
	if err != nil {
		return err
	}
	p, err := e.provider()
	if err != nil {
		return err
	}
	request := redisSpec("crashlab/redis:8.0", 1).request(map[string]string{labelRun: "r", labelOwner: owner.Self()}, "")
	c, err := p.CreateContainer(context.Background(), request)
	if err != nil {
		return err
	}
	if err := c.Start(context.Background()); err != nil {
		return err
	}
	is := os.Environ()
	slices.Sort(was)
	slices.Sort(is)
	if !slices.Equal(was, is) {
		return errors.New("the environment is not what it was")
	}
	return e.Close()
}

func TestTheUsersTestcontainersSettingsStay(t *testing.T) {
	const properties = "hub.image.name.prefix=mirror.example/x\nsession.id=a b\ndocker.host=tcp://nowhere:1\n" +
		"tc.host=tcp://nowhere:2\nprovider=sbx\n"
	for name, tc := range map[string]struct{ env, file string }{
		"nothing":             {},
		"a reaper":            {env: "TESTCONTAINERS_RYUK_DISABLED=false"},
		"a registry's prefix": {env: "TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX=mirror.example/x"},
		"a bad session":       {env: "TESTCONTAINERS_SESSION_ID=a b/c"},
		"another provider":    {env: "TESTCONTAINERS_PROVIDER=sbx"},
		"another host":        {env: "TESTCONTAINERS_HOST_OVERRIDE=192.0.2.1"},
		"another socket":      {env: "TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE=/nowhere"},
		"a reaper's settings": {env: "RYUK_CONNECTION_TIMEOUT=never"},
		"properties":          {file: properties},
		"bad properties":      {file: "ryuk.connection.timeout=never\n"},
		"TLS":                 {env: "DOCKER_CERT_PATH=/nowhere"},
		"an API's version":    {env: "DOCKER_API_VERSION=1"},
	} {
		t.Run(name, func(t *testing.T) {
			var images []string
			host := at(t, fake{"/containers/create": func(w http.ResponseWriter, r *http.Request) {
				var c struct{ Image string }
				if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
					t.Error(err)
				}
				images = append(images, c.Image)
				created(w, r)
			}})
			home := t.TempDir()
			if tc.file != "" {
				must(t, os.WriteFile(filepath.Join(home, ".testcontainers.properties"), []byte(tc.file), 0o600))
			}
			self, err := os.Executable()
			must(t, err)
			cmd := exec.CommandContext(t.Context(), self, isolatedCommand)
			cmd.Env = append(os.Environ(), "HOME="+home, "DOCKER_HOST="+host)
			if tc.env != "" {
				cmd.Env = append(cmd.Env, tc.env)
			}
			if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("%v, and said %s", err, strings.TrimSpace(string(out)))
			}
			if !slices.Equal(images, []string{"crashlab/redis:8.0"}) {
				t.Errorf("created containers from %q", images)
			}
		})
	}
}
