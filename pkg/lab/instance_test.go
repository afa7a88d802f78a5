package lab

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/stack"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// newTestEnv has no dependencies: these tests are about instances alone.
func newTestEnv(t *testing.T) *Env {
	st := &stack.Stack{
		Kafka: []string{"127.0.0.1:1"}, Redis: "127.0.0.1:2", AWS: stack.Endpoint{
			URL: "http://127.0.0.1:3", Region: "us-east-1",
		},
	}
	env := NewEnv("test", 1, 100, st, history.NewRecorder(time.Now()), zap.NewNop())
	t.Cleanup(func() {
		if err := env.Close(testContext(t)); err != nil {
			t.Error(err)
		}
	})
	return env
}

// hello answers every request, and counts its lives in its answers.
func hello(lives *int) Service {
	return func(ctx context.Context, i *Instance) error {
		ln, err := i.Listen()
		if err != nil {
			return err
		}
		*lives++
		server := &http.Server{
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) }),
		}
		done := make(chan struct{})
		go func() { server.Serve(ln); close(done) }()
		i.Ready()
		<-ctx.Done()
		server.Close()
		<-done
		return nil
	}
}

func client(ctx context.Context, i *Instance) error { i.Ready(); <-ctx.Done(); return nil }

func get(ctx context.Context, from *Process, addr string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr, nil)
	if err != nil {
		return err
	}
	resp, err := from.current().HTTP().Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func start(t *testing.T, env *Env, name string, s Service) *Process {
	t.Helper()
	i, err := env.Run(testContext(t), name, s)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestKilledInstanceRefusesAndComesBackAtItsAddress(t *testing.T) {
	ctx, env := testContext(t), newTestEnv(t)
	lives := 0
	server, c := start(t, env, "server", hello(&lives)), start(t, env, "client", client)
	addr := server.Addr()
	if err := get(ctx, c, addr); err != nil {
		t.Fatal(err)
	}
	if err := server.Kill(ctx); err != nil {
		t.Fatal(err)
	}
	if err := get(ctx, c, addr); err == nil {
		t.Error("a killed instance answered")
	}
	if err := server.Kill(ctx); err != nil {
		t.Errorf("a second kill: %v", err)
	}
	if err := server.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if err := get(ctx, c, addr); err != nil || server.Addr() != addr {
		t.Errorf("after the start at %s (was %s): %v", server.Addr(), addr, err)
	}
	if lives != 2 {
		t.Errorf("%d lives, want 2", lives)
	}
}

func TestKilledInstanceCannotDial(t *testing.T) {
	ctx, env := testContext(t), newTestEnv(t)
	lives := 0
	server, c := start(t, env, "server", hello(&lives)), start(t, env, "client", client)
	web := c.current().HTTP()
	if err := c.Kill(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := web.Get("http://" + server.Addr()); !errors.Is(err, ErrCrashed) {
		t.Errorf("a dead instance's client: %v, want %v", err, ErrCrashed)
	}
}

func TestPausedInstanceIsSilentAndThaws(t *testing.T) {
	ctx, env := testContext(t), newTestEnv(t)
	lives := 0
	server, c := start(t, env, "server", hello(&lives)), start(t, env, "client", client)
	if err := server.Pause(ctx); err != nil {
		t.Fatal(err)
	}
	patience, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := get(patience, c, server.Addr()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a paused instance: %v, want silence until the deadline", err)
	}
	if _, err := new(net.Dialer).DialContext(ctx, "tcp", server.Addr()); err != nil {
		t.Errorf("a paused instance's kernel still accepts: %v", err)
	}
	if err := server.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	if err := get(ctx, c, server.Addr()); err != nil {
		t.Errorf("after resume: %v", err)
	}
}

func TestDiesAtItsCrashPoint(t *testing.T) {
	ctx, env := testContext(t), newTestEnv(t)
	passed := make(chan error)
	i := start(t, env, "worker", func(ctx context.Context, i *Instance) error {
		i.Ready()
		for {
			err := i.CrashPoint("after-effect")
			select {
			case passed <- err:
			case <-ctx.Done():
				if err != nil {
					passed <- err
				}
				return ctx.Err()
			}
		}
	})
	if err := <-passed; err != nil {
		t.Fatalf("not armed: %v", err)
	}
	fired, disarm := i.ArmCrash("after-effect")
	defer disarm()
	var err error
	for err == nil {
		select {
		case err = <-passed:
		case <-ctx.Done():
			t.Fatal("it passes its crash point and does not die")
		}
	}
	if !errors.Is(err, ErrCrashed) {
		t.Errorf("armed: %v, want %v", err, ErrCrashed)
	}
	select {
	case <-fired:
	case <-ctx.Done():
		t.Fatal("it crashed and did not say so")
	}
	if err := i.Kill(ctx); err != nil { // waits for the end of the dead
		t.Fatal(err)
	}
}

func TestStartFailsIfTheServiceDoes(t *testing.T) {
	env := newTestEnv(t)
	broken := errors.New("no configuration")
	if _, err := env.Run(testContext(t), "broken", func(context.Context, *Instance) error {
		return broken
	}); !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
}

func TestANameIsTakenOnce(t *testing.T) {
	env := newTestEnv(t)
	start(t, env, "a", client)
	if _, err := env.Run(testContext(t), "a", client); err == nil {
		t.Error("two instances of one name")
	}
}
