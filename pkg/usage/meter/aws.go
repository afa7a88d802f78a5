package meter

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/usage"
)

// AWS returns the transport for an instance's AWS clients, in front of next. Anything that makes up answers,
// such as a fault, belongs above it: those calls reached no service and cost nothing.
func (m *Meter) AWS(next http.RoundTripper) http.RoundTripper { return &aws{m, next} }

type aws struct {
	meter *Meter
	next  http.RoundTripper
}

// polling is the key of a context in which polls are made.
type polling struct{}

// Polling returns a context for calls to AWS that a poller makes at each of its rounds, whatever it finds: they count
// as idle, since they grow with time and not with load.
func Polling(ctx context.Context) context.Context { return context.WithValue(ctx, polling{}, true) }

// call is a request to AWS and its answer.
type call struct {
	*awscall.Call
	polls          bool   // it is made in the context of [Polling]
	answer         []byte // the body; nil for REST
	sent, received int64  // sizes of the bodies
	status         int
}

func (c *call) failed() bool { return c.status >= 300 }

// waits reports whether the call takes long by request: a poll, which the queue's own setting may make a long
// one, a stream of events, or an execution until its end.
func (c *call) waits() bool {
	switch c.Operation {
	case "ReceiveMessage", "SubscribeToShard", "GetActivityTask", "StartSyncExecution", "TestState":
		return true
	}
	return false
}

// known maps a service to the function that tallies its calls.
var known = map[string]func(*Meter, *call){
	"sqs":      (*Meter).sqs,
	"sns":      (*Meter).sns,
	"dynamodb": (*Meter).dynamodb,
	"kinesis":  (*Meter).kinesis,
	"events":   (*Meter).events,
	"s3":       (*Meter).s3,
	"states":   (*Meter).states,
	"lambda":   (*Meter).lambda,

	"monitoring": (*Meter).monitoring,
	"scheduler":  (*Meter).scheduler,
}

func (t *aws) RoundTrip(r *http.Request) (*http.Response, error) {
	request, err := awscall.Read(r)
	if err != nil {
		return nil, err
	}
	if request.Body != nil {
		clone := *r // a transport must not change its caller's request
		clone.Body = io.NopCloser(bytes.NewReader(request.Body))
		r = &clone
	}
	c := &call{Call: request, sent: max(r.ContentLength, 0), polls: r.Context().Value(polling{}) != nil}
	keep := c.Protocol != awscall.REST // answers of S3 may be large
	w := t.meter.stopwatch.begin(c.Service, c.waits())
	resp, err := t.next.RoundTrip(r)
	t.meter.stopwatch.end(w, err)
	if err != nil {
		return resp, err
	}
	c.status = resp.StatusCode
	var data []byte
	if n := resp.ContentLength; keep && n > 0 && n <= usage.MessageChunk {
		data = make([]byte, 0, n)
	}
	resp.Body = &body{ReadCloser: resp.Body, keep: keep, data: data, done: func(data []byte, size int64) {
		c.answer, c.received = data, size
		if count, ok := known[c.Service]; ok {
			count(t.meter, c)
			return
		}
		t.meter.count(c, "", 0, 0)
	}}
	return resp, nil
}

// CloseIdleConnections closes those of the underlying transport, as http.Client expects.
func (t *aws) CloseIdleConnections() { closeIdle(t.next) }

// count adds the call, with its bytes and billed units.
func (m *Meter) count(c *call, price string, items int, units float64) {
	if !c.polls {
		m.handle()
	}
	m.add(usage.Key{Service: c.Service, Operation: c.Operation, Price: price, Idle: c.polls},
		usage.Tally{Requests: 1, Items: int64(items), Out: c.sent, In: c.received, Units: units})
}

// idle adds a poll that returned nothing.
func (m *Meter) idle(c *call, price string) {
	m.add(usage.Key{Service: c.Service, Operation: c.Operation, Price: price, Idle: true},
		usage.Tally{Requests: 1, Out: c.sent, In: c.received, Units: 1})
}
