package part

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// Sender is the client of a pipeline. It makes each operation's message and posts it to a door. The data
// faults act in it; no other fault reaches it.
type Sender struct {
	From *lab.Env
	To   *lab.Process // has the door
	Path string       // of the door
	// Message makes an operation's message.
	Message func(op load.Op) []byte
	// Poisoned makes a message that the door accepts and no consumer can process. Optional: the default is
	// [fault.Data.Spoil].
	Poisoned func(op load.Op) []byte
	// OrderingKey returns the key by which the system keeps the order: a reordered operation waits for the
	// next one with its ordering key. Optional: by default it waits for the next one of any key.
	OrderingKey func(op load.Op) string

	mu   sync.Mutex
	held map[string]chan struct{} // the reordered operation that waits, by ordering key; closed once it is overtaken
}

// Do sends one operation according to its taint. Its outcome is the door's answer: see [Ask].
//
//	duplicate  it is posted again after its answer; it is accepted if either post was
//	reorder    it is posted when the next one has been answered, or when three quarters of its time
//	           are up without a next one. Until then the client has no answer: the two overlap
//	poison, oversize, corrupt
//	           it is spoiled; corrupt after its digest was computed, as if in transit
func (s *Sender) Do(ctx context.Context, op load.Op) (string, error) {
	taint, data := fault.Taint(op.Taint), s.From.Surface.Data
	late, sent := s.queue(ctx, op)
	defer sent()
	if err := ctx.Err(); err != nil {
		return "", load.Definite(fmt.Errorf("not sent: %w", err))
	}
	message, sum := s.message(op)
	err := s.post(ctx, message, sum)
	if taint == fault.Duplicate {
		err = better(err, s.post(ctx, message, sum))
	}
	if taint != fault.Reordered || late {
		data.Sent(op.Seq)
	}
	return "", err
}

// message returns the operation's message, and the digest that the client believes it to have.
func (s *Sender) message(op load.Op) (message []byte, sum string) {
	taint, data := fault.Taint(op.Taint), s.From.Surface.Data
	message = s.Message(op)
	switch {
	case taint == fault.Poisoned && s.Poisoned != nil:
		message = s.Poisoned(op)
	case taint == fault.Corrupt:
		return data.Spoil(op.Seq, taint, message), digest(message)
	default:
		message = data.Spoil(op.Seq, taint, message)
	}
	return message, digest(message)
}

// queue returns when it is the operation's turn. It delays a reordered one until another has overtaken it,
// and reports whether that has happened. An overtaking operation is not delayed itself, so that of operations
// that are all to be reordered each two change places. The caller calls sent when the operation has been
// answered.
func (s *Sender) queue(ctx context.Context, op load.Op) (late bool, sent func()) {
	key := ""
	if s.OrderingKey != nil {
		key = s.OrderingKey(op)
	}
	s.mu.Lock()
	waiting, overtakes := s.held[key]
	if overtakes {
		delete(s.held, key)
		s.mu.Unlock()
		return false, func() { close(waiting) }
	}
	if fault.Taint(op.Taint) != fault.Reordered {
		s.mu.Unlock()
		return false, func() {}
	}
	overtaken := make(chan struct{})
	if s.held == nil {
		s.held = map[string]chan struct{}{}
	}
	s.held[key] = overtaken
	s.mu.Unlock()
	return s.hold(ctx, key, overtaken), func() {}
}

// hold waits until the operation is overtaken, and returns false if it must be sent before that.
func (s *Sender) hold(ctx context.Context, key string, overtaken <-chan struct{}) bool {
	var enough <-chan time.Time
	if deadline, ok := ctx.Deadline(); ok {
		timer := time.NewTimer(time.Until(deadline) * 3 / 4)
		defer timer.Stop()
		enough = timer.C
	}
	select {
	case <-overtaken:
		return true
	case <-enough:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[key] == overtaken {
		delete(s.held, key)
	}
	return false
}

// better returns the error of an operation that was posted twice: it was accepted if either post was, and
// certainly was not only if neither was.
func better(a, b error) error {
	if b == nil || load.IsDefinite(a) {
		return b
	}
	return a
}

// post sends the message once.
func (s *Sender) post(ctx context.Context, message []byte, sum string) error {
	with := func(r *http.Request) { r.Header.Set(contentDigest, sum) }
	return Ask(ctx, s.From.Observer(), s.To, "POST "+s.Path, message, nil, with)
}
