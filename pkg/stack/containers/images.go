package containers

import (
	"context"
	"fmt"
	"os"

	"github.com/crashlab/crashlab/pkg/stack"
)

// pin is the two images that can provide a dependency: what a registry serves, and what
// scripts/images builds where there is none.
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

// dependencies in the order in which they are listed to the user.
var dependencies = []string{stack.AWS, stack.Kafka, stack.Redis}

// Where images come from.
const (
	Official = "official" // a registry
	Local    = "local"    // scripts/images
)

// Images says which images to use. The zero value takes for each dependency the official image
// where it is present, else the local one where that is, else it has to be pulled.
type Images struct {
	Source string // Official or Local: only these; empty: either
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

// candidates returns the references that may provide a dependency, the preferred first.
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

// Image is what was chosen for a dependency.
type Image struct {
	Dependency string
	Ref        string
	Present    bool
}

// choose chooses an image for each dependency, in order. One that is absent is the first of its
// candidates, which is what a pull would bring.
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
