package awslocal

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/gate"
)

// patient is a listener whose connections may be silent for as long as they like. The time for a request's
// header runs from its first byte, not from the dial: clients open connections in advance. It stands still
// during a pause, since a paused process hangs up on nobody.
type patient struct {
	net.Listener
	headerTime time.Duration
	pause      *gate.Gate
	gone       <-chan struct{} // closed when the front stops
}

func (p *patient) Accept() (net.Conn, error) {
	c, err := p.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &patientConn{Conn: c, patient: p}, nil
}

// patientConn is such a connection. Reads take turns, as net/http's do.
type patientConn struct {
	net.Conn
	patient *patient
	spoke   bool        // a byte has arrived
	limited atomic.Bool // the deadline is a limit, not an order to stop reading at once
}

func (c *patientConn) SetReadDeadline(t time.Time) error {
	c.limited.Store(t.After(time.Now()))
	return c.Conn.SetReadDeadline(t)
}

func (c *patientConn) Read(b []byte) (int, error) {
	if !c.spoke {
		if err := c.SetReadDeadline(time.Time{}); err != nil {
			return 0, err
		}
		n, err := c.Conn.Read(b)
		if c.spoke = true; err == nil {
			err = c.restart()
		}
		return n, err
	}
	for {
		n, err := c.Conn.Read(b)
		if !errors.Is(err, os.ErrDeadlineExceeded) || !c.limited.Load() || !c.patient.pause.IsShut() {
			return n, err
		}
		if c.patient.pause.Wait(c.patient.gone) != nil {
			return n, err
		}
		if err := c.restart(); err != nil {
			return n, err
		}
	}
}

func (c *patientConn) restart() error { return c.SetReadDeadline(time.Now().Add(c.patient.headerTime)) }

// CloseWrite lets net/http end an answer before the request's body has arrived.
func (c *patientConn) CloseWrite() error {
	if tcp, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return tcp.CloseWrite()
	}
	return errors.ErrUnsupported
}

// SetLinger lets a connection be reset: see package loopback.
func (c *patientConn) SetLinger(seconds int) error {
	if tcp, ok := c.Conn.(interface{ SetLinger(seconds int) error }); ok {
		return tcp.SetLinger(seconds)
	}
	return errors.ErrUnsupported
}
