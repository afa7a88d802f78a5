package run

// Reason is why a verdict is not pass; the zero value is for a pass. Its JSON is only the text, so a decoded
// reason has no kind.
type Reason struct {
	Kind Kind
	Text string
}

// Kind classifies reasons by whether another run of the same case could change them.
type Kind int

const (
	// Contradicted means that an invariant did the opposite of what was expected: the case failed.
	Contradicted Kind = iota + 1
	// TooBusy means that an invariant did so on a machine that was too busy to tell.
	TooBusy
	// Unproven means that the case lacks something to prove anything: the fault's effect, operations, or an
	// answer in the history. On a slow machine another run may have it.
	Unproven
	// Unpredicted means that there is no expectation to judge by, in this run or any other.
	Unpredicted
)

// String returns the text.
func (r Reason) String() string { return r.Text }

// MarshalText returns the text.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.Text), nil }

// UnmarshalText takes the text.
func (r *Reason) UnmarshalText(text []byte) error {
	*r = Reason{Text: string(text)}
	return nil
}

// mayPass reports whether a slow machine can be the reason for the unknown verdict.
func (r Reason) mayPass() bool { return r.Kind == TooBusy || r.Kind == Unproven }
