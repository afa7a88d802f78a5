package backend

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/containers"
	"github.com/crashlab/crashlab/pkg/stack/external"
)

func shut(t *testing.T, st *stack.Stack) {
	t.Helper()
	if err := st.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestUnknownNameSuggests(t *testing.T) {
	for name, want := range map[string]string{
		"embeded": "did you mean embedded?", "kubernetes": "there are auto, containers, embedded, external",
		"container": "did you mean containers?", "EXTERNAL": "did you mean external?",
	} {
		_, _, err := Start(t.Context(), Config{Name: name})
		var unavailable *stack.UnavailableError
		if !errors.As(err, &unavailable) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAutoDecides(t *testing.T) {
	images := []containers.Image{{Dependency: stack.AWS, Ref: "aws:1"}, {Dependency: stack.Redis, Ref: "redis:1", Present: true}}
	present := []containers.Image{{Ref: "aws:1", Present: true}}
	noEngine := &stack.UnavailableError{Backend: "containers", Reason: "no Docker engine answers at X", Advice: "…"}
	for _, tc := range []struct {
		name   string
		health containers.Health
		warm   bool
		want   string // the backend of the stack
		note   []string
	}{
		{"no engine", containers.Health{Err: noEngine}, false, stack.Embedded, []string{"no Docker engine answers at X", "crashlab pull"}},
		{"no images", containers.Health{Version: "1", Images: images}, false, stack.Embedded, []string{"aws:1", "crashlab pull", "make images"}},
		{"an engine that fails", containers.Health{Version: "1", Err: errors.New("boom")}, false, stack.Embedded, []string{"boom"}},
		{"all is here", containers.Health{Version: "1", Images: present}, false, stack.Containers, []string{"Docker answers"}},
		{"a warm stack", containers.Health{Version: "1", Images: present}, true, "warm", []string{"crashlab clean"}},
		{"a warm stack of other images", containers.Health{Version: "1", Images: images}, true, "warm", []string{"crashlab clean"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			provided := func(by string) *stack.Stack { return &stack.Stack{Backend: map[string]string{stack.AWS: by}} }
			m := machine{
				find: func(context.Context, stack.Needs, containers.Images, func(string)) (*stack.Stack, error) {
					if tc.warm {
						return provided("warm"), nil
					}
					return nil, nil
				},
				examine: func(context.Context, containers.Images) containers.Health { return tc.health },
				start: func(_ context.Context, c containers.Config) (*stack.Stack, error) {
					if c.Pull {
						t.Error("auto asks for a download")
					}
					return provided(stack.Containers), nil
				},
			}
			st, note, err := auto(t.Context(), Config{Log: zap.NewNop()}, m)
			if err != nil {
				t.Fatal(err)
			}
			defer shut(t, st)
			if st.Backend[stack.AWS] != tc.want {
				t.Errorf("got %q, want %q", st.Backend[stack.AWS], tc.want)
			}
			for _, want := range tc.note {
				if !strings.Contains(note, want) {
					t.Errorf("note %q does not say %q", note, want)
				}
			}
			if strings.Contains(note, "\n") {
				t.Errorf("more than a line: %q", note)
			}
		})
	}
}

func TestAutoIsEmbeddedWithinTwoSecondsWhereNothingAnswers(t *testing.T) {
	t.Setenv("DOCKER_HOST", "tcp://192.0.2.1:2375") // an address that never answers
	began := time.Now()
	st, note, err := Start(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, st)
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
	if st.Backend[stack.AWS] != stack.Embedded || !strings.Contains(note, "192.0.2.1") {
		t.Errorf("%v: %s", st.Backend, note)
	}
}

func TestContainersWithoutAnEngineAreUnavailable(t *testing.T) {
	t.Setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
	_, _, err := Start(t.Context(), Config{Name: stack.Containers})
	var unavailable *stack.UnavailableError
	if !errors.As(err, &unavailable) {
		t.Fatalf("got %v", err)
	}
}

func TestExternalReadsTheEnvironment(t *testing.T) {
	st, _, err := Start(t.Context(), Config{Name: stack.Embedded})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, st)
	t.Setenv(external.EnvAWS, st.AWS.URL)
	t.Setenv(external.EnvKafka, strings.Join(st.Kafka, ","))
	t.Setenv(external.EnvRedis, st.Redis)
	ext, note, err := Start(t.Context(), Config{Name: stack.External})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, ext)
	if ext.Redis != st.Redis || note != "" {
		t.Errorf("%+v, note %q", ext, note)
	}
}
