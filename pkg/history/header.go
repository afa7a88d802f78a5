package history

import (
	"encoding/json"
	"fmt"
)

// Version is the version of the file format that [Write] writes and [Read] accepts.
const Version = 1

const format = "crashlab-history"

// Header is the first line of a file.
type Header struct {
	Version int             // of the format; [Write] puts its own
	Meta    json.RawMessage // any JSON, the writer's own: lab, seed, case, what was expected; nil if there is none
}

// headerLine is the first line of the file. The number of events reveals a file that lost its tail at the end
// of a line. Writers that don't know it, and people who write histories by hand, leave it out.
type headerLine struct {
	Format  string          `json:"format"`
	Version int             `json:"version"`
	Events  *int            `json:"events,omitempty"`
	Meta    json.RawMessage `json:"meta,omitempty"`
}

// FormatError says where a file is not a valid history, and what was expected there.
type FormatError struct {
	Line int    // counted from 1
	Want string // what was expected
	Got  string // what was found
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("line %d: want %s, got %s", e.Line, e.Want, e.Got)
}
