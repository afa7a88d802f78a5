package awslocal

import (
	"context"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/gate"
)

// front is the part that Stop discards: a listener and its connections.
type front struct {
	http   *http.Server
	cancel context.CancelFunc // ends the requests in progress
	conns  sync.WaitGroup
}

// serve answers connections of the listener until stop, and hangs up on a client whose header is not complete
// after headerTime. handle gets a context that ends with the front, whereas a request's own also ends with its
// client.
func serve(ctx context.Context, listener net.Listener, pause *gate.Gate, headerTime time.Duration,
	errorLog *log.Logger, handle func(context.Context, http.ResponseWriter, *http.Request)) *front {
	ctx, cancel := context.WithCancel(ctx)
	f := &front{cancel: cancel}
	f.http = &http.Server{
		Handler:     http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handle(ctx, w, r) }),
		ErrorLog:    errorLog,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnState:   f.track,

		ReadHeaderTimeout: headerTime,
	}
	f.conns.Add(1)
	go func() {
		defer f.conns.Done()
		// It returns ErrServerClosed after stop; there is no other way out of a loopback accept.
		_ = f.http.Serve(&patient{Listener: listener, headerTime: headerTime, pause: pause, gone: ctx.Done()})
	}()
	return f
}

// track counts connections, so that stop can wait for the last one's goroutine.
func (f *front) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		f.conns.Add(1)
	case http.StateClosed, http.StateHijacked:
		f.conns.Done()
	}
}

func (f *front) stop() {
	// Connections first: a request that sees its context end must not send an answer. Closing a listener and
	// loopback connections leaves nothing to report.
	_ = f.http.Close()
	f.cancel()
	f.conns.Wait()
}
