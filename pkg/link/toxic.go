package link

import (
	"fmt"
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"
)

// Direction is the direction of bytes on a link, seen from the dialing instance.
type Direction int

// The zero value is the direction in which a slow dependency is felt.
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

// Toxic is one way in which links can be bad. The zero value does nothing.
type Toxic struct {
	Name      string    // for the log
	Direction Direction // that Pipe is laid into
	// Pipe returns the toxic for one direction of one connection. Optional.
	Pipe func(s *Stream) toxics.Toxic
	// Cut closes the links instead: open connections are reset and new ones are refused. With Down and Up,
	// both positive, it flaps: cut for Down, whole for Up, and so on, beginning cut.
	Cut      bool
	Down, Up time.Duration
	// Share is the share of each link's connections that match; 0 means all. The choice depends on the seed,
	// the link's two names and the connection's place in the order of the link's dials.
	Share float64
	Seed  uint64
}

// validate checks the settings that all toxics share.
func (t Toxic) validate() error {
	switch {
	case t.Direction < Answers || t.Direction > Both:
		return fmt.Errorf("direction %d: want Answers, Requests or Both", int(t.Direction))
	case !(t.Share >= 0 && t.Share <= 1):
		return fmt.Errorf("share %v: want more than 0, at most 1", t.Share)
	}
	return nil
}

// flaps reports whether the toxic is a flapping cut.
func (t Toxic) flaps() bool { return t.Cut && t.Down > 0 && t.Up > 0 }

// picks reports whether the ordinal-th connection of l matches.
func (t Toxic) picks(l *link, ordinal uint64) bool {
	return t.Share == 0 || float64(hash(t.Seed, l.from, l.name(), ordinal)>>11)/(1<<53) < t.Share
}
