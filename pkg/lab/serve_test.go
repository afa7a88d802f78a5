package lab

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// door is a service whose first request stays until it is let go. Others are answered at once: one that comes
// before the service has heard that it is to stop must not be what the service then waits for.
type door struct {
	entered, open chan struct{}
}

func newDoor() *door { return &door{entered: make(chan struct{}), open: make(chan struct{})} }

func (d *door) run(ctx context.Context, i *Instance) error {
	var first atomic.Bool
	return i.Serve(ctx, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if first.Swap(true) {
			return
		}
		close(d.entered)
		<-d.open
	}))
}

// A service that is asked to stop still answers requests in progress, and nothing else.
func TestServeLetsRequestsFinish(t *testing.T) {
	ctx, env := testContext(t), newTestEnv(t)
	d := newDoor()
	server, c := start(t, env, "server", d.run), start(t, env, "client", client)
	answered := make(chan error)
	go func() { answered <- get(ctx, c, server.Addr()) }()
	<-d.entered
	stopped := make(chan error)
	go func() { stopped <- server.Stop(ctx) }()
	err := Poll(ctx, "it refuses new requests", func(ctx context.Context) (bool, error) {
		return get(ctx, c, server.Addr()) != nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	close(d.open)
	if err := <-answered; err != nil {
		t.Errorf("the request under way: %v", err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if err := server.current().err; err != nil {
		t.Errorf("the service ended with %v", err)
	}
}

// A request that never ends does not keep a service alive.
func TestServeEnds(t *testing.T) {
	ctx, env := testContext(t), newTestEnv(t)
	d := newDoor()
	defer close(d.open)
	server, c := start(t, env, "server", d.run), start(t, env, "client", client)
	answered := make(chan error)
	go func() { answered <- get(ctx, c, server.Addr()) }()
	<-d.entered
	began := time.Now()
	if err := server.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < lastAnswers {
		t.Errorf("it stopped after %v; a request gets %v", took, lastAnswers)
	}
	if err := <-answered; err == nil {
		t.Error("answered by a service that has ended")
	}
	if server.current().err == nil {
		t.Error("the service does not say that a request was under way")
	}
}

// A service that crashes during a request answers no client, and ends at once.
func TestServeEndsAtACrash(t *testing.T) {
	ctx, env := testContext(t), newTestEnv(t)
	d := newDoor()
	server := start(t, env, "server", func(ctx context.Context, i *Instance) error {
		return i.Serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				_ = i.Crash()
				w.WriteHeader(http.StatusOK) // reaches nobody
				return
			}
			d.entered <- struct{}{}
			<-d.open
		}))
	})
	c := start(t, env, "client", client)
	answered := make(chan error)
	go func() { answered <- get(ctx, c, server.Addr()) }()
	<-d.entered
	defer close(d.open)
	began := time.Now()
	if resp, err := c.current().HTTP().Post("http://"+server.Addr(), "", nil); err == nil {
		resp.Body.Close()
		t.Error("answered by a service that has crashed")
	}
	if err := <-answered; err == nil {
		t.Error("another request is answered by a service that has crashed")
	}
	if err := server.current().wait(ctx); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took >= lastAnswers {
		t.Errorf("it ended %v after the crash, as if it had been asked to stop", took)
	}
}
