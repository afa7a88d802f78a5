package containers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/moby/moby/client"

	"github.com/crashlab/crashlab/pkg/stack"
)

// progressEvery keeps a pull from writing more lines than can be read.
const progressEvery = 500 * time.Millisecond

// Pull fetches the absent images, one after the other, and tells progress in one line at a time: "pulling
// apache/kafka:4.3.1: 112 of 208 MB". It returns the images to use.
func Pull(ctx context.Context, images Images, progress func(string)) ([]Image, error) {
	progress("asking who provides containers here")
	engine, err := Connect(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = engine.Close() }() // nothing is lost with it
	chosen, err := choose(ctx, engine, images)
	if err == nil {
		err = pull(ctx, engine, absentOf(chosen), progress)
	}
	if err == nil {
		chosen, err = choose(ctx, engine, images)
	}
	return chosen, plain(err)
}

func pull(ctx context.Context, e *Engine, refs []string, progress func(string)) error {
	for _, ref := range refs {
		if err := pullOne(ctx, e, ref, progress); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if _, silent := errors.AsType[*callError](err); silent {
				return plain(err)
			}
			return &stack.UnavailableError{
				Backend: stack.Containers, Reason: fmt.Sprintf("%s can't be pulled (%v)", ref, err),
				Advice: "build the images here with make images, or use --backend embedded",
			}
		}
	}
	return nil
}

func pullOne(ctx context.Context, e *Engine, ref string, progress func(string)) error {
	progress("pulling " + ref)
	r, err := e.docker.ImagePull(ctx, ref, client.ImagePullOptions{})
	if err != nil {
		return err
	}
	var l layers
	var told time.Time
	for m, err := range r.JSONMessages(ctx) {
		if err != nil {
			return err
		}
		if m.Error != nil {
			return errors.New(m.Error.Message)
		}
		if m.Progress != nil && m.Status == "Downloading" {
			l.at(m.ID, m.Progress.Current, m.Progress.Total)
		}
		if time.Since(told) >= progressEvery {
			told = time.Now()
			progress("pulling " + ref + l.String())
		}
	}
	return nil
}

// layers holds the download progress of an image, by layer.
type layers map[string]struct{ current, total int64 }

func (l *layers) at(id string, current, total int64) {
	if *l == nil {
		*l = layers{}
	}
	(*l)[id] = struct{ current, total int64 }{current, total}
}

// String is ": 112 of 208 MB", summed over the layers that have begun.
func (l layers) String() string {
	var current, total int64
	for _, s := range l {
		current += s.current
		total += s.total
	}
	if total == 0 {
		return ""
	}
	return fmt.Sprintf(": %d of %d MB", current/1e6, total/1e6)
}
