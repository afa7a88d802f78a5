package containers

import (
	"context"
	"fmt"
	"os"

	"github.com/crashlab/crashlab/pkg/stack"
)

// pin is the two images that can provide a dependency: the one in a registry, and the one that scripts/images
// builds where no registry can be reached.
type pin struct {
	official, local string
	env             string // the variable that overrides both
}

var pins = map[string]pin{
	// The last release of LocalStack that starts without an account. With LOCALSTACK_AUTH_TOKEN
	// set, a later one can be named.
	stack.AWS:   {"localstack/localstack:4.14.0", "crashlab/localstack:4.14.0", "CRASHLAB_LOCALSTACK_IMAGE"},
	stack.Kafka: {"apache/kafka:4.3.1", "crashlab/kafka:4.3.1", "CRASHLAB_KAFKA_IMAGE"},
	stack.Redis: {"redis:8.2-alpine", "crashlab/redis:8.0", "CRASHLAB_REDIS_IMAGE"},
}

// dependencies in the order of listings.
var dependencies = []string{stack.AWS, stack.Kafka, stack.Redis}

// Where images come from.
const (
	Official = "official" // a registry
	Local    = "local"    // scripts/images
)

// Images says which images to use. The zero value takes for each dependency the official image if it is
// present, else the local one if that is present, else the official one, which has to be pulled.
type Images struct {
	Source string // Official or Local; empty means either
	AWS    string // a reference that overrides the choice
	Kafka  string
	Redis  string
}

// FromEnv fills what i leaves empty from CRASHLAB_LOCALSTACK_IMAGE, CRASHLAB_KAFKA_IMAGE and
// CRASHLAB_REDIS_IMAGE; getenv is os.Getenv.
func (i Images) FromEnv(getenv func(string) string) Images {
	for name, field := range i.fields() {
		if *field == "" {
			*field = getenv(pins[name].env)
		}
	}
	return i
}

func (i *Images) fields() map[string]*string {
	return map[string]*string{stack.AWS: &i.AWS, stack.Kafka: &i.Kafka, stack.Redis: &i.Redis}
}

// candidates returns the references that may provide a dependency, in order of preference.
func (i Images) candidates(name string) ([]string, error) {
	if override := *i.fields()[name]; override != "" {
		return []string{override}, nil
	}
	p := pins[name]
	switch i.Source {
	case "":
		return []string{p.official, p.local}, nil
	case Official:
		return []string{p.official}, nil
	case Local:
		return []string{p.local}, nil
	}
	return nil, fmt.Errorf("images %q: want %q or %q", i.Source, Official, Local)
}

// Image is the choice for one dependency.
type Image struct {
	Dependency string
	Ref        string
	Present    bool
}

// choose chooses an image for each dependency, in order. If all candidates are absent it takes the first,
// which a pull would fetch.
func choose(ctx context.Context, e *Engine, images Images) ([]Image, error) {
	var chosen []Image
	for _, name := range dependencies {
		refs, err := images.FromEnv(os.Getenv).candidates(name)
		if err != nil {
			return nil, err
		}
		image := Image{Dependency: name, Ref: refs[0]}
		for _, ref := range refs {
			present, err := e.has(ctx, ref)
			if err != nil {
				return nil, err
			}
			if present {
				image = Image{name, ref, true}
				break
			}
		}
		chosen = append(chosen, image)
	}
	return chosen, nil
}
