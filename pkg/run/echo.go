package run

import (
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/virtual"
)

const (
	echoEvery = 10 * time.Millisecond // the pause between two echoes
	hops      = 4                     // there and back, one after the other, as many as a request makes on its way
)

// listen sends a byte over a loopback connection and back, again and again, until the returned function is called,
// which puts on record how long an echo took at worst. No fault touches the connection: all that an echo waits for is
// the processor, as often as a request does that goes through a link to a service, and from there to a dependency. In
// virtual time there is nothing to wait for.
func (x *experiment) listen() (stop func(), err error) {
	if virtual.On {
		return func() {}, nil
	}
	near, far, err := connected()
	if err != nil {
		return nil, fmt.Errorf("make a loopback connection for an echo: %w", err)
	}
	var both sync.WaitGroup
	both.Go(func() {
		defer crash.Guard()
		defer far.Close()
		_, _ = io.Copy(far, far) // until near is closed
	})
	ended := make(chan struct{})
	both.Go(func() {
		defer crash.Guard()
		defer near.Close()
		worst := worstEcho(near, ended)
		x.rec.Add(history.Event{Kind: history.Mark, Name: history.Echo, N: int64(worst)})
	})
	return func() { close(ended); both.Wait() }, nil
}

// connected returns the two ends of a new loopback connection.
func connected() (near, far net.Conn, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	if near, err = net.Dial("tcp", l.Addr().String()); err != nil {
		return nil, nil, err
	}
	if far, err = l.Accept(); err != nil {
		_ = near.Close()
	}
	return near, far, err
}

// worstEcho returns the longest time from when an echo was due until it came back.
func worstEcho(c net.Conn, ended <-chan struct{}) (worst time.Duration) {
	b, due := []byte{0}, time.Now()
	for {
		for range hops {
			if _, err := c.Write(b); err != nil {
				return worst
			}
			if _, err := c.Read(b); err != nil {
				return worst
			}
		}
		worst = max(worst, time.Since(due))
		due = time.Now().Add(echoEvery)
		select {
		case <-ended:
			return worst
		case <-time.After(echoEvery):
		}
	}
}
