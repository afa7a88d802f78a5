package containers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/go-connections/sockets"
	"github.com/moby/moby/api/types/system"
	"github.com/moby/moby/client"

	"github.com/crashlab/crashlab/pkg/stack"
)

// Engine is a connection to a Docker engine, or to Podman's compatible API.
type Engine struct {
	docker    *client.Client
	place     place
	transport *transport
	limitErr  error // why the limits of a running container can't be changed; nil if they can

	Host    string // "unix:///var/run/docker.sock"
	Version string // "28.2.2"
	Podman  bool
}

// Connect connects to the first engine that answers, within 2 s. If none does, the error is a
// *[stack.UnavailableError] that lists the places and what was wrong at each.
func Connect(ctx context.Context) (*Engine, error) { return thisMachine().connect(ctx) }

func (m machine) connect(ctx context.Context) (*Engine, error) {
	places, err := m.places()
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	// All are asked at the same time, so that one that hangs does not use up the others' time.
	type answer struct {
		engine *Engine
		err    error
	}
	answers := make([]chan answer, len(places))
	for i, p := range places {
		answers[i] = make(chan answer, 1)
		go func() {
			e, err := connect(within, p)
			answers[i] <- answer{e, err}
		}()
	}
	var chosen *Engine
	var refusals []refusal
	for i, p := range places {
		// Once one is chosen the others are still waited for: they have to be closed.
		if chosen != nil {
			cancel()
		}
		switch a := <-answers[i]; {
		case a.err != nil && chosen == nil:
			refusals = append(refusals, p.refusal(a.err))
		case a.err != nil:
		case chosen == nil:
			chosen = a.engine
		default:
			_ = a.engine.Close() // it is not needed
		}
	}
	if chosen == nil && ctx.Err() == context.Canceled {
		return nil, ctx.Err()
	}
	if chosen == nil {
		return nil, unavailable(refusals)
	}
	return chosen, nil
}

// connect connects to one engine and checks that it answers.
func connect(ctx context.Context, p place) (_ *Engine, err error) {
	e, err := p.open()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	ping, err := e.docker.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true})
	if err != nil {
		return nil, err
	}
	if ping.APIVersion == "" {
		return nil, errNoEngine
	}
	v, err := e.docker.ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return nil, err
	}
	e.Version = v.Version
	e.Podman = slices.ContainsFunc(v.Components, func(c system.ComponentVersion) bool {
		return strings.HasPrefix(c.Name, "Podman")
	})
	if e.Podman {
		e.limitErr = e.askLimits(ctx)
	}
	return e, nil
}

// open prepares the connection to the engine without using it.
func (p place) open() (*Engine, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	host := p.withPort()
	at, err := client.ParseHostURL(host)
	if err != nil {
		return nil, err
	}
	t := &http.Transport{}
	if err := sockets.ConfigureTransport(t, at.Scheme, at.Host); err != nil {
		return nil, err
	}
	scheme := "http"
	if p.tls != nil {
		if t.TLSClientConfig, err = p.tls.config(); err != nil {
			return nil, err
		}
		scheme = "https"
	}
	c := &transport{t, host}
	docker, err := client.New(client.WithHost(host), client.WithScheme(scheme),
		client.WithHTTPClient(&http.Client{Transport: c, CheckRedirect: client.CheckRedirect}))
	if err != nil {
		return nil, err
	}
	return &Engine{docker: docker, place: p, transport: c, Host: host}, nil
}

// Close ends the connection to the engine.
func (e *Engine) Close() error {
	e.transport.CloseIdleConnections()
	return nil
}

// Note returns one line: the kind of engine, how it was found, and what it lacks.
func (e *Engine) Note() string {
	name, by := "Docker", ""
	if e.Podman {
		name = "Podman"
	}
	if e.place.by != "" {
		by = ", named by " + e.place.by
	}
	note := fmt.Sprintf("%s %s at %s%s", name, e.Version, e.Host, by)
	if e.limitErr != nil {
		note += "; without the faults slow and memory, since " + e.limitErr.Error()
	}
	return note
}

// askLimits asks whether the engine can change the limits of a running container. It tries to change one that
// does not exist: Podman 4 does not know the call.
func (e *Engine) askLimits(ctx context.Context) error {
	_, err := e.docker.ContainerUpdate(ctx, "crashlab-none", client.ContainerUpdateOptions{})
	if err != nil && strings.HasSuffix(err.Error(), "Not Found") {
		return fmt.Errorf("the API of Podman %s can't change the limits of a container that runs", e.Version)
	}
	return nil
}

// has reports whether an image is present.
func (e *Engine) has(ctx context.Context, ref string) (bool, error) {
	_, err := e.docker.ImageInspect(ctx, ref)
	switch {
	case err == nil:
		return true, nil
	case errdefs.IsNotFound(err):
		return false, nil
	}
	return false, fmt.Errorf("look for image %s: %w", ref, err)
}

// plain turns an engine's failure into one clause for the user, without the client's own words. Any other
// error is returned as it is.
func plain(err error) error {
	var failed *callError
	if !errors.As(err, &failed) {
		return err
	}
	return &stack.UnavailableError{
		Backend: stack.Containers, Reason: failed.Error(), Advice: "start the engine anew, or use --backend embedded",
	}
}
