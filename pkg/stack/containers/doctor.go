package containers

import (
	"context"
	"strings"
)

// Health is the state of the containers backend on this machine.
type Health struct {
	Host    string  // of the engine
	Version string  // of the engine; empty if none answers
	Note    string  // the kind of engine, how it was found, and what it lacks
	Err     error   // why no engine answers, or why the images are not known
	Images  []Image // one per dependency, with whether it is present
}

// Ready reports whether a stack can be started without pulling anything.
func (h Health) Ready() bool {
	return h.Err == nil && len(absentOf(h.Images)) == 0
}

// Examine looks for the engine and the images, within 2 s each.
func Examine(ctx context.Context, images Images) Health {
	e, err := Connect(ctx)
	if err != nil {
		return Health{Err: err}
	}
	defer func() { _ = e.Close() }() // it was opened only to ask
	h := Health{Host: e.Host, Version: e.Version, Note: e.Note()}
	if h.Err = e.local(ctx); h.Err != nil {
		return h
	}
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	h.Images, err = choose(ctx, e, images)
	h.Err = plain(err)
	return h
}

// Absent lists the images that have to be pulled, in one line.
func (h Health) Absent() string { return strings.Join(absentOf(h.Images), ", ") }
