package api

import "context"

// Stream is an answer in parts, which reach the client one by one (an event stream).
type Stream interface {
	// Run sends the parts, each with the name of its shape, and returns at the end of the stream or of ctx, or
	// with the error of send, which means that nobody listens any more.
	Run(ctx context.Context, send func(name string, part any) error) error
}
