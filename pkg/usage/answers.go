package usage

import "time"

// Answers says how long a service took to answer, in milliseconds.
type Answers struct {
	// that were answered, given up, or are still waited for: those count as long as was waited
	Calls int64   `json:"calls"`
	P50   float64 `json:"p50"`
	Limit float64 `json:"limit"` // past which the service is too slow to judge a design by it; see [Patience]
}

// fewestAnswers is how many answers say anything about a service.
const fewestAnswers = 5

// TooSlow reports whether a service that nothing was done to was past its limit.
func (a Answers) TooSlow() bool { return a.Calls >= fewestAnswers && a.P50 > a.Limit }

// patience is by service the median answer with which what the labs predict still holds.
var patience = map[string]time.Duration{
	// Redis answers within a millisecond, and who can do without it waits 50 ms for it.
	"redis": 25 * time.Millisecond,
}

// Patience returns a service's limit. A request makes up to four calls in a row within the second
// that its client or its consumer has for it, be they to AWS or to Kafka: a quarter of a second each.
func Patience(service string) time.Duration {
	if p, ok := patience[service]; ok {
		return p
	}
	return 250 * time.Millisecond
}
