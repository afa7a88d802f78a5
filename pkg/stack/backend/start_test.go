package backend

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

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
	images := []containers.Image{
		{Dependency: stack.AWS, Ref: "aws:1"},
		{Dependency: stack.Redis, Ref: "redis:1", Present: true},
	}
	present := []containers.Image{{Ref: "aws:1", Present: true}}
	unavailable := func(reason string) error {
		return &stack.UnavailableError{Backend: "containers", Reason: reason, Advice: "do this, or use --backend embedded"}
	}
	none := unavailable("no Docker engine answers at X")
	for _, tc := range []struct {
		name   string
		needs  stack.Needs
		health containers.Health
		warm   bool
		finds  error  // from looking for a warm stack
		starts error  // from starting one
		want   string // the backend of the stack
		note   []string
	}{
		{
			name: "no engine", health: containers.Health{Err: none}, want: stack.Embedded, note: []string{
				"since no Docker engine answers at X; for containers: do this",
			},
		},
		{
			name: "no images", health: containers.Health{Version: "1", Images: images}, want: stack.Embedded, note: []string{
				"aws:1", "crashlab pull", "make images",
			},
		},
		{
			name: "an engine that fails", health: containers.Health{Version: "1", Err: errors.New("boom")}, want: stack.Embedded,
			note: []string{"boom"},
		},
		{
			name: "an engine that hangs after it told its images", health: containers.Health{
				Version: "1", Images: present,
			}, finds: unavailable("it did not answer within 30 s"), want: stack.Embedded, note: []string{"30 s"},
		},
		{
			name: "ports that can't be reached", health: containers.Health{Version: "1", Images: present},
			starts: unavailable("ports can't be reached"), want: stack.Embedded, note: []string{
				"ports can't be reached", "do this",
			},
		},
		{
			name: "all is here", health: containers.Health{Version: "1", Images: present}, want: stack.Containers,
			note: []string{"Docker answers"},
		},
		{
			name: "a warm stack", health: containers.Health{Version: "1", Images: present}, warm: true, want: "warm",
			note: []string{"crashlab clean"},
		},
		{
			name: "a warm stack of other images", health: containers.Health{Version: "1", Images: images}, warm: true,
			want: "warm", note: []string{"crashlab clean"},
		},
		{
			name: "throttling", needs: stack.Needs{Throttling: true}, health: containers.Health{Version: "1", Images: present},
			warm: true, want: stack.Embedded, note: []string{"since throttling is asked for"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			provided := func(by string) *stack.Stack { return &stack.Stack{Backend: map[string]string{stack.AWS: by}} }
			m := machine{
				find: func(context.Context, stack.Needs, containers.Images, func(string)) (*stack.Stack, error) {
					if tc.warm {
						return provided("warm"), nil
					}
					return nil, tc.finds
				},
				examine: func(context.Context, containers.Images) containers.Health { return tc.health },
				start: func(_ context.Context, c containers.Config) (*stack.Stack, error) {
					if c.Pull {
						t.Error("auto asks for a download")
					}
					if tc.starts != nil {
						return nil, tc.starts
					}
					return provided(stack.Containers), nil
				},
			}
			st, note, err := auto(t.Context(), Config{Needs: tc.needs}.withDefaults(), m)
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
