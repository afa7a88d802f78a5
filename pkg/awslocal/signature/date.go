package signature

import (
	"net/http"
	"time"
)

// longDate is the form of a date that is signed.
const longDate = "20060102T150405Z"

// maxSkew is how far a client's clock may be off.
const maxSkew = 15 * time.Minute

// when is the time of the claim. A header may have it in a form of HTTP, too. ok is false if it is no date, or
// one before 1970.
func (c claim) when() (at time.Time, ok bool) {
	at, err := time.Parse(longDate, c.date)
	if err != nil && !c.presigned {
		at, err = http.ParseTime(c.date)
	}
	if err != nil && !c.presigned {
		at, err = time.Parse(time.RFC1123Z, c.date) // Python's, which ends with -0000
	}
	return at.UTC(), err == nil && at.Unix() >= 0
}
