package virtual

// The clocks that a program can go by; [Time] is this program's.
const (
	RealTime    = "real"
	VirtualTime = "virtual"
)
