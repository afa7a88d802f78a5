package link

import (
	"errors"
	"fmt"
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"
)

// Direction is the way that bytes take on a link, seen from the instance that dialled.
type Direction int

// The zero value is the way in which a slow dependency is felt.
const (
	Answers  Direction = iota // from the dependency to the instance; toxiproxy's downstream
	Requests                  // from the instance to the dependency; toxiproxy's upstream
	Both
)

func (d Direction) String() string {
	switch d {
	case Answers:
		return "answers"
	case Requests:
		return "requests"
	case Both:
		return "both ways"
	}
	return fmt.Sprintf("Direction(%d)", int(d))
}

func (d Direction) covers(way Direction) bool { return d == way || d == Both }

func (d Direction) validate() error {
	if d < Answers || d > Both {
		return fmt.Errorf("direction %d: want Answers, Requests or Both", int(d))
	}
	return nil
}

// Toxic is one way in which a link can be bad. The types of this package are all there are.
type Toxic interface {
	// String says what is done to the link, with units.
	String() string

	validate() error
	// on returns what is put into one direction of c, nil for nothing.
	on(way Direction, c *conn) toxics.Toxic
}

// cutter is a toxic that also closes the link for connections as a whole.
type cutter interface {
	// cuts tells whether the ordinal-th connection of l must not be. phase counts the starts of
	// a Flap's two halves; it is 0 for any other toxic.
	cuts(l *link, ordinal uint64, phase int) bool
}

// Latency delays what is sent by Delay, give or take up to Jitter. The order is kept, and
// opening a connection is not delayed. What is drawn on a connection is decided by the seed, the
// link's two names, the connection's place in the order of the link's dials and the direction.
type Latency struct {
	Delay     time.Duration
	Jitter    time.Duration // at most Delay
	Direction Direction     // Both delays a round trip by twice Delay
	Seed      int64
}

func (t Latency) String() string {
	if t.Jitter > 0 {
		return fmt.Sprintf("latency %v ± %v, %v", t.Delay, t.Jitter, t.Direction)
	}
	return fmt.Sprintf("latency %v, %v", t.Delay, t.Direction)
}

func (t Latency) validate() error {
	switch {
	case t.Delay <= 0:
		return fmt.Errorf("latency: delay %v: want more than 0", t.Delay)
	case t.Jitter < 0 || t.Jitter > t.Delay:
		return fmt.Errorf("latency: jitter %v: want 0 to the delay, %v", t.Jitter, t.Delay)
	}
	return t.Direction.validate()
}

func (t Latency) on(way Direction, c *conn) toxics.Toxic {
	if !t.Direction.covers(way) {
		return nil
	}
	return &delay{Latency: t, conn: c, rand: c.rand(t.Seed, way)}
}

// Bandwidth lets through at most BytesPerSecond on each connection.
type Bandwidth struct {
	BytesPerSecond int64 // at least 100
	Direction      Direction
}

func (t Bandwidth) String() string {
	return fmt.Sprintf("bandwidth %d bytes/s, %v", t.BytesPerSecond, t.Direction)
}

func (t Bandwidth) validate() error {
	if t.BytesPerSecond < 100 {
		return fmt.Errorf("bandwidth: %d bytes/s: want at least 100", t.BytesPerSecond)
	}
	return t.Direction.validate()
}

func (t Bandwidth) on(way Direction, c *conn) toxics.Toxic {
	if !t.Direction.covers(way) {
		return nil
	}
	return &throttle{conn: c, rate: t.BytesPerSecond}
}

// Cut parts the two ends: open connections are reset at once and new ones are refused.
type Cut struct{}

func (Cut) String() string                         { return "cut" }
func (Cut) validate() error                        { return nil }
func (Cut) on(Direction, *conn) toxics.Toxic       { return nil }
func (Cut) cuts(_ *link, _ uint64, phase int) bool { return phase%2 == 0 }

// Flap is a cut that comes and goes: the link is cut for Down, then whole for Up, and so on,
// beginning cut.
type Flap struct {
	Down time.Duration
	Up   time.Duration
}

func (t Flap) String() string { return fmt.Sprintf("flap %v down, %v up", t.Down, t.Up) }

func (t Flap) validate() error {
	if t.Down <= 0 || t.Up <= 0 {
		return fmt.Errorf("flap: %v down, %v up: want both more than 0", t.Down, t.Up)
	}
	return nil
}

func (t Flap) on(Direction, *conn) toxics.Toxic       { return nil }
func (t Flap) cuts(_ *link, _ uint64, phase int) bool { return phase%2 == 0 }

// Blackhole lets connections be open and be opened, and swallows what is sent, the end of the
// connection included. With one Direction it is a one-way partition: requests vanish, or they
// take effect and the answers vanish. When it is taken away, a connection that has lost bytes is
// reset: a stream with a hole in it can't go on.
type Blackhole struct {
	Direction Direction
	Timeout   time.Duration // silence after which the connection is reset; 0 means never
}

func (t Blackhole) String() string {
	if t.Timeout > 0 {
		return fmt.Sprintf("blackhole, %v, reset after %v", t.Direction, t.Timeout)
	}
	return fmt.Sprintf("blackhole, %v", t.Direction)
}

func (t Blackhole) validate() error {
	if t.Timeout < 0 {
		return fmt.Errorf("blackhole: timeout %v: want 0 or more", t.Timeout)
	}
	return t.Direction.validate()
}

func (t Blackhole) on(way Direction, c *conn) toxics.Toxic {
	if !t.Direction.covers(way) {
		return nil
	}
	return &swallow{conn: c, timeout: t.Timeout}
}

// Reset resets each connection After it has next carried something, which is lost: a request
// that the dependency never saw, or (Answers) an answer to a request that took effect.
type Reset struct {
	After     time.Duration
	Direction Direction
}

func (t Reset) String() string { return fmt.Sprintf("reset after %v, %v", t.After, t.Direction) }

func (t Reset) validate() error {
	if t.After < 0 {
		return fmt.Errorf("reset: after %v: want 0 or more", t.After)
	}
	return t.Direction.validate()
}

func (t Reset) on(way Direction, c *conn) toxics.Toxic {
	if !t.Direction.covers(way) {
		return nil
	}
	return &reset{conn: c, after: t.After}
}

// SlowClose keeps a connection open for Delay after one end has closed it.
type SlowClose struct {
	Delay     time.Duration
	Direction Direction // Answers: the dependency closes, the instance hears of it late
}

func (t SlowClose) String() string { return fmt.Sprintf("slow close %v, %v", t.Delay, t.Direction) }

func (t SlowClose) validate() error {
	if t.Delay <= 0 {
		return fmt.Errorf("slow close: delay %v: want more than 0", t.Delay)
	}
	return t.Direction.validate()
}

func (t SlowClose) on(way Direction, c *conn) toxics.Toxic {
	if !t.Direction.covers(way) {
		return nil
	}
	return &lateClose{conn: c, delay: t.Delay}
}

// LimitData closes each connection when it has carried Bytes since the toxic came, or since the
// connection was opened if that is later.
type LimitData struct {
	Bytes     int64
	Direction Direction
}

func (t LimitData) String() string {
	return fmt.Sprintf("limit data %d bytes, %v", t.Bytes, t.Direction)
}

func (t LimitData) validate() error {
	if t.Bytes < 1 {
		return fmt.Errorf("limit data: %d bytes: want at least 1", t.Bytes)
	}
	return t.Direction.validate()
}

func (t LimitData) on(way Direction, c *conn) toxics.Toxic {
	if !t.Direction.covers(way) {
		return nil
	}
	return &limit{conn: c, way: way, left: t.Bytes}
}

// Share lays a toxic on a share of the connections of each link. Which ones is decided by the
// seed, the link's two names and the connection's place in the order of the link's dials, so
// that the same seed makes the same choice.
type Share struct {
	Of    float64 // more than 0, at most 1
	Seed  int64
	Toxic Toxic
}

func (t Share) String() string { return fmt.Sprintf("%v, %.4g %% of connections", t.Toxic, 100*t.Of) }

func (t Share) validate() error {
	if !(t.Of > 0 && t.Of <= 1) {
		return fmt.Errorf("share %v: want more than 0, at most 1", t.Of)
	}
	switch t.Toxic.(type) {
	case nil:
		return errors.New("share: no toxic")
	case Share:
		return errors.New("share: of a share: multiply the two")
	}
	return t.Toxic.validate()
}

func (t Share) on(way Direction, c *conn) toxics.Toxic {
	if !t.picks(c.link, c.ordinal) {
		return nil
	}
	return t.Toxic.on(way, c)
}

func (t Share) cuts(l *link, ordinal uint64, phase int) bool {
	cut, ok := t.Toxic.(cutter)
	return ok && t.picks(l, ordinal) && cut.cuts(l, ordinal, phase)
}

// picks tells whether the ordinal-th connection of l is in the share.
func (t Share) picks(l *link, ordinal uint64) bool {
	return float64(hash(t.Seed, l.from, l.name(), ordinal)>>11)/(1<<53) < t.Of
}

// flap returns the Flap that t is or holds.
func flap(t Toxic) (Flap, bool) {
	if s, ok := t.(Share); ok {
		t = s.Toxic
	}
	f, ok := t.(Flap)
	return f, ok
}
