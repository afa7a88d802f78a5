package awsrules

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
)

// Effect is what a rule does to a call it hits. Only the types of this package implement it.
type Effect interface {
	validate() error
	apply(r *http.Request, x *exchange) (*http.Response, error)
}

// Answer answers with an error in the wire format of the call's protocol, and does not send the call on. The
// zero value is the service's own internal error (status 500).
type Answer struct {
	Code    string // "ResourceNotFoundException"; empty means the service's own for Status
	Status  int    // HTTP; 0 means 500, or 400 with a Code
	Message string
}

func (e Answer) validate() error {
	if e.Status != 0 && (e.Status < 300 || e.Status > 599) {
		return fmt.Errorf("status %d: want 300 to 599", e.Status)
	}
	if strings.ContainsAny(e.Code, " \t\r\n;") {
		return fmt.Errorf("error code %q: want one word", e.Code)
	}
	return nil
}

func (e Answer) apply(r *http.Request, x *exchange) (*http.Response, error) {
	answer := failureOf(x.call.Service)
	if e.Code == "" &&
		(e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable && x.call.Service == "s3") {
		answer = throttleOf(x.call.Service)
	}
	if e.Code != "" {
		answer = apiError{e.Code, http.StatusBadRequest, "The request failed."}
	}
	if e.Status != 0 {
		answer.status = e.Status
	}
	if e.Message != "" {
		answer.message = e.Message
	}
	return x.refuse(r, answer), nil
}

// Throttled answers with the service's own throttling error, and does not send the call on.
type Throttled struct{}

func (Throttled) validate() error { return nil }

func (Throttled) apply(r *http.Request, x *exchange) (*http.Response, error) { //nolint:unparam // required by Effect
	return x.refuse(r, throttleOf(x.call.Service)), nil
}

// refuse answers instead of the service.
func (x *exchange) refuse(r *http.Request, e apiError) *http.Response {
	if r.Body != nil && x.call.Body == nil {
		r.Body.Close()
	}
	x.done()
	return e.write(x.call, r, x.requestID())
}

// done counts the hit under its operation.
func (x *exchange) done() {
	x.active.count(func(c *Counts) { c.By[x.call.Service+"/"+x.call.Operation]++ })
}

// requestID is the request ID of an answer that did not come from a service. It follows from the seed.
func (x *exchange) requestID() string {
	a, b := chance.Mix(x.active.seed, x.n), chance.Mix(x.active.seed+1, x.n)
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>52, b&0xffffffffffff)
}

// Delayed delays a call before it is sent, by Delay plus or minus up to Jitter.
type Delayed struct {
	Delay  time.Duration
	Jitter time.Duration // at most Delay
}

func (d Delayed) validate() error {
	if d.Delay <= 0 || d.Jitter < 0 || d.Jitter > d.Delay {
		return fmt.Errorf("delay %v ± %v: want a delay of more than 0 and a jitter of at most that", d.Delay, d.Jitter)
	}
	return nil
}

func (d Delayed) apply(r *http.Request, x *exchange) (*http.Response, error) {
	wait := d.Delay
	if d.Jitter > 0 {
		wait += time.Duration((2*chance.Share(x.active.seed+1, x.n) - 1) * float64(d.Jitter))
	}
	start := time.Now()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		if r.Body != nil {
			r.Body.Close()
		}
		x.active.count(func(c *Counts) { c.GaveUp++ })
		x.done()
		return nil, r.Context().Err()
	}
	x.active.count(func(c *Counts) { c.Delayed += time.Since(start) })
	x.done()
	return x.next(r)
}

// Lost lets a call take effect and loses its answer: the service succeeds, the client sees a connection
// reset. An error response is passed on and does not count as a hit.
type Lost struct{}

func (Lost) validate() error { return nil }

func (Lost) apply(r *http.Request, x *exchange) (*http.Response, error) {
	answer, err := x.next(r)
	if err != nil || answer.StatusCode >= 300 {
		x.active.missed()
		return answer, err
	}
	// The body is read to its end, so that the service has certainly finished and the connection can be
	// reused.
	_, err = io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	if err != nil {
		x.active.missed()
		return nil, err
	}
	x.done()
	return nil, &net.OpError{
		Op: "read", Net: "tcp", Addr: hostAddr(r.URL.Host), Err: os.NewSyscallError("read", syscall.ECONNRESET),
	}
}

// hostAddr is the address of a service in an error.
type hostAddr string

func (hostAddr) Network() string  { return "tcp" }
func (a hostAddr) String() string { return string(a) }
