package containers

import (
	"slices"
	"testing"

	"github.com/crashlab/crashlab/pkg/stack"
)

func TestCandidates(t *testing.T) {
	env := func(values map[string]string) func(string) string { return func(k string) string { return values[k] } }
	none := env(nil)
	for _, tc := range []struct {
		name       string
		images     Images
		env        func(string) string
		dependency string
		want       []string
	}{
		{"the official one first", Images{}, none, stack.Kafka, []string{"apache/kafka:4.3.1", "crashlab/kafka:4.3.1"}},
		{"local ones only", Images{Source: Local}, none, stack.Redis, []string{"crashlab/redis:8.0"}},
		{"official ones only", Images{Source: Official}, none, stack.AWS, []string{"localstack/localstack:4.14.0"}},
		{"a reference given", Images{AWS: "floci/floci:1"}, none, stack.AWS, []string{"floci/floci:1"}},
		{"a reference beats the source", Images{Source: Local, Redis: "valkey:8"}, none, stack.Redis, []string{"valkey:8"}},
		{"the environment", Images{}, env(map[string]string{
			"CRASHLAB_LOCALSTACK_IMAGE": "ministack:1",
		}), stack.AWS, []string{"ministack:1"}},
		{"a reference beats the environment", Images{Kafka: "mine"}, env(map[string]string{
			"CRASHLAB_KAFKA_IMAGE": "theirs",
		}), stack.Kafka, []string{"mine"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			images := tc.images.FromEnv(tc.env)
			got, err := images.candidates(tc.dependency)
			must(t, err)
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
	if _, err := (&Images{Source: "elsewhere"}).candidates(stack.AWS); err == nil {
		t.Error("accepted an unknown source")
	}
}

func TestLayersAddUp(t *testing.T) {
	var l layers
	if got := l.String(); got != "" {
		t.Errorf("before anything: %q", got)
	}
	l.at("a", 1e6, 10e6)
	l.at("b", 2e6, 20e6)
	l.at("a", 5e6, 10e6)
	if got := l.String(); got != ": 7 of 30 MB" {
		t.Errorf("got %q", got)
	}
}
