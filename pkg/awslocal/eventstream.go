package awslocal

import (
	"bytes"
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

// stream sends a [api.Stream] as AWS's event stream over one response: messages with headers and a JSON body,
// of which the first is the operation's answer, and empty. A paused server sends nothing.
func (s *Server) stream(ctx context.Context, w http.ResponseWriter, x *exchange, answer api.Stream) {
	h := w.Header()
	h["X-Amzn-Requestid"] = []string{x.id}
	h.Set("Content-Type", "application/vnd.amazon.eventstream")
	w.WriteHeader(http.StatusOK)
	encoder, response := eventstream.NewEncoder(), http.NewResponseController(w)
	send := func(name string, part any) error {
		if err := s.gate.Wait(ctx.Done()); err != nil {
			return err
		}
		var payload bytes.Buffer
		if err := wire.AppendJSON(&payload, part); err != nil {
			return err
		}
		message := eventstream.Message{Payload: payload.Bytes()}
		for _, header := range [][2]string{
			{":message-type", "event"}, {":event-type", name}, {":content-type", "application/json"},
		} {
			message.Headers.Set(header[0], eventstream.StringValue(header[1]))
		}
		if err := encoder.Encode(w, message); err != nil {
			return err
		}
		return response.Flush()
	}
	if send("initial-response", struct{}{}) == nil {
		_ = answer.Run(ctx, send) // the stream's end is all that its client sees of an error
	}
}
