package containers

import (
	"context"
	"os"
	"strings"
)

// Health is what can be said of the containers backend on this machine.
type Health struct {
	Host    string  // where the engine was looked for
	Version string  // of the engine; empty where none answers
	Err     error   // why none answers, or why the images are not known
	Images  []Image // one a dependency, with whether it is present
}

// Ready says whether a stack can be started without pulling anything.
func (h Health) Ready() bool {
	return h.Err == nil && len(absentOf(h.Images)) == 0
}

// Examine looks for the engine and the images, within 2 s where nothing answers.
func Examine(ctx context.Context, images Images) Health {
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	h := Health{Host: findHost(os.Getenv, exists)}
	e, err := Connect(ctx)
	if err != nil {
		h.Err = err
		return h
	}
	defer func() { _ = e.Close() }() // it was only there to ask
	h.Version = e.Version
	h.Images, h.Err = choose(ctx, e, images)
	return h
}

// Absent lists the images that would have to be pulled, in one line.
func (h Health) Absent() string { return strings.Join(absentOf(h.Images), ", ") }
