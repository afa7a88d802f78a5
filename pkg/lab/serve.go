package lab

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// lastAnswers is how long requests under way may take when a service is asked to stop.
const lastAnswers = time.Second

// Serve is the rest of a service's life that answers over HTTP: it listens, says that the instance is
// ready and serves h until ctx ends; then it takes no new requests and lets those under way finish, for
// a second. It fails where it can't listen or serve, and where requests are still under way after that
// second; they lose their connections as the service ends, and at once where the process has crashed.
func (i *Instance) Serve(ctx context.Context, h http.Handler) error {
	ln, err := i.Listen()
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	i.Ready()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	if i.dead.Load() { // nobody gets an answer
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
