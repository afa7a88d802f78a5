package virtual

// The clocks that a program can use; [Time] is this program's.
const (
	RealTime    = "real"
	VirtualTime = "virtual"
)
