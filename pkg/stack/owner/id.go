package owner

import (
	"hash/fnv"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/virtual"
)

// Prefix begins the name of everything that any run makes on a stack.
const Prefix = "cl-"

// After [Prefix], a name begins with the ID of the run that made the thing. On a shared stack the name is the
// only information. So the ID says when the run began, on which user's account and in which process: fields
// of these widths, each a number in base 36.
const (
	wideMinute  = 5 // since 1970
	wideUser    = 4 // a hash of the user and the machine
	wideProcess = 5
	wideDrawn   = 3 // distinguishes the runs of a process
	wideID      = wideMinute + wideUser + wideProcess + wideDrawn
)

// Length is the number of characters of an ID.
const Length = wideID

// NewID returns an ID for a run of this process that begins now.
func NewID() string {
	return field(time.Now().Unix()/60, wideMinute) + user() + field(int64(process()), wideProcess) +
		field(rand.Int64(), wideDrawn)
}

// process is the ID of this process. In virtual time it is constant, since names must follow from the seed.
func process() int {
	if virtual.On {
		return 1
	}
	return os.Getpid()
}

// ID is the information in a thing's name.
type ID struct {
	Text  string    // the ID itself
	Began time.Time // to the minute
	Mine  bool      // run by this user on this machine
	Owner Liveness  // of the run's process
}

// Parse reads the ID of the run that made the thing of that name. ok is false if the name has none.
func Parse(name string) (ID, bool) {
	rest, ok := strings.CutPrefix(name, Prefix)
	if !ok || len(rest) < wideID || len(rest) > wideID && rest[wideID] != '-' {
		return ID{}, false
	}
	text := rest[:wideID]
	minute, err1 := strconv.ParseInt(text[:wideMinute], 36, 64)
	pid, err2 := strconv.ParseInt(text[wideMinute+wideUser:wideID-wideDrawn], 36, 32)
	if err1 != nil || err2 != nil {
		return ID{}, false
	}
	id := ID{
		Text: text, Began: time.Unix(60*minute, 0), Mine: text[wideMinute:wideMinute+wideUser] == user(), Owner: Elsewhere,
	}
	if id.Mine {
		id.Owner = Dead
		// A process that started after the run began only reuses the ID of the run's process.
		if started, err := startOf(int(pid)); err == nil && started < id.Began.Add(time.Minute).UnixMilli() {
			id.Owner = Live
		}
	}
	return id, true
}

// user is a hash of the user and the machine.
func user() string {
	if virtual.On {
		return field(0, wideUser)
	}
	h := fnv.New64a()
	host, _ := os.Hostname() // an empty one only makes such machines look like one
	_, _ = h.Write([]byte(host + " " + strconv.Itoa(os.Getuid())))
	return field(int64(h.Sum64()>>1), wideUser)
}

// field writes the last digits of n.
func field(n int64, wide int) string {
	s := strings.Repeat("0", wide) + strconv.FormatInt(n, 36)
	return s[len(s)-wide:]
}
