package run

// Reason is why a verdict is not pass; the zero value belongs to one that is. Its JSON is the text alone,
// so that a reason that was read back has no kind.
type Reason struct {
	Kind Kind
	Text string
}

// Kind classifies reasons by what another run of the same case could change.
type Kind int

const (
	// Contradicted means that an invariant said the opposite of what was expected: the case failed.
	Contradicted Kind = iota + 1
	// TooBusy means that an invariant did so on a machine that was too busy to tell.
	TooBusy
	// Unproven means that something is missing without which a case proves nothing: the fault's effect,
	// operations, or an answer in the history. On a slow machine another run may have it.
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

// mayPass reports whether a slow machine alone can have made the verdict unknown.
func (r Reason) mayPass() bool { return r.Kind == TooBusy || r.Kind == Unproven }
