package usage

import "time"

// Answers describes how long a service took to answer, in milliseconds.
type Answers struct {
	// answered, given up, or still pending: those count with the time waited so far
	Calls int64   `json:"calls"`
	P50   float64 `json:"p50"`
	Limit float64 `json:"limit"` // above this median the service is too slow to judge a design by; see [Patience]
}

// fewestAnswers is how many answers are enough to judge a service.
const fewestAnswers = 5

// TooSlow reports whether a service without a fault exceeded its limit.
func (a Answers) TooSlow() bool { return a.Calls >= fewestAnswers && a.P50 > a.Limit }

// patience is, by service, the highest median answer time at which the labs' predictions hold.
var patience = map[string]time.Duration{
	// Redis answers within a millisecond, and clients that can do without it wait 50 ms for it.
	"redis": 25 * time.Millisecond,
}

// Patience returns a service's limit. A request makes up to four calls in a row within the one second of its
// client or consumer, to AWS or to Kafka: a quarter of a second each.
func Patience(service string) time.Duration {
	if p, ok := patience[service]; ok {
		return p
	}
	return 250 * time.Millisecond
}
