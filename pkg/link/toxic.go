package link

import (
	"fmt"
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"
)

// Direction is the way that bytes take on a link, seen from the instance that dialed.
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

// Toxic is one way in which links can be bad. The zero value does nothing.
type Toxic struct {
	Name      string    // for the log
	Direction Direction // that Pipe is laid into
	// Pipe returns what bytes go through in one direction of one connection. Optional.
	Pipe func(s *Stream) toxics.Toxic
	// Cut closes the links instead: open connections are reset and new ones are refused. With Down and Up, both
	// more than 0, it comes and goes: cut for Down, whole for Up, and so on, beginning cut.
	Cut      bool
	Down, Up time.Duration
	// Share of the connections of each link are meant; 0 means all. Which ones is decided by the seed,
	// the link's two names and the connection's place in the order of the link's dials.
	Share float64
	Seed  uint64
}

// validate says what is wrong with what all toxics have.
func (t Toxic) validate() error {
	switch {
	case t.Direction < Answers || t.Direction > Both:
		return fmt.Errorf("direction %d: want Answers, Requests or Both", int(t.Direction))
	case !(t.Share >= 0 && t.Share <= 1):
		return fmt.Errorf("share %v: want more than 0, at most 1", t.Share)
	}
	return nil
}

// flaps tells whether the toxic is a cut that comes and goes.
func (t Toxic) flaps() bool { return t.Cut && t.Down > 0 && t.Up > 0 }

// picks tells whether the ordinal-th connection of l is meant.
func (t Toxic) picks(l *link, ordinal uint64) bool {
	return t.Share == 0 || float64(hash(t.Seed, l.from, l.name(), ordinal)>>11)/(1<<53) < t.Share
}
