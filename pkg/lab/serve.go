package lab

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// lastAnswers is how long requests in progress may take when a service is asked to stop.
const lastAnswers = time.Second

// Serve runs an HTTP service for the rest of its life. It listens, reports that the instance is ready and
// serves h until ctx ends. Then it refuses new requests and lets those in progress finish, for a second. It
// fails if it can't listen or serve, and if requests are still in progress after that second. They lose their
// connections when the service ends, or at once if the process has crashed.
func (i *Instance) Serve(ctx context.Context, h http.Handler) error {
	ln, err := i.Listen()
	if err != nil {
		return err
	}
	server := &http.Server{Handler: i.usage().Served(h)}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	i.Ready()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	if i.dead.Load() { // no client gets an answer
		server.Close()
		<-failed
		return nil
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastAnswers)
	defer cancel()
	err = server.Shutdown(last)
	<-failed
	return err
}
