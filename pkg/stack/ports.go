package stack

// Ports are those on which a stack listens, all on 127.0.0.1. The zero value takes free ones.
type Ports struct {
	AWS   int
	Kafka int // of the first node; the others have the next ones
	Redis int
}

// Node returns the port of the i-th Kafka node, counted from 1, or 0 if it takes a free one.
func (p Ports) Node(i int) int {
	if p.Kafka == 0 {
		return 0
	}
	return p.Kafka + i - 1
}
