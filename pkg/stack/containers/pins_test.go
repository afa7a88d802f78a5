package containers

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/stack"
)

// The same images are named in three places, for Go, for the shell and for compose. They agree.
func TestPinsAgree(t *testing.T) {
	built := settings(t, "../../../scripts/images.env")
	composed := settings(t, "../../../compose/local.env")
	file, err := os.ReadFile("../../../compose/docker-compose.yml")
	must(t, err)
	for name, variable := range map[string]string{
		stack.AWS: "LOCALSTACK_IMAGE", stack.Kafka: "KAFKA_IMAGE", stack.Redis: "REDIS_IMAGE",
	} {
		p := pins[name]
		if built[variable] != p.local {
			t.Errorf("scripts/images.env builds %s, the backend uses %s", built[variable], p.local)
		}
		if composed[p.env] != p.local {
			t.Errorf("compose/local.env names %s, the backend uses %s", composed[p.env], p.local)
		}
		if want := "${" + p.env + ":-" + p.official + "}"; !strings.Contains(string(file), want) {
			t.Errorf("compose/docker-compose.yml does not have %s", want)
		}
	}
}

// settings reads a file of NAME=value lines. A value may use the names above it.
func settings(t *testing.T, path string) map[string]string {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	values := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), "=")
		if ok && !strings.HasPrefix(name, "#") {
			values[name] = os.Expand(value, func(n string) string { return values[n] })
		}
	}
	return values
}
